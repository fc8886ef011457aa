"""Output of Ukraine: what a reader may rely on.

Shares are the part by the whole, a revised figure carries its flag and its successor, the world
does not jump, and what stands in other tables too is the same.
"""

import re

import pandas as pd
from whole import fault, whole

from rare_earths import load, vintages

# Last printed edition: commodity -> (year, Ukraine, world) of MCS 2026.
MCS_2026 = {
    ("ilmenite", 2024): (286e3, 9.21e6), ("ilmenite", 2025): (200e3, 9.4e6),
    ("rutile", 2024): (9e3, 460e3), ("rutile", 2025): (10e3, 450e3),
    ("graphite", 2024): (900, 1.55e6), ("graphite", 2025): (800, 1.8e6),
    ("titanium sponge", 2024): (0, 380e3), ("titanium sponge", 2025): (0, 370e3),
    ("gallium", 2024): (0, 848), ("gallium", 2025): (0, 900),
    ("bromine", 2024): (11e3, 440e3), ("bromine", 2025): (6e3, 430e3),
}  # fmt: skip


def test_production():
    rows = whole("ukraine_production")
    share = (100 * rows["ukraine_tonnes"] / rows["world_tonnes"]).round(3)
    wrong = rows[(share - rows["ukraine_share_pct"]).abs() > 0.002]
    assert wrong.empty, wrong[["commodity", "year", "edition", "ukraine_share_pct"]].to_string()
    assert rows["flag"].fillna("").str.contains("true_zero").eq(rows["ukraine_tonnes"] == 0).all()
    assert (rows["ukraine_rank"].isna() | rows["countries_listed"].isna() | (
        rows["ukraine_rank"] <= rows["countries_listed"])).all()  # fmt: skip
    usgs = vintages("ukraine_production", publisher="USGS")
    for (commodity, form, year), same in usgs.groupby(["commodity", "form", "year"]):
        values, worlds = same["ukraine_tonnes"].tolist(), same["world_tonnes"].dropna()
        key = f"{commodity}, {form}, {year}"
        for old, new in zip(same.itertuples(), list(same.itertuples())[1:], strict=False):
            changed = old.ukraine_tonnes != new.ukraine_tonnes and "Revised to" in str(old.note)
            assert changed == ("superseded" in str(old.flag)), fault(
                "ukraine_production", key, "flag", old.flag, "superseded if revised"
            )
            if changed:
                told = float(re.search(r"Revised to ([\d,]+) t", old.note)[1].replace(",", ""))
                assert told == new.ukraine_tonnes, fault(
                    "ukraine_production", key, "note", told, new.ukraine_tonnes
                )
        known = [v for v in values if pd.notna(v) and v > 0]
        assert not known or max(known) / min(known) <= 9.6, fault(
            "ukraine_production", key, "ukraine_tonnes", known, ""
        )
        assert worlds.empty or worlds.max() / worlds.min() < 1.4, (key, worlds.tolist())
    for (commodity, form), series in load("ukraine_production", publisher="USGS").groupby(
        ["commodity", "form"]
    ):
        steps = series["world_tonnes"].dropna().pct_change().abs().dropna()
        assert (steps < 0.6).all(), f"{commodity}, {form}: world output jumps by {steps.max():.0%}"
    latest = load("ukraine_production", publisher="USGS").set_index(["commodity", "year"])
    for key, (ukraine, world) in MCS_2026.items():
        row = latest.loc[key]
        assert (row["ukraine_tonnes"], row["world_tonnes"]) == (ukraine, world), key


def test_production_agrees_with_other_tables():
    mined = vintages("mine_production", series="usgs_mcs", country="World").set_index(
        ["edition", "year"]
    )
    rare = vintages("ukraine_production", publisher="USGS", commodity="rare earths")
    assert rare["ukraine_tonnes"].isna().all(), "USGS lists no rare-earth output of Ukraine"
    for row in rare.itertuples():
        edition = "MCS 2026 v1.3" if row.edition == "MCS 2026" else row.edition
        assert row.world_tonnes == mined.loc[(edition, row.year), "tonnes_reo"], (
            row.edition,
            row.year,
        )
    bgs = vintages("ukraine_production", publisher="BGS")
    assert bgs.query("commodity == 'graphite'")["ukraine_tonnes"].tolist() == [
        15e3,
        20e3,
        16e3,
        10e3,
        1e3,
        1670,
    ]
    assert bgs.query("commodity == 'manganese ore'")["ukraine_tonnes"].tolist() == [
        1_845_156, 1_854_240, 1_888_000, 1_760_000, 900_000, 359_000,
    ]  # fmt: skip
    assert bgs.query("commodity == 'gallium'")["ukraine_tonnes"].tolist() == [4, 8, 4, 4, 2, 2]
    usgs = load("ukraine_production", publisher="USGS", commodity="graphite").set_index("year")
    for row in bgs.query("commodity == 'graphite' and year >= 2020").itertuples():
        assert row.ukraine_tonnes == usgs.loc[row.year, "ukraine_tonnes"], row.year
