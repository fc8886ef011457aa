"""Promise: each number in the text leads to a list that says where it comes from."""

import ast
import csv
import re
from collections import Counter
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from bs4 import BeautifulSoup
from conftest import CHAPTERS
from test_build import edited, make

from rare_earths import datapackage
from rare_earths.site.number_records import GLUED, publishing_call, rows_that_hold

PAGE = "book/about/numbers.html"
TITLES = ["h1", "h2", "h3", "h4", "summary", "a"]


def parsed(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def listed(site) -> dict[str, dict]:
    """Name -> row of the list as a reader sees it, with the addresses behind it."""
    rows = {}
    for part in parsed(site / PAGE).select("details.number-list"):
        heads = [head.get_text() for head in part.select("thead th[scope=col]")]
        assert part.table.caption.get_text(strip=True) and part.summary.get_text(strip=True)
        for row in part.select("tbody tr"):
            cells = row.find_all(["th", "td"])
            shown = [" ".join(cell.get_text().split()) for cell in cells]
            links = {
                head: [link["href"] for link in cell.find_all("a")]
                for head, cell in zip(heads, cells, strict=True)
            }
            entry = dict(zip(heads, shown, strict=True)) | {"links": links, "id": row["id"]}
            assert row.select_one("th[scope=row]").get_text() == entry["Name"]
            assert entry["Name"] not in rows
            rows[entry["Name"]] = entry
    return rows


def reaches(site: Path, address: str) -> bool:
    path, fragment = urldefrag(address)
    target = ((site / PAGE).parent / path).resolve()
    return target.is_file() and (not fragment or f'id="{fragment}"' in target.read_text("utf-8"))


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.docname)
def test_every_published_number_is_listed(site, listed, executed, chapter):
    records = [
        record
        for cell in executed[chapter.docname].cells
        for output in cell.get("outputs", [])
        if (record := output.get("data", {}).get(GLUED))
    ]
    text = chapter.path.read_text("utf-8")
    for record in records:
        if f"`{record['name']}`" not in text:
            continue  # it serves the quiz only
        row = listed[record["name"]]
        assert row["id"] == f"number-{record['name']}"
        assert row["Number"] == " ".join(record["text"].split())
        assert row["Unit"] == (record["unit"] or "–")
        (place,) = row["links"]["Where it stands"]
        assert f"{chapter.docname}.html#" in place and reaches(site, place), place
        if record["table"] in datapackage.tables():
            assert row["Table"] == record["table"]
            assert row["links"]["Table"] == [f"../../data/{record['table']}.html"]
            assert reaches(site, row["links"]["Table"][0])
        else:
            assert row["Source"] == (record["table"] or "–")  # such as: setting of the chart


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.docname)
def test_every_number_in_prose_leads_to_its_own_row(site, listed, chapter):
    article = parsed(site / f"{chapter.docname}.html").select_one("article")
    used = Counter(re.findall(r"\{glue:text\}`([^`]+)`", chapter.path.read_text("utf-8")))
    linked = Counter()
    for number in article.select("span.pasted-text"):
        link = number.parent if "number-link" in number.parent.get("class", []) else None
        if link is None:
            assert number.find_parent(TITLES) or number.find_parent(class_="admonition-title")
            continue
        assert not link.find_parent(TITLES), f"a link inside another one or a title: {link}"
        page, fragment = urldefrag(link["href"])
        assert (site / chapter.docname).parent.joinpath(page).resolve() == (site / PAGE).resolve()
        name = fragment.removeprefix("number-")
        assert listed[name]["Number"] == " ".join(number.get_text().split())
        linked[name] += 1
    assert linked <= used
    assert (used - linked).total() == len(article.select("span.pasted-text")) - linked.total()


def test_the_line_named_is_the_one_that_published(listed):
    for name, row in listed.items():
        code = row["Cell and line"].split(": ", 1)[1]
        argument = ast.parse(code).body[0].value.args[0]
        if isinstance(argument, ast.Constant):
            assert argument.value == name
        elif isinstance(argument, ast.JoinedStr):
            parts = [
                re.escape(p.value) if isinstance(p, ast.Constant) else ".*" for p in argument.values
            ]
            assert re.fullmatch("".join(parts), name), code


def test_sources_are_named_where_the_value_leads_to_them(site, listed):
    named = [row for row in listed.values() if row["Source"] and "whole" not in row["Source"]]
    assert len(named) > len(listed) / 3
    addresses = {address for row in listed.values() for address in row["links"]["Source"]}
    ours = [address for address in addresses if not re.match(r"https?://", address)]
    assert ours and all(reaches(site, address) for address in ours)


def test_the_csv_equals_the_page(site, listed):
    with open((site / PAGE).with_suffix(".csv"), encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == list(listed)
    for row in rows:
        shown = listed[row["name"]]
        assert shown["Number"] == " ".join(row["number"].split())
        assert shown["Unit"] == (row["unit"] or "–")
        assert shown["Where it stands"] == row["place"]
        assert shown["Cell and line"] == f"cell {row['cell']}: {row['code']}"
        assert (row["table"] or "–") in (shown["Table"], shown["Source"])
        if row["sources"]:
            assert shown["Source"] == row["sources"].replace(";", "; ")


def test_a_row_holds_a_value_only_in_a_column_of_its_unit():
    fund = datapackage.read("fund")
    row = int(fund.index[fund.unit == "million USD"][0])
    value = float(fund.value[row])

    def held(value, unit):
        return row in rows_that_hold(fund, {"table": "fund", "value": value, "unit": unit})

    assert held(value, "million USD") and held(value / 1000, "billion USD")
    assert not held(value, "years") and not held(value, "billion USD")
    assert not held(value * 1.001, "million USD"), "equal only after rounding"


def test_the_call_in_a_line_of_a_cell_is_found():
    cell = 'x = 1\nfor n in "ab":\n    ree.publish(f"x_{n}", x,\n                table="t")\n'
    assert publishing_call(cell, 3) == 'ree.publish(f"x_{n}", x, table="t")'
    with pytest.raises(ValueError, match="no call of publish in line 1"):
        publishing_call(cell, 1)


@pytest.mark.xdist_group("small book")
def test_the_list_follows_the_outputs_of_the_chapters(small_book):
    (small_book / "numbers.md").write_text("# Numbers\n\n```{published-numbers}\n```\n")
    toc = (small_book / "_toc.yml").read_text("utf-8")
    with edited(small_book / "_toc.yml", toc, toc.rstrip() + "\n  - file: numbers\n"):
        assert make(small_book).returncode == 0
        page = small_book / "_build" / "html" / "numbers.html"
        assert "44\u202f000\u202f000.0" in page.read_text("utf-8")
        with edited(small_book / "data" / "reserves.csv", ",44000000,", ",45000000,"):
            assert make(small_book).returncode == 0
            assert "45\u202f000\u202f000.0" in page.read_text("utf-8")
