"""Mine production and reserves: what a reader may rely on.

Country figures add up to the publisher's world row within its rounding; editions follow each
other without unexplained jumps; the same figure in two tables is the same; the figures that
pages print are those of the publisher's table.
"""

import pytest
from whole import fault

from rare_earths import load, vintages

MCS = "usgs_mcs"
COMPLETE = ["MCS 2022", "MCS 2023", "MCS 2024", "MCS 2025", "MCS 2026 v1.3"]

# U.S. Geological Survey, Mineral Commodity Summaries 2026 (version 1.3), p. 153:
# country: (mine production 2024, 2025; reserves), None where the publisher prints NA.
MCS_2026 = {
    "Australia": (29_000, 29_000, 6_300_000),
    "Brazil": (560, 2_000, 11_000_000),
    "Canada": (0, 0, 830_000),
    "China": (270_000, 270_000, 44_000_000),
    "Greenland": (0, 0, 1_500_000),
    "India": (2_900, 2_900, None),
    "Madagascar": (1_400, 2_700, None),
    "Malaysia": (140, 110, 710_000),
    "Myanmar": (27_000, 22_000, None),
    "Nigeria": (1_500, 1_500, None),
    "Other countries": (1_000, 550, None),
    "Russia": (2_600, 2_600, 3_800_000),
    "South Africa": (0, 0, 860_000),
    "Tanzania": (0, 0, 890_000),
    "Thailand": (2_100, 4_800, None),
    "United States": (45_500, 51_000, 1_900_000),
    "Vietnam": (300, 150, 3_500_000),
    "World": (380_000, 390_000, 75_000_000),
}
# The same table one edition earlier (MCS 2025, p. 145): mine production 2024, where it differs.
MCS_2025_FOR_2024 = {
    "Australia": 13_000,
    "Brazil": 20,
    "Madagascar": 2_000,
    "Malaysia": 130,
    "Myanmar": 31_000,
    "Nigeria": 13_000,
    "Other countries": 1_100,
    "Russia": 2_500,
    "Thailand": 13_000,
    "United States": 45_000,
    "World": 390_000,
}


def production(series, edition=None, year=None):
    rows = vintages("mine_production", series=series)
    if edition:
        rows = rows[rows["edition"] == edition]
    return rows[rows["year"] == year] if year else rows


@pytest.mark.parametrize("series, tolerance", [(MCS, 5_000), ("usgs_myb", 500)])
def test_countries_add_up_to_the_world_within_its_rounding(series, tolerance):
    rows = production(series)
    if series == MCS:
        rows = rows[rows["edition"].isin(COMPLETE)]
    groups = list(rows.groupby(["edition", "year"]))
    assert len(groups) == {MCS: 10, "usgs_myb": 5}[series]
    for key, group in groups:
        total = group.set_index("country")["tonnes_reo"]
        parts = total.drop("World").sum()
        within = 500 if total["World"] % 10_000 else tolerance
        assert abs(parts - total["World"]) <= within, fault(
            "mine_production",
            (series, *key, "World"),
            "tonnes_reo",
            total["World"],
            f"about {parts:,.0f}",
        )


@pytest.mark.parametrize("year, position", [(2024, 0), (2025, 1)])
def test_newest_production_is_that_of_the_publishers_page(year, position):
    found = production(MCS, "MCS 2026 v1.3", year).set_index("country")["tonnes_reo"]
    assert set(found.index) == set(MCS_2026)
    for country, printed in MCS_2026.items():
        assert found[country] == printed[position], fault(
            "mine_production",
            (MCS, "MCS 2026 v1.3", year, country),
            "tonnes_reo",
            found[country],
            printed[position],
        )


def test_what_the_edition_before_printed_for_2024():
    found = production(MCS, "MCS 2025", 2024).set_index("country")["tonnes_reo"]
    for country, printed in MCS_2026.items():
        expected = MCS_2025_FOR_2024.get(country, printed[0])
        assert found[country] == expected, fault(
            "mine_production",
            (MCS, "MCS 2025", 2024, country),
            "tonnes_reo",
            found[country],
            expected,
        )


