"""United States: reliance follows from the flows, and editions agree with each other."""

import pytest
from whole import fault

from rare_earths import load, vintages

# U.S. Geological Survey, MCS 2026 version 1.3, p. 152, Salient Statistics: 2021-2025 in t REO.
MCS_2026 = {
    "production_mineral_concentrates": (42_400, 42_500, 41_600, 45_500, 51_000),
    "production_compounds_and_metals": (120, 95, 800, 4_300, 8_900),
    "imports_compounds": (7_730, 10_800, 8_970, 8_120, 21_000),
    "imports_ferrocerium_alloys": (330, 395, 259, 238, 1_100),
    "imports_rare_earth_metals_alloys": (579, 487, 476, 96, 350),
    "exports_ores_and_compounds": (45_700, 45_900, 20_700, 37_500, 14_000),
    "exports_ferrocerium_alloys": (825, 1_520, 817, 902, 890),
    "exports_rare_earth_metals_alloys": (20, 24, 63, 347, 430),
    "apparent_consumption_compounds_metals": (7_900, 10_200, 8_600, 9_010, 27_000),
    "imports_heavy_rare_earth_compounds_metals": (71, 70, 70, 74, 100),
}


def flow(indicator, edition=None):
    rows = vintages("us_flows", indicator=indicator)
    return rows[rows["edition"] == edition].set_index("year")["tonnes_reo"] if edition else rows


@pytest.mark.parametrize("indicator", MCS_2026)
def test_newest_flows_are_those_of_the_publisher(indicator):
    found = flow(indicator, "MCS 2026")
    for year, printed in zip(range(2021, 2026), MCS_2026[indicator], strict=True):
        assert found[year] == printed, fault(
            "us_flows", (indicator, year), "tonnes_reo", found[year], printed
        )


def test_every_edition_has_five_years_and_the_last_is_an_estimate():
    for indicator in MCS_2026:
        for edition, group in flow(indicator).groupby("edition"):
            years = group["year"].tolist()
            assert years == list(range(years[-1] - 4, years[-1] + 1)), (
                f"data/us_flows.csv, {indicator}, {edition}"
            )
            assert years[-1] == int(edition[4:]) - 1
            last = group.iloc[-1]
            assert "estimated" in str(last["flag"]) or last["tonnes_reo"] == 0


def test_editions_agree_on_years_that_are_no_longer_estimates():
    revised = {  # (indicator, year): USGS changed it later by more than rounding
        ("production_compounds_and_metals", 2023),
        ("apparent_consumption_compounds_metals", 2018),
        ("apparent_consumption_compounds_metals", 2019),
        ("apparent_consumption_compounds_metals", 2020),
        ("apparent_consumption_compounds_metals", 2021),
        ("apparent_consumption_compounds_metals", 2023),
        ("production_mineral_concentrates", 1994),
    }
    compared = 0
    for indicator in MCS_2026:
        rows = flow(indicator)
        rows = rows[~rows["flag"].str.contains("estimated", na=False)]
        for year, group in rows.groupby("year"):
            if (indicator, year) in revised or len(group) < 2:
                continue
            newest = group["tonnes_reo"].iloc[-1]
            for row in group.itertuples():
                compared += 1
                assert row.tonnes_reo == pytest.approx(newest, rel=0.045, abs=3), fault(
                    "us_flows",
                    (indicator, row.edition, year),
                    "tonnes_reo",
                    row.tonnes_reo,
                    f"near {newest}",
                )
    assert compared > 200


def test_estimates_are_near_the_later_figure():
    loose = {
        "production_compounds_and_metals",
        "exports_ores_and_compounds",
        "exports_rare_earth_metals_alloys",
    }
    loose |= {"imports_rare_earth_metals_alloys", "exports_ferrocerium_alloys"}
    for indicator in set(MCS_2026) - loose:
        rows = flow(indicator)
        for year, group in rows[rows["year"] >= 2014].groupby("year"):
            later = group["tonnes_reo"].iloc[-1]
            for row in group.itertuples():
                if later:
                    assert 0.65 <= row.tonnes_reo / later <= 1.6, fault(
                        "us_flows",
                        (indicator, row.edition, year),
                        "tonnes_reo",
                        row.tonnes_reo,
                        f"near {later}",
                    )


