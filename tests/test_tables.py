"""Promise: a table is read as its descriptor says, or the error says where it is not."""

import json

import pandas as pd
import pytest

import rare_earths as ree
from rare_earths import datapackage

FIELDS = [
    {"name": "country", "type": "string", "constraints": {"required": True}},
    {"name": "year", "type": "integer", "constraints": {"minimum": 1900, "maximum": 2030}},
    {"name": "tonnes", "type": "number", "unit": "t REO", "constraints": {"minimum": 0}},
    {"name": "edition", "type": "string"},
    {"name": "signed", "type": "boolean"},
    {"name": "day", "type": "date"},
    {"name": "source", "type": "string", "constraints": {"required": True}},
    {"name": "check", "type": "string", "constraints": {"enum": ["verified", "corroborated"]}},
]
HEADER = ",".join(field["name"] for field in FIELDS)
GOOD = [
    "China,2023,240000,A,true,2025-04-30,usgs,verified",
    "China,2023,255000,B,true,2025-04-30,usgs,verified",
    "China,2024,,B,false,,usgs,verified",
    "Chad,2023,,A,false,,usgs,verified",
]


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Write a one-table package; returns a function that takes the CSV's rows."""
    monkeypatch.setenv("RARE_EARTHS_DATA", str(tmp_path))
    resource = {
        "name": "mines",
        "path": "mines.csv",
        "title": "Mines",
        "publisher": "USGS",
        "licenses": [{"title": "Public domain"}],
        "editions": {"column": "edition", "order": ["A", "B"], "by": ["year"]},
        "schema": {"fields": FIELDS, "primaryKey": ["country", "year", "edition"]},
    }
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    (tmp_path / "sources.csv").write_text("key,title\nusgs,Summaries\n")

    def write(rows, header=HEADER, encoding="utf-8"):
        (tmp_path / "mines.csv").write_bytes("\n".join([header, *rows, ""]).encode(encoding))
        datapackage._read_package.cache_clear()
        datapackage._bibliography.cache_clear()
        datapackage._read_table.cache_clear()
        datapackage._corrections.cache_clear()

    return write


def test_declared_types_units_and_unknowns(package):
    package(GOOD)
    frame = ree.vintages("mines")
    assert [str(t) for t in frame.dtypes[:6]] == [
        "str", "Int64", "float64", "str", "boolean", "datetime64[s]",
    ]  # fmt: skip
    assert pd.isna(frame.query("country == 'Chad'").tonnes.item())
    assert frame.attrs["units"] == {"tonnes": "t REO"}
    assert frame.attrs["table"] == "mines" and frame.attrs["sources"] == ("usgs",)


def test_newest_edition_replaces_older_ones_wholly(package):
    package(GOOD)
    newest = ree.load("mines")
    # 2023 is taken from edition B alone: Chad, which only A lists, must not creep in
    assert newest[["country", "year", "edition"]].values.tolist() == [
        ["China", 2023, "B"],
        ["China", 2024, "B"],
    ]
    with pytest.raises(ValueError, match="no country 'Chad'"):
        ree.load("mines", country="Chad")
    assert ree.load("mines", edition="A").tonnes.iloc[0] == 240000
    with pytest.raises(ValueError, match="no edition 'C'"):
        ree.load("mines", edition="C")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("China,2023,many,A,,,usgs,verified", r"line 2, column tonnes: found 'many', .* number"),
        ("China,2023,nan,A,,,usgs,verified", r"column tonnes: found 'nan'"),
        ("China,2023,-5,A,,,usgs,verified", r"column tonnes: found '-5', expected at least 0"),
        ("China,2063,5,A,,,usgs,verified", r"column year: found '2063', expected at most 2030"),
        ("China,20x3,5,A,,,usgs,verified", r"column year: found '20x3', expected a whole number"),
        (",2023,5,A,,,usgs,verified", r"column country: .* required"),
        ("China,2023,5,A,yes,,usgs,verified", r"column signed: .* true or false"),
        ("China,2023,5,A,,30 April,usgs,verified", r"column day: .* date such as"),
        ("China,2023,5,A,,,usgs;iea,verified", r"column source: found 'iea', .*sources\.bib"),
        ("China,2023,5,A,,,,verified", r"column source: .* required"),
        ("China,2023,5,A,,,usgs,guessed", r"column check: found 'guessed', expected one of"),
        ("China,2023,5,A,,,usgs", r"line 2: 7 cells; expected 8"),
        ('China,2023,5,A,,,"usgs"x,verified', r"not valid CSV"),
    ],
)
def test_a_bad_cell_is_named(package, row, message):
    package([row])
    with pytest.raises(ree.DataError, match=r"data/mines\.csv") as caught:
        ree.load("mines")
    assert caught.match(message)


