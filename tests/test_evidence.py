"""What the tables say about the claims of the two articles, and what the ledger says.

The verdicts of table ``claims`` were given by hand; the functions of ``rare_earths.evidence``
compute theirs. A reader relies on three things: both agree, the computed line names its tables
and figures as the book writes them, and the verdict would be another one if the data were.
"""

import re

import pandas as pd
import pytest

from rare_earths import datapackage, load
from rare_earths.evidence import functions

FUNCTIONS = functions()
LEDGER = load("claims").set_index("claim_id")
# Cells and floats as code writes them; the number of an order is a name. A digit that is zero
# belongs where other figures of the line have that digit too: 8.9, 1.3, 1.0.
RAW = re.compile(r"\.\d{4,}|(?<!Order )\b\d{5,}|\d,\d{3}|\b(nan|NaT|None|True|False)\b")
ZERO, TENTHS = re.compile(r"\d\.0(?!\d)"), re.compile(r"\d\.[1-9](?!\d)")

each_claim = pytest.mark.parametrize("claim_id", FUNCTIONS)


@each_claim
def test_the_ledger_says_the_same(claim_id):
    finding, row = FUNCTIONS[claim_id](), LEDGER.loc[claim_id]
    for said, column in ((finding.held, "held_when_published"), (finding.holds, "holds_2026_11")):
        assert said in (None, row[column]), (
            f"{claim_id}, {column}: the ledger says {row[column]!r}, the data say {said!r}: "
            f"{finding.line}"
        )


@each_claim
def test_the_verdict_fits(claim_id):
    held, level = FUNCTIONS[claim_id]().held, LEDGER.verdict_level[claim_id]
    fits = {1: {"yes"}, 2: {"yes", "partly"}, 5: {"no"}}.get(level, {"yes", "partly", "no"})
    assert held is None or held in fits, f"{claim_id}: level {level}, but the data say {held!r}"


def test_more_than_half_of_the_claims_are_computed():
    assert set(FUNCTIONS) <= set(LEDGER.index)
    assert len(FUNCTIONS) >= 35, f"{len(FUNCTIONS)} of {len(LEDGER)} claims"


@each_claim
def test_the_line_is_for_readers(claim_id):
    line = FUNCTIONS[claim_id]().line
    assert 20 <= len(line) <= 400 and line.endswith("."), f"{claim_id}: {len(line)} characters"
    assert re.search(r"\d", line), f"{claim_id}: no figure: {line}"
    raw = RAW.search(line) or (not TENTHS.search(line) and ZERO.search(line))
    assert not raw, f"{claim_id}: {raw.group()!r} as code writes it: {line}"


@each_claim
def test_it_names_the_tables_it_reads(claim_id, monkeypatch, tmp_path):
    trace = tmp_path / "tables"
    monkeypatch.setenv("RARE_EARTHS_TRACE", str(trace))
    named = FUNCTIONS[claim_id]().tables
    assert sorted(named) == sorted(set(trace.read_text(encoding="utf-8").split())), claim_id


@pytest.fixture
def altered(monkeypatch):
    """Table -> what to do with its rows before anybody reads them."""
    rows, changes = datapackage._rows, {}  # where all readers of a table meet
    monkeypatch.setattr(
        datapackage, "_rows", lambda table: changes.get(table, lambda same: same)(rows(table))
    )
    return changes


def tripled(parity):
    """Every second figure three times as large; years and counts are whole numbers, and stay."""

    def alter(rows):
        figures = rows.select_dtypes("float64")
        factor = 1 + 2 * (rows.index % 2 == parity)
        return rows.assign(**figures.mul(factor, axis=0))

    return alter


def halved(parity):
    """Every second row is gone."""
    return lambda rows: rows[rows.index % 2 != parity].reset_index(drop=True)


def outcome(function):
    """The finding; or the error, where the function says that a figure is missing."""
    try:
        return function()
    except (LookupError, ValueError) as error:
        return error


@each_claim
def test_every_table_matters(claim_id, altered):
    function = FUNCTIONS[claim_id]
    found = function()
    for table in found.tables:
        for alter in (tripled(0), tripled(1), halved(0), halved(1)):
            altered[table] = alter
            if outcome(function) != found:
                break
        else:
            pytest.fail(f"{claim_id}: no figure and no row of table {table} makes a difference")
        altered.clear()