def test_production_is_the_same_in_every_table():
    flows = vintages("us_flows", indicator="production_mineral_concentrates")
    flows = flows.set_index(["edition", "year"])["tonnes_reo"]
    ours = production(MCS)
    ours = ours[ours["country"] == "United States"]
    compared = 0
    for row in ours.itertuples():
        key = (row.edition.replace(" v1.3", ""), row.year)
        if key in flows.index and row.edition in COMPLETE:
            compared += 1
            assert flows[key] == row.tonnes_reo, fault(
                "us_flows", key, "tonnes_reo", flows[key], row.tonnes_reo
            )
    assert compared == 10
    old = load("us_long_series", indicator="production").set_index("year")["tonnes_reo"]
    for row in production("usgs_ds140").query("country == 'United States'").itertuples():
        same = old[row.year] == row.tonnes_reo or (
            old.isna()[row.year] and row.tonnes_reo != row.tonnes_reo
        )
        assert same, fault(
            "us_long_series", ("production", row.year), "tonnes_reo", old[row.year], row.tonnes_reo
        )


def test_china_is_counted_at_its_quota():
    quota = load("quotas_production", quota_type="mining", level="total").set_index("year")[
        "tonnes_reo"
    ]
    china = production("usgs_myb").query("country == 'China'").set_index("year")["tonnes_reo"]
    newest = load("mine_production", series=MCS, country="China").set_index("year")["tonnes_reo"]
    for year in range(2018, 2025):
        for name, found in (("usgs_myb", china), (MCS, newest)):
            if year in found.index:
                assert found[year] == quota[year], fault(
                    "mine_production",
                    (name, year, "China"),
                    "tonnes_reo",
                    found[year],
                    f"the quota, {quota[year]}",
                )
    bgs = production("bgs_wms").query("country == 'China'").set_index("year")["tonnes_reo"]
    for year in range(2014, 2022):
        assert 1.0 <= bgs[year] / quota.get(year, 105_000) <= 1.6


def test_bgs_counts_the_united_states_at_sixty_percent():
    bgs = production("bgs_wms").query("country == 'United States'").set_index("year")["tonnes_reo"]
    as_first_printed = {
        2018: ("MCS 2020", 18_000),
        2020: ("MCS 2021", 38_000),
    }  # USGS revised both later
    usgs = (
        production("usgs_ds140")
        .query("country == 'United States'")
        .set_index("year")["tonnes_reo"]
        .to_dict()
    )
    usgs |= (
        production("usgs_myb")
        .query("country == 'United States'")
        .set_index("year")["tonnes_reo"]
        .to_dict()
    )
    usgs[2023] = production(MCS, "MCS 2025", 2023).set_index("country")["tonnes_reo"][
        "United States"
    ]
    for year in range(2012, 2024):
        edition, ours = as_first_printed.get(year, ("", usgs[year]))
        if edition:
            assert (
                ours
                == production(MCS, edition, year).set_index("country")["tonnes_reo"][
                    "United States"
                ]
            )
        assert bgs[year] == pytest.approx(0.6 * ours, abs=5), fault(
            "mine_production",
            ("bgs_wms", year, "United States"),
            "tonnes_reo",
            bgs[year],
            f"60% of {ours}",
        )


def test_production_flags_say_why_a_cell_is_empty_or_zero():
    for series in (MCS, "usgs_myb", "usgs_ds140", "bgs_wms"):
        for row in production(series).itertuples():
            flags = set(row.flag.split(";")) if isinstance(row.flag, str) else set()
            empty = row.tonnes_reo != row.tonnes_reo
            key = (series, row.edition, row.year, row.country)
            assert empty == bool(flags & {"not_available", "withheld"}), (
                f"data/mine_production.csv, {key}: {flags}"
            )
            assert (row.tonnes_reo == 0) == ("true_zero" in flags), (
                f"data/mine_production.csv, {key}: {flags}"
            )


