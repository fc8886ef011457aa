"""Quotas, sites and environmental figures: parts add up, capacities and grades are as stated."""

import re

import pytest
from whole import fault

from rare_earths import load


def quotas(quota_type, level):
    return load("quotas_production", quota_type=quota_type, level=level)


def test_quotas_are_the_sum_of_their_parts():
    printed = {
        2010: 89_200,
        2011: 93_800,
        2012: 93_800,
        2013: 93_800,
        2014: 105_000,
        2017: 105_000,
        2018: 120_000,
    }
    printed |= {
        2019: 132_000,
        2020: 140_000,
        2021: 168_000,
        2022: 210_000,
        2023: 255_000,
        2024: 270_000,
    }
    total = quotas("mining", "total").set_index("year")["tonnes_reo"]
    assert total.dropna().to_dict() == printed, fault(
        "quotas_production", "mining", "tonnes_reo", total.to_dict(), printed
    )
    assert total.isna()[2025]
    ores = (
        quotas("mining", "by_ore_type")
        .pivot(index="year", columns="ore_type", values="tonnes_reo")
        .dropna()
    )
    for year, parts in ores.iterrows():
        rounding = 100 if year == 2023 else 0
        assert abs(parts.sum() - total[year]) <= rounding, fault(
            "quotas_production", (year, "by_ore_type"), "tonnes_reo", parts.sum(), total[year]
        )
    assert quotas("mining", "by_ore_type").query("year == 2014")["tonnes_reo"].tolist() == [17_900]
    refined = quotas("smelting_separation", "total").set_index("year")["tonnes_reo"]
    expected = {
        2018: 115_000,
        2019: 127_000,
        2020: 135_000,
        2021: 162_000,
        2022: 202_000,
        2023: 243_850,
        2024: 254_000,
    }
    assert refined.to_dict() == expected
    for quota_type, whole, years in (
        ("mining", total, (2023, 2024)),
        ("smelting_separation", refined, (2024,)),
    ):
        batches = quotas(quota_type, "by_batch").groupby("year")["tonnes_reo"].sum()
        for year in years:
            assert batches[year] == whole[year], fault(
                "quotas_production",
                (quota_type, year, "by_batch"),
                "tonnes_reo",
                batches[year],
                whole[year],
            )
        first = (
            quotas(quota_type, "by_batch")
            .query("batch == 'first_batch'")
            .set_index("year")["tonnes_reo"]
        )
        companies = quotas(quota_type, "by_company")["tonnes_reo"].sum()
        assert companies == first[2024]
        assert first[2022] == pytest.approx(0.48 * whole[2022], abs=400) and first[2023] / whole[
            2023
        ] == pytest.approx(0.471, abs=0.001)
    third = (
        quotas("smelting_separation", "by_batch")
        .query("year == 2023")
        .set_index("batch")["tonnes_reo"]
    )
    assert third["third_batch"] == expected[2023] - 2 * third["first_batch"]
    split = quotas("mining", "by_company_and_ore_type")["tonnes_reo"]
    assert (
        split.sum()
        == quotas("mining", "by_company")
        .query("company == 'China Rare Earth Group'")["tonnes_reo"]
        .item()
    )
    assert sorted(split) == [10_140, 30_280]


def test_export_quotas():
    full = load("quotas_export", part="full_year").set_index("year")["gross_tonnes"]
    printed = {2009: 50_145, 2010: 30_258, 2011: 30_184, 2012: 30_996, 2013: 31_001, 2014: 30_611}
    assert full.dropna().to_dict() == printed, fault(
        "quotas_export", "full_year", "gross_tonnes", full.to_dict(), printed
    )
    halves = load("quotas_export", part=["first_half", "second_half"])["gross_tonnes"]
    assert halves.sum() == full[2014] and halves.tolist() == [15_110, 15_501]


