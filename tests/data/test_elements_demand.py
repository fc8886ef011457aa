"""End uses and demand: splits add up to 100, sectors and elements to the total."""

import pytest
from whole import fault, one_unit_per_measure, whole

from rare_earths import load

COMPLETE = [  # (region, provider, year): splits that add up to 100
    ("World", "NRCan", 2017),
    ("World", "NRCan", 2020),
    ("World", "NRCan", 2021),
    ("World", "USGS (Goonan)", 2008),
    ("United States", "USGS", 2015),
    ("United States", "USGS", 2017),
    ("United States", "USGS", 2018),
    ("United States", "USGS", 2020),
]
MAGNET_ELEMENTS = ["Nd", "Pr", "Dy", "Tb"]


@pytest.mark.parametrize("region, provider, year", COMPLETE)
def test_complete_splits_add_up_to_one_hundred(region, provider, year):
    rows = load("end_use_shares", basis="tonnes_reo", region=region, provider=provider, year=year)
    total = rows["share_pct"].sum()
    assert total == pytest.approx(100), fault(
        "end_use_shares", (region, provider, year), "share_pct", total, "100 in all"
    )
    assert len(rows) == {"NRCan": {2017: 9, 2020: 5, 2021: 10}.get(year), "USGS (Goonan)": 2}.get(
        provider, 5
    )


def test_printed_shares_of_end_uses():
    printed = {  # (basis, region, provider, year, sector): percent
        ("tonnes_reo", "World", "NRCan", 2017, "magnets"): 24,
        ("tonnes_reo", "World", "NRCan", 2020, "magnets"): 29.4,
        ("tonnes_reo", "World", "NRCan", 2020, "catalysts"): 20.2,
        ("tonnes_reo", "World", "NRCan", 2021, "magnets"): 43.2,
        ("tonnes_reo", "World", "NRCan", 2021, "catalysts"): 17,
        ("tonnes_reo", "World", "NRCan", 2022, "magnets"): 44,
        ("tonnes_reo", "World", "Roskill", 2013, "catalysts"): 25,
        ("tonnes_reo", "World", "Roskill", 2020, "magnets"): 29,
        ("tonnes_reo", "World", "Roskill", 2020, "catalysts"): 20,
        ("tonnes_reo", "World", "Roskill", 2030, "magnets"): 35,
        ("tonnes_reo", "World", "Roskill", 2030, "catalysts"): 17,
        ("tonnes_reo", "World", "Roskill", 2030, "polishing"): 11,
        ("tonnes_reo", "World", "Argus", 2022, "magnets"): 26,
        ("tonnes_reo", "World", "IDTechEx", 2023, "magnets"): 29,
        ("tonnes_reo", "World", "McKinsey", 2025, "magnet_elements"): 30,
        ("tonnes_reo", "United States", "USGS", 2015, "catalysts"): 60,
        ("tonnes_reo", "United States", "USGS", 2017, "catalysts"): 55,
        ("tonnes_reo", "United States", "USGS", 2018, "catalysts"): 60,
        ("tonnes_reo", "United States", "USGS", 2019, "catalysts"): 75,
        ("tonnes_reo", "United States", "USGS", 2020, "catalysts"): 75,
        ("tonnes_reo", "China", "China Rare Earth network", 2007, "new_materials"): 53,
        ("value", "World", "Argus", 2022, "magnets"): 74,
        ("value", "World", "Rainbow Rare Earths", 2019, "magnets"): 91,
        ("value", "World", "NRCan", 2024, "magnets"): 90,
        ("value", "World", "McKinsey", 2025, "magnet_elements"): 80,
        ("value", "World", "Nkiawete and others", 2020, "magnets"): 67,
    }
    keys = ["basis", "region", "provider", "year", "sector"]
    rows = whole("end_use_shares").set_index(keys)["share_pct"]
    for key, share in printed.items():
        assert rows[key] == share, fault("end_use_shares", key, "share_pct", rows[key], share)
    unknown = whole("end_use_shares").query("region == 'United States' and year >= 2024")
    assert unknown["share_pct"].isna().all() and unknown["flag"].str.contains("not_available").all()
    assert len(rows.dropna()) + len(unknown) == len(rows)


def demand(breakdown):
    return load("demand_iea", breakdown=breakdown)


def test_demand_adds_up_by_sector_element_and_technology():
    sector = demand("total").pivot(
        index=["scenario", "year"], columns="sector", values="kilotonnes"
    )
    assert len(sector) == 16
    for key, row in sector.iterrows():
        assert row["total"] == pytest.approx(
            row["clean_technologies"] + row["other_uses"], abs=3e-4
        ), fault(
            "demand_iea",
            ("total", key),
            "kilotonnes",
            row["total"],
            "clean technologies + other uses",
        )
        parts = row["electric_vehicles"] + row["wind"]
        assert row["clean_technologies"] == pytest.approx(parts, abs=3e-4), fault(
            "demand_iea",
            ("clean_technologies", key),
            "kilotonnes",
            row["clean_technologies"],
            parts,
        )
    mineral = demand("by_mineral").pivot(
        index=["scenario", "year"], columns="symbol", values="kilotonnes"
    )
    gap = (mineral[MAGNET_ELEMENTS].sum(axis=1) - sector["clean_technologies"]).abs()
    assert (gap < 3e-4).all(), fault(
        "demand_iea", gap.idxmax(), "kilotonnes", gap.max(), "no gap by mineral"
    )
    technology = demand("by_technology")
    for name, rows in technology.groupby("sector"):
        total = rows.groupby(["scenario", "year"])["kilotonnes"].sum()
        share = total / sector[name]
        low = 0.9999 if name == "electric_vehicles" else 0.54
        high = 1.0001 if name == "electric_vehicles" else 0.90
        wrong = share[~share.between(low, high)]
        assert wrong.empty, fault(
            "demand_iea", (name, *wrong.index), "kilotonnes", wrong.tolist(), (low, high)
        )