def test_a_duplicate_key_is_named(package):
    package([GOOD[0], GOOD[2], GOOD[0]])
    with pytest.raises(ree.DataError, match=r"line 4: key .*China.* one row for each country"):
        ree.load("mines")


def test_a_missing_column_and_a_wrong_encoding_are_named(package):
    package(["China,2023"], header="country,year")
    with pytest.raises(ree.DataError, match=r"line 1: column 'tonnes' is missing"):
        ree.load("mines")
    package([GOOD[0], "Türkiye,2023,5,A,,,usgs,verified"], encoding="latin-1")
    with pytest.raises(ree.DataError, match=r"line 3: not UTF-8"):
        ree.load("mines")


def test_a_slip_in_a_name_is_answered_with_a_suggestion():
    with pytest.raises(KeyError, match=r"did you mean .*reserves"):
        ree.load("reserve")


def test_series_that_must_not_be_mixed_cannot_be():
    with pytest.raises(ValueError, match="choose series= one of"):
        ree.load("mine_production")
    assert set(ree.load("mine_production", series="usgs_mcs").series) == {"usgs_mcs"}


def test_reserves_come_one_whole_edition_at_a_time():
    assert ree.load("reserves").edition.unique().tolist() == ["MCS 2026 v1.3"]
    world = ree.vintages("reserves", country="World").set_index("edition").reserves_tonnes_reo
    assert world["MCS 2024"] == 110_000_000
    assert (world["MCS 2026 v1.0"], world["MCS 2026 v1.3"]) == (85_000_000, 75_000_000)


def test_every_table_is_in_order():
    assert datapackage.check() > 5000


def test_importing_the_package_is_light():
    import subprocess
    import sys

    code = (
        "import sys, rare_earths as r; r.load('reserves');"
        "print([m for m in ('altair', 'sphinx', 'IPython', 'vl_convert') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_list_of_tables_stays_a_function():
    assert "reserves" in ree.tables()


def test_cite_names_publisher_and_table():
    assert "U.S. Geological Survey" in ree.cite("reserves") and "“reserves”" in ree.cite("reserves")


def test_a_correction_is_applied_and_noticed_when_it_no_longer_fits(package, tmp_path):
    head = "table,key,column,as_published,used,reason,source,date\n"
    line = "mines,country=China;year=2023;edition=A,tonnes,{},139000,A slip.,usgs,2026-11-21\n"
    (tmp_path / "corrections.csv").write_text(head + line.format(240000))
    package(GOOD)
    assert ree.load("mines", edition="A").tonnes.iloc[0] == 139000
    assert ree.vintages("mines", edition="B").tonnes.iloc[0] == 255000
    (tmp_path / "corrections.csv").write_text(head + line.format(250000))
    package(GOOD)
    with pytest.raises(ree.DataError, match=r"corrections\.csv.*found \[240000"):
        ree.load("mines")


def test_corrections_of_the_book_are_what_load_gives():
    for entry in datapackage.corrections():
        frame = datapackage.read(entry["table"])
        for part in entry["key"].split(";"):
            column, value = part.split("=", 1)
            frame = frame[frame[column].astype("str") == value]
        assert (frame[entry["column"]].astype(float) == float(entry["used"])).all(), entry


def test_figures_that_are_only_claims_are_not_loaded_by_default():
    flags = ree.load("environmental_figures", everything=True).flag
    claims = flags.str.contains("do_not_chart", na=False).sum()
    assert claims > 0
    for table in ree.tables():
        frame = datapackage.read(table)
        if "flag" in frame and table != "flags":
            chosen = {
                column: frame[column].dropna().unique().tolist()
                for column in datapackage.descriptor(table).get("choose", [])
            }
            loaded = ree.vintages(table, **chosen)
            assert not loaded.flag.str.contains("do_not_chart", na=False).any(), table


def test_a_broken_reference_is_named(package, tmp_path):
    package(GOOD)
    described = json.loads((tmp_path / "datapackage.json").read_text())
    other = {
        "name": "lands",
        "path": "lands.csv",
        "title": "Countries",
        "schema": {"fields": [{"name": "country", "type": "string"}], "primaryKey": ["country"]},
    }
    reference = {"resource": "lands", "fields": "country"}
    described["resources"][0]["schema"]["foreignKeys"] = [
        {"fields": "country", "reference": reference}
    ]
    described["resources"].append(other)
    (tmp_path / "datapackage.json").write_text(json.dumps(described))
    (tmp_path / "lands.csv").write_text("country\nChina\n")
    package(GOOD)
    with pytest.raises(
        ree.DataError, match=r"mines\.csv, row 4.*'Chad', expected .*lands\.country"
    ):
        ree.check()