@pytest.mark.parametrize("edition", ["MCS 2022", "MCS 2023", "MCS 2024", "MCS 2025", "MCS 2026"])
def test_consumption_is_production_plus_imports_less_exports(edition):
    parts = {i: flow(i, edition) for i in MCS_2026 if "heavy" not in i}
    consumption = parts["apparent_consumption_compounds_metals"]
    made = parts["production_compounds_and_metals"]
    came = sum(parts[i] for i in parts if i.startswith("imports"))
    left = parts["exports_ferrocerium_alloys"] + parts["exports_rare_earth_metals_alloys"]
    stocks = {("MCS 2026", y) for y in (2023, 2024, 2025)} | {("MCS 2025", y) for y in (2023, 2024)}
    stocks |= {("MCS 2022", y) for y in (2017, 2018, 2020, 2021)} | {
        ("MCS 2023", y) for y in (2018, 2019, 2020, 2021)
    }
    stocks |= {("MCS 2022", 2019), ("MCS 2023", 2022), ("MCS 2024", 2023)}
    for year in consumption.index:
        ratio = consumption[year] / (made + came - left)[year]
        low, high = (0.75, 1.25) if (edition, year) in stocks else (0.985, 1.015)
        assert low <= ratio <= high, fault(
            "us_flows",
            ("apparent_consumption", edition, year),
            "tonnes_reo",
            consumption[year],
            (made + came - left)[year],
        )


def test_reliance_follows_from_consumption_and_production():
    """USGS prints bounds near 100; elsewhere reliance = 1 - production / consumption."""
    reliance = load("us_dependence", material="compounds_and_metals").set_index("year")
    for year in (2021, 2022, 2023, 2024, 2025):
        used, made = (
            flow(i, "MCS 2026")[year]
            for i in ("apparent_consumption_compounds_metals", "production_compounds_and_metals")
        )
        computed, row = 100 * (1 - made / used), reliance.loc[year]
        if "greater_than" in str(row["flag"]):
            assert row["reliance_pct"] <= computed <= row["reliance_pct"] + 5, fault(
                "us_dependence",
                ("MCS 2026", year),
                "reliance_pct",
                row["reliance_pct"],
                f"{computed:.1f}",
            )
        else:
            assert row["reliance_pct"] == pytest.approx(computed, abs=1), fault(
                "us_dependence",
                ("MCS 2026", year),
                "reliance_pct",
                row["reliance_pct"],
                f"{computed:.1f}",
            )


def test_reliance_as_printed():
    printed = {  # edition: five years, the last of them the year before the edition
        "MCS 2019": (56, 38, 100, 100, 100),
        "MCS 2021": (100, 100, 100, 100, 100),
        "MCS 2022": (100, 100, 100, 100, ">90"),
        "MCS 2023": (100, 100, 100, ">95", ">95"),
        "MCS 2024": (100, 100, ">95", ">95", ">95"),
        "MCS 2025": (100, ">95", ">95", ">95", 80),
        "MCS 2026": (">95", ">95", ">90", 53, 67),
    }
    rows = vintages("us_dependence", material="compounds_and_metals")
    assert rows["edition"].nunique() == len(printed)
    for edition, values in printed.items():
        found = rows[rows["edition"] == edition].sort_values("year")
        assert found["year"].tolist() == [int(edition[4:]) - 5 + i for i in range(5)]
        bound = [">" if "greater_than" in str(f) else "" for f in found["flag"]]
        shown = [f"{b}{v:g}" for b, v in zip(bound, found["reliance_pct"], strict=True)]
        assert shown == [str(v) for v in values], fault(
            "us_dependence", edition, "reliance_pct", shown, values
        )
    for material in ("heavy_rare_earths", "yttrium", "scandium"):
        assert (load("us_dependence", material=material)["reliance_pct"] == 100).all()
    concentrate = vintages("us_dependence", material="mineral_concentrates")
    assert concentrate["reliance_pct"].isna().all()
    since_2018 = concentrate[(concentrate["year"] >= 2018)]["flag"]
    assert since_2018.str.contains("net_exporter").all()