def test_wind_elements_keep_their_proportions():
    rows = demand("by_technology").query("sector == 'wind'")
    parts = rows.pivot(index=["scenario", "year"], columns="symbol", values="kilotonnes")
    share = parts.div(parts["Nd"], axis=0)
    for symbol, low, high in (("Pr", 0.164, 0.194), ("Dy", 0.110, 0.135), ("Tb", 0.040, 0.067)):
        wrong = share[~share[symbol].between(low, high)]
        assert wrong.empty, fault(
            "demand_iea", ("wind", symbol), "kilotonnes", wrong[symbol].to_dict(), (low, high)
        )


def test_demand_headlines_and_scenarios():
    rows = demand("total").set_index(["sector", "scenario", "year"])["kilotonnes"].sort_index()
    assert rows["total", "base_year", 2024] == pytest.approx(90.92, abs=0.005)
    for scenario, printed in (("steps", 177.5), ("aps", 197.3), ("nze", 200.3)):
        found = rows["total", scenario, 2050]
        assert found == pytest.approx(printed, abs=0.05), fault(
            "demand_iea", ("total", scenario, 2050), "kilotonnes", found, printed
        )
        line = rows["total", scenario]
        assert (line.diff().dropna() > 0).all() and line[2030] > rows["total", "base_year", 2024]
    for year in (2030, 2035, 2040, 2045, 2050):
        assert (
            rows["total", "steps", year] < rows["total", "aps", year] < rows["total", "nze", year]
        )
    small = demand("by_mineral").query("symbol in ('Y', 'La')")["kilotonnes"]
    assert small.max() < 0.1


def test_other_statements_on_demand():
    printed = {  # (publisher, subject, measure, scenario, year): value
        ("Adamas Intelligence 2014", "all_rare_earths", "demand", "history", 2014): 120.148,
        ("Adamas Intelligence 2014", "all_rare_earths", "demand", "forecast", 2020): 150.766,
        ("Adamas Intelligence 2020", "magnet_oxides", "market_value", "forecast", 2020): 2.98,
        ("Adamas Intelligence 2020", "magnet_oxides", "market_value", "forecast", 2030): 15.65,
        ("Adamas Intelligence 2023", "magnet_oxides", "market_value", "forecast", 2023): 10.8,
        ("Adamas Intelligence 2023", "magnet_oxides", "market_value", "forecast", 2040): 56.7,
        ("Adamas Intelligence 2024", "magnet_oxides", "market_value", "forecast", 2024): 7.8,
        ("Adamas Intelligence 2024", "magnet_oxides", "market_value", "forecast", 2040): 44.1,
        ("Adamas Intelligence 2023", "ndfeb_alloy", "undersupply", "forecast", 2030): 60,
        ("Adamas Intelligence 2023", "ndfeb_alloy", "undersupply", "forecast", 2040): 246,
        ("IEA (Outlook 2024)", "magnet_elements", "demand", "history", 2023): 93,
        ("IEA (Outlook 2024)", "magnet_elements", "demand", "APS", 2030): 131,
        ("IEA (Outlook 2024)", "magnet_elements", "demand", "APS", 2050): 181,
        ("McKinsey 2025", "magnet_elements", "demand", "history", 2022): 59,
        ("McKinsey 2025", "magnet_elements", "demand", "base", 2035): 176,
        ("McKinsey 2025", "magnet_elements", "scrap_pre_consumer", "base", 2035): 40,
        ("McKinsey 2025", "magnet_elements", "scrap_post_consumer", "base", 2035): 41,
        ("NRCan 2018", "all_rare_earths", "demand", "history", 2017): 136,
        ("Roskill 2021", "all_rare_earths", "refined_supply", "history", 2020): 147.5,
        ("European Commission", "magnets", "demand_eu", "history", 2024): 20,
        ("USGS MCS 2026", "scandium_oxide", "demand", "history", 2025): 0.06,
        (
            "Zhou et al. 2017",
            "all_rare_earths",
            "demand_clean_technologies",
            "clean-technology",
            2030,
        ): 51.9,
    }
    keys = ["publisher", "subject", "measure", "scenario", "year"]
    rows = whole("demand_statements").set_index(keys)["value"]
    for key, value in printed.items():
        assert rows[key] == value, fault("demand_statements", key, "value", rows[key], value)
    wrong = one_unit_per_measure("demand_statements")
    assert not wrong, "\n".join(wrong)