def test_history_of_the_united_states_and_the_world():
    rows = production("usgs_ds140").pivot(index="year", columns="country", values="tonnes_reo")
    share = (rows["United States"] / rows["World"]).dropna()
    assert (share <= 1).all(), (
        f"data/mine_production.csv, usgs_ds140: above the world in {share[share > 1]}"
    )
    assert share.loc[1970:1979].between(0.53, 0.78).all()
    assert (share.loc[2003:2011] == 0).all() and share[2020] == pytest.approx(0.16, abs=0.01)
    growth = (rows["World"] / rows["World"].shift()).loc[1967:]
    assert growth.between(0.70, 1.50).all(), (
        f"data/mine_production.csv, usgs_ds140, World: {growth}"
    )
    assert rows.index.tolist() == list(range(1900, 2021))


def test_reserves_of_the_newest_edition():
    found = load("reserves").set_index("country")["reserves_tonnes_reo"]
    for country, (_, _, printed) in MCS_2026.items():
        same = found[country] == printed or (printed is None and found.isna()[country])
        assert same, fault(
            "reserves", ("MCS 2026 v1.3", country), "reserves_tonnes_reo", found[country], printed
        )
    before = load("reserves", edition="MCS 2026 v1.0").set_index("country")["reserves_tonnes_reo"]
    changed = {c for c in found.index if before[c] != found[c] and not found.isna()[c]}
    assert changed == {"Brazil", "World"}, f"data/reserves.csv: v1.0 and v1.3 differ in {changed}"


def test_reserves_add_up_to_the_world_of_their_edition():
    printed = {"MCS 2023": 125_690_000, "MCS 2024": 115_414_500, "MCS 2025": 90_884_500}
    printed |= {"MCS 2026 v1.0": 85_290_000, "MCS 2026 v1.3": 75_290_000}
    world = dict(zip(printed, (130e6, 110e6, 90e6, 85e6, 75e6), strict=True))
    for edition, total in printed.items():
        rows = load("reserves", edition=edition).set_index("country")["reserves_tonnes_reo"]
        parts = rows.drop("World").sum()
        assert parts == total, fault(
            "reserves", edition, "reserves_tonnes_reo", parts, f"{total} in all"
        )
        assert rows["World"] == world[edition]
        assert abs(parts - rows["World"]) <= 6_000_000, (
            f"data/reserves.csv, {edition}: {parts} against World"
        )
    for edition in ("MCS 2017", "MCS 2018", "MCS 2019", "MCS 2022"):
        rows = load("reserves", edition=edition).set_index("country")["reserves_tonnes_reo"]
        assert rows["World"] == 120_000_000 and rows.drop("World").sum() <= rows["World"]


def test_reserves_change_only_where_the_edition_says_so():
    rows = vintages("reserves")
    rows = rows[rows["edition"].between("MCS 2017", "MCS 2026 v1.3")]
    revised_without_a_mark = {
        ("MCS 2019", "Russia"),
        ("MCS 2022", "Russia"),
        ("MCS 2022", "Brazil"),
    }
    revised_without_a_mark |= {(f"MCS {y}", "United States") for y in (2021, 2022, 2023)}
    revised_without_a_mark |= {("MCS 2023", c) for c in ("Australia", "World")}
    revised_without_a_mark |= {("MCS 2026 v1.0", c) for c in ("Australia", "World")}
    for country, history in rows.groupby("country"):
        history = history.dropna(subset="reserves_tonnes_reo")
        steps = zip(history.itertuples(), history.iloc[1:].itertuples(), strict=False)
        for old, new in steps:
            if old.reserves_tonnes_reo != new.reserves_tonnes_reo:
                known = (new.edition, country) in revised_without_a_mark
                assert known or "revised" in str(new.flag), fault(
                    "reserves",
                    (new.edition, country),
                    "reserves_tonnes_reo",
                    new.reserves_tonnes_reo,
                    old.reserves_tonnes_reo,
                )
    china = rows[rows["country"] == "China"]["reserves_tonnes_reo"]
    assert (china == 44_000_000).all() and len(china) == 10
