"""The data package as a whole: what a reader of any table may rely on.

Every resource is valid by the Frictionless standard, with the bytes and hash that its descriptor
states; every field is described; every key of a row is in the bibliography and every entry of the
bibliography is used; flags come from one vocabulary; no file is left out or left over.
"""

import csv
import hashlib
import json
import re

import pytest
from frictionless import Package

from rare_earths import bibliography
from rare_earths.datapackage import check, data_dir, descriptor, tables

DATA = data_dir()
BOOK = DATA.parent
LISTS = {"countries", "flags", "oblasts", "sources", "corrections"}  # no facts with check and note
CLOSED = ["source", "locator", "check", "flag", "note"]


def cells(table: str) -> list[dict[str, str]]:
    with open(DATA / descriptor(table)["path"], encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def keys(row: dict[str, str]) -> set[str]:
    columns = (c for c in row if c == "source" or c.endswith("_source"))
    return {key for column in columns for key in row[column].split(";") if key}


@pytest.fixture(scope="module")
def bib() -> list[dict[str, str]]:
    return bibliography.rows(DATA / "sources.bib")


def test_every_resource_is_valid():
    report = Package(str(DATA / "datapackage.json")).validate()
    faults = report.flatten(["title", "rowNumber", "fieldName", "message"])
    assert report.valid, "\n".join(str(fault) for fault in faults[:20])
    assert check() > 8000, "rows read by the book's own reader"


def test_package_describes_itself():
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    assert package["name"] == "seventeen-elements"
    for entry in ("title", "description", "version", "licenses", "contributors"):
        assert package[entry], f"datapackage.json: {entry}"
    names = [resource["name"] for resource in package["resources"]]
    assert names == sorted(names) and len(names) == len(set(names))
    paths = {resource["path"] for resource in package["resources"]}
    assert paths == {path.name for path in DATA.glob("*.csv")}, "a resource for each CSV"


@pytest.mark.parametrize("table", tables())
def test_file_is_the_one_described(table):
    resource = descriptor(table)
    content = (DATA / resource["path"]).read_bytes()
    found = {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
    stated = {name: resource[name] for name in found}
    assert stated == found, f"{resource['path']} changed: put {found} into datapackage.json"
    assert (
        content.endswith(b"\n") and b"\r" not in content and not content.startswith(b"\xef\xbb\xbf")
    )


@pytest.mark.parametrize("table", tables())
def test_descriptor_says_what_a_reader_needs(table):
    resource = descriptor(table)
    for entry in (
        "title",
        "description",
        "row",
        "publisher",
        "accessed",
        "retrieval",
        "asOf",
        "licenses",
    ):
        assert resource[entry], f"{table}: {entry}"
    assert resource["description"].endswith("."), f"{table}: description is a sentence"
    for licence in resource["licenses"]:
        assert licence["path"].startswith("https://") and licence["title"], f"{table}: {licence}"
    assert all(text.strip().endswith((".", ")")) for text in resource["caveats"]), table
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    for name, field in fields.items():
        assert field["title"], f"{table}.{name}: title"
        assert re.fullmatch("[a-z][a-z0-9_]*", name), f"{table}.{name}: snake_case"
        assert field["type"] in {"string", "integer", "number", "boolean", "date"}, (
            f"{table}.{name}"
        )
        assert field["description"], f"{table}.{name}: description"
        if field["type"] == "number":
            assert {"minimum", "maximum"} <= set(field.get("constraints", {})), (
                f"{table}.{name}: no bounds"
            )
    assert set(resource["schema"]["primaryKey"]) <= set(fields), f"{table}: primary key"
    if table not in LISTS:
        assert list(fields)[-5:] == CLOSED, f"{table}: the last columns are {CLOSED}"
        for name in ("source", "check"):
            assert fields[name]["constraints"]["required"], f"{table}.{name}: required"


@pytest.mark.parametrize("table", tables())
def test_editions_and_choices_name_real_columns(table):
    resource = descriptor(table)
    fields = {field["name"] for field in resource["schema"]["fields"]}
    assert set(resource.get("choose", [])) <= fields, f"{table}: choose"
    rule = resource.get("editions")
    if rule:
        assert {rule["column"], *rule["by"]} <= fields, f"{table}: editions"
        found = {row[rule["column"]] for row in cells(table)}
        assert found <= set(rule["order"]), f"{table}: editions not in the order {found}"


def test_foreign_keys_point_at_rows():
    for table in tables():
        for foreign in descriptor(table)["schema"].get("foreignKeys", []):
            column, target = foreign["fields"], foreign["reference"]
            column = column if isinstance(column, str) else column[0]
            field = target["fields"] if isinstance(target["fields"], str) else target["fields"][0]
            known = {row[field] for row in cells(target["resource"])}
            strangers = {row[column] for row in cells(table)} - known - {""}
            assert not strangers, f"data/{table}.csv, column {column}: {strangers} not in {target}"


def test_country_names_are_one_a_code():
    names = {row["iso3"]: row["country"] for row in cells("countries")}
    for table in tables():
        for row in cells(table):
            if row.get("iso3") and "country" in row:
                assert row["country"] == names[row["iso3"]], f"data/{table}.csv: {row}"
            assert row.get("country") not in {"Burma", "USA", "Türkiye"}, f"data/{table}.csv: {row}"


def test_flags_are_in_the_vocabulary():
    known = {row["flag"] for row in cells("flags")}
    used = set()
    for table in set(tables()) - {"flags"}:
        for row in cells(table):
            flags = {flag for flag in row.get("flag", "").split(";") if flag}
            assert flags <= known, (
                f"data/{table}.csv, column flag: {flags - known} not in flags.csv"
            )
            used |= flags
    assert used == known, f"data/flags.csv: never used {known - used}"


def test_every_source_is_known_and_used(bib):
    known = {entry["key"] for entry in bib}
    used = {key for table in tables() for row in cells(table) for key in keys(row)}
    assert used <= known, f"keys not in data/sources.bib: {sorted(used - known)}"
    for page in [*BOOK.glob("book/**/*.md"), *BOOK.glob("*.md")]:
        cited = re.findall(r"\{cite[^}]*\}`([^`]+)`", page.read_text(encoding="utf-8"))
        used |= {key.strip() for cell in cited for key in cell.split(",")}
    assert known <= used, f"entries of data/sources.bib that nothing uses: {sorted(known - used)}"


def test_sources_csv_equals_the_bibliography(bib):
    text = (DATA / "sources.csv").read_text(encoding="utf-8")
    again = bibliography.as_csv(bib)
    assert text == again, "run `python -m rare_earths.bibliography`"
    written = re.findall(
        r"^@\w+\{([^,]+),", (DATA / "sources.bib").read_text(encoding="utf-8"), re.M
    )
    assert written == sorted(written) == [entry["key"] for entry in bib], (
        "entries sorted, none twice"
    )


def test_sources_say_who_and_where(bib):
    for entry in bib:
        for column in ("author", "title", "publisher", "accessed"):
            assert entry[column], f"data/sources.bib, {entry['key']}: no {column}"
        plain = " ".join(entry[c] for c in ("author", "title", "publisher", "note"))
        assert not re.search(r"[{}\\]", plain), f"data/sources.bib, {entry['key']}: {plain}"


def test_dates_are_days_that_have_been():
    for table in tables():
        for row in cells(table):
            for column in ("date", "claim_date", "count_date", "control_as_of"):
                text = row.get(column, "")
                assert text <= "2026-11-21", f"data/{table}.csv, column {column}: {row}"
            day = row.get("date") or row.get("claim_date") or ""
            if row.get("first_day"):
                start = day + "2000-01-01"[len(day) :]
                assert row["first_day"] == start, f"data/{table}.csv, column first_day: {row}"


def test_corrections_stand_in_the_tables():
    for row in cells("corrections"):
        where = dict(pair.split("=", 1) for pair in row["key"].split(";"))
        found = [r for r in cells(row["table"]) if all(r[c] == v for c, v in where.items())]
        values = {r[row["column"]] for r in found}
        assert row["used"] in values, (
            f"data/{row['table']}.csv, {where}: {values}, not {row['used']}"
        )
        assert row["used"] != row["as_published"], row