def test_capacity_of_sites_agrees_with_their_notes_and_other_tables():
    rows = load("sites")
    known = rows.dropna(subset="capacity_tonnes_per_year")
    assert (len(rows), len(known)) == (38, 22)
    assert known["capacity_of"].notna().all() and known["capacity_kind"].notna().all()
    assert rows["capacity_of"].isna().equals(rows["capacity_tonnes_per_year"].isna())
    assert (
        known["flag"].str.contains("plan", na=False) == (known["capacity_kind"] == "plan")
    ).all()
    mine = known[(known["company"] == "MP Materials") & (known["stage"] == "mining")][
        "capacity_tonnes_per_year"
    ].item()
    assert mine == pytest.approx(51_000, abs=500)  # USGS, 2025
    expected = {  # company, stage: as stated by the company or the press
        ("MP Materials", "separation_refining"): {2_599},
        ("MP Materials", "magnet_making"): {1_000, 10_000},
        ("Lynas Rare Earths", "mining"): {12_000},
        ("Lynas Rare Earths", "cracking_leaching"): {9_000},
        ("Lynas Rare Earths", "separation_refining"): {10_500},
        ("Lynas Rare Earths", "heavy_separation"): {1_500},
        ("Iluka Resources", "separation_refining"): {18_400},
        ("Energy Fuels", "separation_refining"): {1_000},
        ("USA Rare Earth", "magnet_making"): {10_000},
        ("Serra Verde", "mining"): {6_500},
        ("Neo Performance Materials", "separation_refining"): {3_000},
        ("Neo Performance Materials", "magnet_making"): {2_000},
        ("Solvay", "separation_refining"): {4_000},
        ("VAC / eVAC Magnetics", "magnet_making"): {2_000},
        ("Vulcan Elements", "magnet_making"): {10_000},
        ("Molycorp", "mining"): {19_000},
        ("IREL", "mining"): {10_000},
        ("JL Mag, Ningbo Yunsheng, Zhong Ke San Huan", "magnet_making"): {5_000},
        ("Arafura", "mining"): {4_440},
        ("Saskatchewan Research Council", "separation_refining"): {120},
    }
    found = known.groupby(["company", "stage"])["capacity_tonnes_per_year"].agg(set)
    for key, tonnes in expected.items():
        assert found[key] == tonnes, fault(
            "sites", key, "capacity_tonnes_per_year", found[key], tonnes
        )
    assert (rows["status_as_of"] <= "2026-11-21").all()


def test_environmental_figures_are_graded_and_guarded():
    rows = load("environmental_figures", everything=True).set_index("claim_id")
    viral = rows[rows["evidence"] == "weak_viral"]
    assert (
        len(viral) == 6
        and viral["flag"].str.contains("do_not_chart").all()
        and viral["caution"].notna().all()
    )
    assert rows["value_low"].isna().equals(rows["unit"].isna())
    assert (rows["value_low"].dropna() <= rows["value_high"].dropna()).all()
    printed = {
        "rock_to_metal_low": 16,
        "rock_to_metal_high": 3_600,
        "csre_gas": 12_000,
        "csre_water": 75,
        "csre_radio": 1,
    }
    printed |= {
        "viral_2000t": 2_000,
        "baotou_tonnage": 180,
        "baotou_area": 11,
        "baotou_farmland": 4_000,
        "baotou_liner": 7,
    }
    printed |= {
        "baotou_thorium": 90_000,
        "bukit_leukemia": 8,
        "bukit_cost": 100,
        "mp_spills": 60,
        "mp_fine": 27_300,
    }
    printed |= {
        "mp_spill_volume": 600_000,
        "myanmar_imports": 41_700,
        "myanmar_sites": 40,
        "recycling_unep": 1,
    }
    printed |= {"recycling_eu": 20, "cancer_villages": 247}
    found = rows["value_high"].dropna().to_dict()
    assert found == printed, fault(
        "environmental_figures",
        "all",
        "value_high",
        set(found.items()) ^ set(printed.items()),
        "none",
    )
    low = rows["value_low"].dropna().to_dict()
    assert {k for k in low if low[k] != found[k]} == {"csre_gas"} and low["csre_gas"] == 9_600
    for claim, text in rows["claim"].items():
        for number in re.findall(r"\b\d[\d,]{3,}\b", text.replace("1984-1998", "")):
            digits = float(number.replace(",", ""))
            assert digits in (low.get(claim), found.get(claim), 11_000, 20_000), (
                f"{claim}: {number} is not in the row"
            )