def put(where, **values):
    """Other values in some columns of the rows that a query finds."""

    def alter(rows):
        rows, found = rows.copy(), rows.query(where).index
        assert len(found), where
        for column, value in values.items():
            rows.loc[found, column] = value
        return rows

    return alter


LATER = pd.Timestamp("2019-06-01")
# What the data would have to say for another verdict: claim -> (held, holds), table -> rows.
OTHERWISE = {
    "AM-01": ("yes", "yes", {"uses": put("sector == 'batteries_hydrogen'", scale="large")}),
    "AM-03": ("yes", "yes", {"elements": put("density_g_cm3 < 5", density_g_cm3=5.5)}),
    "AM-04": (
        "partly",
        "partly",
        {"crustal_abundance": put("is_rare_earth", upper_crust_ppm=0.01)},
    ),
    "AM-05": ("yes", "yes", {"reserves": put("country == 'World'", reserves_tonnes_reo=110e6)}),
    "AM-06": ("no", "no", {"reserves": put("country == 'China'", reserves_tonnes_reo=40e6)}),
    "AM-07": ("yes", "yes", {"mine_production": put("country == 'Brazil'", tonnes_reo=99e3)}),
    "AM-08": ("yes", "yes", {"reserves": put("country == 'India'", reserves_tonnes_reo=6.9e6)}),
    "AM-09": (
        "yes",
        "yes",
        {"reserves": put("country in ['Russia', 'Vietnam']", reserves_tonnes_reo=10e6)},
    ),
    "AM-10": (
        "partly",
        "partly",
        {
            "environmental_figures": put(
                "topic in ['tailings', 'pollution', 'radioactivity']", topic="land"
            )
        },
    ),
    "AM-11": ("yes", "yes", {"uses": lambda rows: rows.assign(scale="large", sector=rows.use_id)}),
    "AM-12": ("yes", "yes", {"uses": put("symbol == 'Eu'", scale="large")}),
    "AM-13": ("partly", "partly", {"uses": put("sector == 'glass_polishing'", scale="niche")}),
    "AM-14": ("yes", "yes", {"uses": put("symbol == 'La'", scale="small")}),
    "AM-15": ("yes", "yes", {"uses": put("symbol == 'Ce'", scale="small")}),
    "AM-16": ("yes", "yes", {"uses": put("sector == 'wind'", property_exploited="no maintenance")}),
    "AM-18": ("partly", "partly", {"value_chain": put("country == 'China'", share_pct=40)}),
    "AM-20": ("partly", "partly", {"us_import_sources": put("country == 'China'", share_pct=40)}),
    "AM-21": ("partly", "partly", {"trade_eu": put("country == 'Russia'", share_pct=50)}),
    "AM-22": ("yes", "partly", {"eu_japan_policy": put("kind == 'benchmark'", status="repealed")}),
    "AM-23": ("yes", "yes", {"export_controls": put("kind == 'threat'", instrument="Order 1")}),
    "AM-24": (
        "yes",
        "yes",
        {
            "export_controls": put("kind == 'WTO_case'", first_day=LATER),
            "us_policy": put("kind == 'executive_order'", first_day=LATER),
        },
    ),
    "AM-25": (
        "yes",
        "yes",
        {"export_controls": put("kind == 'informal_halt'", instrument="Order 1")},
    ),
    "AM-26": ("partly", "partly", {"dependence": put("importer == 'Japan'", share_pct=90)}),
    "AM-28": (
        "yes",
        "yes",
        {
            "export_controls": put(
                "kind in ['licence', 'technology_ban'] and event_id != 'EC-25'", status="ended"
            )
        },
    ),
    "AM-29": ("yes", "no", {"export_controls": put("event_id == 'EC-25'", status="ended")}),
    "U24-09": ("no", "no", {"elements": halved(0)}),
    "U24-10": ("yes", "yes", {"uses": put("symbol > ''", sector="magnets", scale="large")}),
    "U24-16": ("no", "no", {"mine_production": put("country == 'Myanmar'", tonnes_reo=300e3)}),
    "U24-18": (
        "no",
        "no",
        {"reserves": put("country == 'United States'", reserves_tonnes_reo=20e3)},
    ),
    "U24-19": (
        "no",
        "no",
        {"sites": put("site.str.startswith('Mountain Pass')", status="operating")},
    ),
    "U24-20": (
        "no",
        "no",
        {"us_flows": put("indicator == 'production_compounds_and_metals'", tonnes_reo=30e3)},
    ),
    "AM-02": ("yes", "yes", {"draft_comparison": put("version_id == 'F'", status="present")}),
    "AM-17": (
        "no",
        "no",
        {
            "deal_timeline": put(
                "actors.str.contains('Zelensky')", first_day=pd.Timestamp("2025-01-02")
            )
        },
    ),
    "AM-27": ("partly", "partly", {"critical_lists": put("symbols == 'Nd'", is_rare_earth=False)}),
    "AM-30": (
        "no",
        "no",
        {"critical_lists": put("jurisdiction == 'United States'", family="zinc")},
    ),
    "AM-31": (
        "yes",
        "yes",
        {"positions": put("position_id == 'p05'", position="Warns to stay away.")},
    ),
    "AM-36": (
        "no",
        "no",
        {"deal_timeline": put("event_id == 'e08'", event="Scholz says it would be fair.")},
    ),
    "AM-37": (
        "no",
        "no",
        {"deal_timeline": put("event_id == 'e08'", event="Scholz says it would be fair.")},
    ),
    "U24-01": (
        "yes",
        "yes",
        {
            "deal_timeline": put("event_id == 'e06'", source="reuters-2025-02-03"),
            "draft_comparison": put("version_id == 'F'", status="present"),
        },
    ),
    "U24-05": ("yes", "yes", {"aid_usd": put("aid_id == 'u03'", amount_usd_billion=290.0)}),
    "U24-07": ("yes", "yes", {"reserves": put("country == 'Vietnam'", country="Ukraine")}),
    "U24-08": (
        "no",
        "no",
        {
            "draft_comparison": put("version_id == 'A'", provision="Rare earths."),
            "annex_resources": put("order > 0", is_rare_earth=True),
        },
    ),
    "U24-11": (
        "no",
        "yes",
        {
            "critical_lists": lambda rows: rows[
                ~((rows.list_id == "us-2025") & (rows.entry_no > 50))
            ].query("list_id != 'us-2022' or entry_no < 50")
        },
    ),
    "U24-12": ("yes", "yes", {"critical_lists": put("symbols == 'Nd'", is_rare_earth=False)}),
    "U24-13": ("no", "no", {"critical_lists": put("family == 'nickel'", family="zinc")}),
    "U24-14": ("partly", "partly", {"deposit_estimates": put("measure == 'u'", tonnes_u=0.0)}),
    "U24-15": (
        "partly",
        "partly",
        {"reserve_claims": put("claim_id == 'ti-usgs-ilmenite'", rank=5)},
    ),
    "U24-21": ("no", "no", {"deal_timeline": put("event_id == 'e03'", event="Zelensky speaks.")}),
    "U24-22": (
        "yes",
        "yes",
        {"deal_timeline": put("event_id == 'e02'", first_day=pd.Timestamp("2024-10-16"))},
    ),
    "U24-24": (
        "yes",
        "yes",
        {"eu_japan_policy": put("policy_id == 'EJ-04'", terms="a list of lithium")},
    ),
    "U24-27": (
        "yes",
        "yes",
        {
            "reserve_claims": put(
                "claim_id == 'li-33mt'", tonnes_of="lithium, metal or oxide not stated"
            )
        },
    ),
    "U24-30": (None, "yes", {"reserve_claims": put("claim_id == 'li-500kt'", tonnes=1.25e6)}),
}


@pytest.mark.parametrize("claim_id", OTHERWISE)
def test_other_data_would_give_another_verdict(claim_id, altered):
    held, holds, changes = OTHERWISE[claim_id]
    found = FUNCTIONS[claim_id]()
    assert (found.held, found.holds) != (held, holds), f"{claim_id}: no other verdict"
    altered.update(changes)
    otherwise = FUNCTIONS[claim_id]()
    assert (otherwise.held, otherwise.holds) == (held, holds), otherwise.line
