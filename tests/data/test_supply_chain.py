"""The value chain and the ores: shares follow from tonnages, ores add up as printed."""

import pytest
from whole import fault

from rare_earths import load

# Mine production 2024 and 2025 (U.S. Geological Survey, MCS 2026 version 1.3, p. 153).
USGS = {
    "China": (270_000, 270_000),
    "United States": (45_500, 51_000),
    "Australia": (29_000, 29_000),
    "Myanmar": (27_000, 22_000),
    "World": (380_000, 390_000),
}
# Sum of the shares as printed in table 2 of the Minerals Yearbook 2022.
PRINTED_SUM = {
    "Bayan Obo, Inner Mongolia": 99.6,
    "Dechang, Sichuan": 99.895,
    "Maoniuping, Sichuan": 100.007,
    "Weishan, Shandong": 100.45,
    "Mountain Pass, California": 99.95,
    "Revda, Murmansk": 100.74,
    "Mount Weld Central Lanthanide, Western Australia": 100.01,
    "Nangang, Guangdong": 98.76,
    "Manavalakurichi, Tamil Nadu": 97.9408,
    "Xunwu, Jiangxi": 103.46,
    "Xinfeng, Jiangxi": 98.57,
    "Longnan, Jiangxi": 100.0,
    "Southeast Guangdong": 102.6,
}


def test_iea_shares_follow_from_the_tonnages():
    rows = load("value_chain", series="iea_explorer_2025")
    for key, group in rows.groupby(["stage", "year"]):
        top = group[group["country"] == "Top three countries"]["share_pct"].item()
        parts = group[group["country"] != "Top three countries"]
        share = 100 * parts["kilotonnes_contained"] / parts["kilotonnes_contained"].sum()
        wrong = parts[(share - parts["share_pct"]).abs() > 0.051]
        assert wrong.empty, (
            f"data/value_chain.csv, {key}: share_pct does not follow from the tonnages:\n{wrong}"
        )
        largest = share[parts["iso3"].notna()].nlargest(3).sum()
        assert top == pytest.approx(largest, abs=0.11), fault(
            "value_chain", key, "share_pct", top, largest
        )


def test_usgs_shares_follow_from_mine_production():
    rows = load("value_chain", series="usgs_mcs_2026")
    assert len(rows) == 8 and set(rows["country"]) == set(USGS) - {"World"}
    for row in rows.itertuples():
        tonnes, world = (USGS[c][row.year - 2024] for c in (row.country, "World"))
        assert row.tonnes_reo == tonnes, fault(
            "value_chain", (row.country, row.year), "tonnes_reo", row.tonnes_reo, tonnes
        )
        assert row.share_pct == pytest.approx(100 * tonnes / world, abs=0.051), fault(
            "value_chain",
            (row.country, row.year),
            "share_pct",
            row.share_pct,
            f"{100 * tonnes / world:.1f}",
        )


def test_printed_shares_of_the_value_chain():
    printed = {  # (series, stage, country, year): percent
        ("iea_commentary_2025", "mining", "China", 2024): 59,
        ("iea_commentary_2025", "separation_refining", "China", 2024): 91,
        ("iea_commentary_2025", "magnet_making", "China", 2024): 94,
        ("iea_press_2025", "mining", "China", 2024): 61,
        ("iea_press_2025", "separation_refining", "China", 2024): 92,
        ("iea_explorer_2025", "mining", "China", 2024): 61.0,
        ("iea_explorer_2025", "separation_refining", "China", 2024): 91.3,
        ("iea_outlook_2024", "mining", "China", 2023): 62,
        ("iea_outlook_2024", "separation_refining", "China", 2023): 92,
        ("iea_outlook_2024", "mining", "China", 2030): 54,
        ("iea_outlook_2024", "separation_refining", "China", 2030): 77,
        ("roskill_2020", "separation_refining", "China", 2020): 87,
        ("ier_2020", "mining", "China", 2019): 63,
        ("ier_2020", "separation_refining", "China", 2019): 85,
        ("macropolo", "magnet_making", "China", 2020): 87,
        ("fuji_keizai", "magnet_making", "China", 2021): 84,
        ("fuji_keizai", "magnet_making", "Japan", 2021): 15,
        ("fuji_keizai", "magnet_making", "China", 2013): 75,
        ("fuji_keizai", "magnet_making", "Japan", 2013): 23,
        ("new_york_times_2025", "heavy_separation", "China", 2025): 99.9,
        ("rare_earth_exchanges_2025", "heavy_separation", "China", 2025): 98,
    }
    for (series, stage, country, year), share in printed.items():
        row = load("value_chain", series=series, stage=stage, country=country, year=year)
        found = row["share_pct"].item()
        assert found == share, fault(
            "value_chain", (series, stage, country, year), "share_pct", found, share
        )


def test_ores_add_up_as_printed():
    rows = load("ore_composition")
    assert set(rows["deposit"]) == set(PRINTED_SUM)
    for deposit, group in rows.groupby("deposit"):
        total = group["share_of_total_reo_pct"].sum()
        assert total == pytest.approx(PRINTED_SUM[deposit], abs=1e-6), fault(
            "ore_composition",
            deposit,
            "share_of_total_reo_pct",
            round(total, 4),
            f"{PRINTED_SUM[deposit]} in all",
        )
        shares = group.set_index("symbol")["share_of_total_reo_pct"]
        heavy = group["mineral"].iloc[0] in ("xenotime", "ion-adsorption clay") and shares["Y"] > 20
        assert (shares["Ce"] + shares["La"] < 35) == heavy, (
            f"data/ore_composition.csv, {deposit}: light or heavy?"
        )
        assert (
            group["share_of_total_reo_pct"]
            .isna()
            .equals(group["flag"].str.contains("not_available", na=False))
        )


def test_company_figures_of_mountain_pass_are_near_the_usgs_ones():
    ours = load("ore_composition", deposit="Mountain Pass, California").set_index("symbol")[
        "share_of_total_reo_pct"
    ]
    rows = load("ore_composition_company").set_index(["ore", "component"])["share_of_total_reo_pct"]
    assert rows["Mountain Pass, concentrate"].sum() == pytest.approx(100)
    assert rows["Mountain Pass, resource"].sum() == pytest.approx(100)
    for component, share in rows["Mountain Pass, resource"].items():
        assert share == pytest.approx(ours[component], abs=1.4), (
            f"data/ore_composition_company.csv, {component}"
        )
    assert rows["Round Top", "Y+heavy"] == 72