def test_sources_of_imports_add_up_to_one_hundred():
    for material in (
        "compounds_and_metals",
        "terbium",
        "holmium",
        "erbium",
        "ytterbium",
        "lutetium",
        "yttrium",
        "scandium_oxide",
    ):
        for edition, group in vintages("us_import_sources", material=material).groupby("edition"):
            total = group["share_pct"].sum()
            assert total == 100, fault(
                "us_import_sources", (material, edition), "share_pct", total, "100 in all"
            )
            assert (group["period_end"] - group["period_start"] == 3).all()
            assert (group["period_end"] == int(edition[4:]) - 2).all()
    china = vintages("us_import_sources", material="compounds_and_metals", country="China")
    assert china["share_pct"].tolist() == [70, 71]
    printed = {
        "compounds_and_metals": 71,
        "yttrium": 70,
        "erbium": 40,
        "ytterbium": 86,
        "scandium_oxide": 11,
    }
    for material, share in printed.items():
        found = load("us_import_sources", material=material, country="China")["share_pct"].item()
        assert found == share, fault(
            "us_import_sources", (material, "China"), "share_pct", found, share
        )
    others = load("us_import_sources", material="compounds_and_metals").set_index("country")[
        "share_pct"
    ]
    assert others.drop("China").to_dict() == {
        "Malaysia": 13,
        "Japan": 5,
        "Estonia": 5,
        "Other countries": 6,
    }


def test_yttrium_and_scandium():
    printed = {
        ("Y", "imports"): (560, 818, 323, 457, 300),
        ("Y", "exports"): (9, 4, 20, 43, 412),
        ("Y", "apparent_consumption"): (700, 1000, 200, 500, 300),
        ("Sc", "imports"): (1, 6, 6, 7, 4),
    }
    for (symbol, indicator), values in printed.items():
        found = load("us_yttrium_scandium", symbol=symbol, indicator=indicator)[
            "tonnes_oxide"
        ].tolist()
        assert found == list(values), fault(
            "us_yttrium_scandium", (symbol, indicator), "tonnes_oxide", found, values
        )


def test_jobs_and_values():
    printed = {2014: 391, 2015: 351, 2016: 0, 2017: 24, 2018: 190, 2019: 202, 2020: 185, 2021: 293}
    printed |= {2022: 350, 2023: 450, 2024: 570, 2025: 670}
    jobs = vintages("us_industry", indicator="employment_mine_and_mill")
    newest = load("us_industry", indicator="employment_mine_and_mill").set_index("year")["persons"]
    assert newest.to_dict() == printed, fault(
        "us_industry", "employment", "persons", newest.to_dict(), printed
    )
    settled = jobs[~jobs["flag"].str.contains("estimated", na=False)]
    assert (settled.groupby("year")["persons"].nunique() == 1).all()
    guesses = jobs[jobs["flag"].str.contains("estimated", na=False)].itertuples()
    assert all(
        0.7 <= row.persons / printed[row.year] <= 1.1 for row in guesses if printed[row.year]
    )
    value = load("us_industry", indicator="value_imports_compounds_metals").set_index("year")[
        "value_usd_million"
    ]
    expected = {
        2014: 191,
        2015: 150,
        2017: 137,
        2018: 160,
        2019: 160,
        2020: 110,
        2023: 186,
        2024: 168,
        2025: 165,
    }
    assert value.to_dict() == expected, fault(
        "us_industry", "value of imports", "value_usd_million", value.to_dict(), expected
    )
    made = load("us_industry", indicator="value_production_concentrates").set_index("year")[
        "value_usd_million"
    ]
    assert made.to_dict() == {2024: 260, 2025: 240}
