"""The spreadsheet tasks of the class files, done by their steps with pandas alone.

``python class_tasks.py <folder>...``, in the environment of a pupil: each folder is an unpacked
archive. Its sums are checked as its README says, its tables compared with those of the notebook's
package, and its task is done. Printed, as JSON: folder -> name of a number -> what came out.
"""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd

import rare_earths as ree
from rare_earths.datapackage import descriptor

TASKS = {}


def task(function):
    """The task of the chapter whose address ends with this name."""
    TASKS[function.__name__.replace("_", "-")] = function
    return function


def rows(frame, **where):
    """The rows with these values."""
    for column, value in where.items():
        frame = frame[frame[column] == value]
    return frame


def count(column, value):
    return int((column == value).sum())


@task
def what_are_rare_earths(crust):
    kept = rows(crust, is_rare_earth=True).set_index("symbol")
    upper = kept.upper_crust_ppm
    copper = crust.set_index("symbol").loc["Cu"]
    assert len(kept) == 16 and "Pm" not in kept.index
    assert set(kept.index[upper > copper.upper_crust_ppm]) == {"La", "Ce"}
    assert set(kept.index[kept.bulk_crust_ppm > copper.bulk_crust_ppm]) == {"Ce"}
    return {
        "elements_sum_ppm": upper.sum(),
        "elements_ce_share": upper["Ce"] / upper.sum() * 100,
        "elements_four_share": upper[["La", "Ce", "Pr", "Nd"]].sum() / upper.sum() * 100,
        "elements_above_cu": (upper > copper.upper_crust_ppm).sum(),
        "elements_ce_bulk": kept.bulk_crust_ppm["Ce"],
        "elements_la_bulk": kept.bulk_crust_ppm["La"],
        "elements_cu_bulk": copper.bulk_crust_ppm,
    }


@task
def from_rock_to_magnet(ores):
    empty = ores[ores.share_of_total_reo_pct.isna()]
    assert set(empty.flag) == {"not_available"}
    shares = ores.pivot_table("share_of_total_reo_pct", "deposit", "symbol", aggfunc="sum")

    def of(place):
        return shares[shares.index.str.startswith(place)].iloc[0]

    sums = ores.groupby("deposit").share_of_total_reo_pct.sum()
    missing = rows(ores, symbol="Dy").set_index("deposit").share_of_total_reo_pct
    assert missing[missing.index.str.startswith("Mountain Pass")].isna().all()
    return {
        "rock_gaps": len(empty),
        "rock_cells": len(ores),
        "rock_bayan_lace": of("Bayan Obo")[["La", "Ce"]].sum(),
        "rock_pass_lace": of("Mountain Pass")[["La", "Ce"]].sum(),
        "rock_longnan_y": of("Longnan")["Y"],
        "rock_sum_low": sums.min(),
        "rock_sum_high": sums.max(),
    }


@task
def what_they_do(uses):
    large = rows(uses, scale="large")
    empty = uses.substitute_exists.isna().sum()
    return {
        "uses_count": len(uses),
        "uses_large": len(large),
        "uses_large_elements": large.symbol.nunique(),
        "uses_sub_yes": count(uses.substitute_exists, "yes"),
        "uses_sub_part": count(uses.substitute_exists, "partial"),
        "uses_sub_unknown": empty,
        "uses_sub_unknown_pct": empty / len(uses) * 100,
        "uses_verified": count(uses.check, "verified"),
    }


@task
def magnets(motors):
    grams = rows(motors, symbol="Nd").grams_per_motor
    assert grams.mean() > grams.median()
    return {
        "magnets_car_values": len(grams),
        "magnets_car_studies": rows(motors, symbol="Nd").study.nunique(),
        "magnets_car_low": grams.min(),
        "magnets_car_high": grams.max(),
        "magnets_car_times": grams.max() / grams.min(),
        "magnets_car": grams.median(),
        "magnets_car_dy": rows(motors, symbol="Dy").grams_per_motor.median(),
    }


@task
def reserves_and_mines(reserves):
    tables = reserves.assign(mt=reserves.reserves_tonnes_reo / 1e6)
    before, now = (
        rows(tables, edition=edition).set_index("country").mt
        for edition in ("MCS 2023", "MCS 2026 v1.3")
    )
    sum_before, sum_now = before.drop("World").sum(), now.drop("World").sum()
    assert before["China"] == now["China"]
    return {
        "reserves_sum_2023": sum_before,
        "reserves_sum_now": sum_now,
        "reserves_world_2023": before["World"],
        "reserves_world_now": now["World"],
        "reserves_fall": sum_before - sum_now,
        "reserves_china_share_2023": before["China"] / sum_before * 100,
        "reserves_china_share_now": now["China"] / sum_now * 100,
        "reserves_china": now["China"],
        "reserves_cut_vietnam": before["Vietnam"] - now["Vietnam"],
        "reserves_cut_russia": before["Russia"] - now["Russia"],
        "reserves_cut_brazil": before["Brazil"] - now["Brazil"],
    }


@task
def the_chokepoint(trade):
    bought = rows(trade, reporter="China", flow="import")
    bought = bought.assign(price=bought.value_usd / bought.gross_tonnes / 1000)
    prices = rows(bought, year=2023).set_index("country").price
    estimated = rows(bought, year=2016).dropna(subset="price")
    assert set(estimated.flag) == {"estimated"}
    same = estimated.price.round(1).mode()
    assert len(same) == 1 and count(estimated.price.round(1), same[0]) == 5
    return {
        "choke_ex_myanmar": prices["Myanmar"],
        "choke_ex_malaysia": prices["Malaysia"],
        "choke_price_2016": estimated[estimated.price.round(1) == same[0]].price.median(),
    }


@task
def controls_and_prices(quotas):
    def total(kind, year):
        year_of = rows(quotas, quota_type=kind, level="total", batch="full_year", year=year)
        return year_of.tonnes_reo.item()

    def growth(kind):
        return (total(kind, 2024) / total(kind, 2018) - 1) * 100

    unknown = rows(quotas, quota_type="mining", level="total", year=2025)
    assert unknown.tonnes_reo.isna().all() and set(unknown.flag) == {"not_available"}
    heavy = rows(quotas, level="by_ore_type", quota_type="mining", ore_type="medium_and_heavy")
    heavy = heavy.set_index("year").tonnes_reo
    assert heavy[2020] == heavy[2021]
    return {
        "controls_grow_mining": growth("mining"),
        "controls_grow_separation": growth("smelting_separation"),
        "controls_heavy": heavy[2021],
        "controls_heavy_2020": heavy[2020] / total("mining", 2020) * 100,
        "controls_heavy_2021": heavy[2021] / total("mining", 2021) * 100,
    }


@task
def who_builds_what(sites):
    outside = sites[sites.country != "China"]
    works = rows(outside, stage="magnet_making")
    return {
        "build_n": len(outside),
        "build_kind_plan": count(outside.capacity_kind, "plan"),
        "build_kind_installed": count(outside.capacity_kind, "installed"),
        "build_kind_output": count(outside.capacity_kind, "output"),
        "build_no_capacity": outside.capacity_tonnes_per_year.isna().sum(),
        "build_magnets": len(works),
        "build_magnets_works": count(works.status, "operating"),
    }


@task
def from_equalization_to_signature(events):
    events = events.assign(day=pd.to_datetime(events.first_day))
    kept = events[events.day < "2025-06-01"]
    months = kept.day.dt.strftime("%Y-%m").value_counts()
    assert months.index[0] == "2025-02" and months.iloc[0] > months.iloc[1]
    return {
        "deal_events": len(kept),
        "deal_events_february": months["2025-02"],
        "deal_events_2024": (kept.day.dt.year == 2024).sum(),
        "deal_events_weak": count(kept.check, "corroborated"),
    }


@task
def three_hundred_billion(aid):
    others = {"United States", "Other donors"}
    europe = [group for group in aid.donor_group.unique() if group not in others]
    assert len(europe) == 3
    sums = aid.groupby("donor_group").allocated_eur_billion.sum()
    early = aid[aid.month < "2025-01-01"].groupby("donor_group").allocated_eur_billion.sum()
    monthly = rows(aid, donor_group="United States").groupby("month").allocated_eur_billion.sum()
    assert monthly.idxmax() == "2024-10-01"
    later = monthly[monthly.index > "2025-01-31"]
    assert (later == 0).all()
    return {
        "aid_europe_2024": early[europe].sum(),
        "aid_us_2024": early["United States"],
        "aid_europe_now": sums[europe].sum(),
        "aid_us_now": sums["United States"],
        "aid_october": monthly.max(),
        "aid_zero_months": len(later),
    }


@task
def what_was_signed(annex):
    energy = rows(annex, on_us_list_2022=False)
    names = "copper fluorine gold natural gas oil potassium uranium"
    assert " ".join(sorted(energy.resource)) == names
    return {
        "signed_resources": len(annex),
        "signed_rare_earths": annex.is_rare_earth.sum(),
        "signed_platinum": annex.group.str.contains("platinum").sum(),
        "signed_us_list": annex.on_us_list_2022.sum(),
        "signed_added": len(energy),
    }


@task
def what_lies_under_ukraine(output):
    ilmenite = rows(output, commodity="ilmenite", publisher="USGS", year=2024)
    ilmenite = ilmenite.set_index("edition")
    before, after = (ilmenite[ilmenite.index.str.startswith(f"MCS {year}")].iloc[0]
                     for year in (2025, 2026))  # fmt: skip
    iron = rows(output, commodity="iron ore", form="usable ore", publisher="USGS", year=2022)
    iron = iron.sort_values("edition").ukraine_tonnes / 1e6
    return {
        "ukraine_ilmenite_before": before.ukraine_tonnes,
        "ukraine_ilmenite_share_before": before.ukraine_share_pct,
        "ukraine_ilmenite_after": after.ukraine_tonnes,
        "ukraine_ilmenite_share_after": after.ukraine_share_pct,
        "ukraine_ilmenite_factor": after.ukraine_tonnes / before.ukraine_tonnes,
        "ukraine_iron_before": iron.iloc[0],
        "ukraine_iron_after": iron.iloc[-1],
    }


@task
def which_minerals_are_critical(lists):
    ukraine = lists[lists.ua_2025_critical > 0]
    left = ukraine[ukraine.us_ua_2025 == 0]
    us, eu = lists.us_2025 > 0, lists.eu_2024_crm > 0
    return {
        "lists_ua_families": len(ukraine),
        "lists_pair": (ukraine.us_ua_2025 > 0).sum(),
        "lists_outside": " and ".join(left.family),
        "lists_side_both": (us & eu).sum(),
        "lists_side_us": (us & ~eu).sum(),
        "lists_side_eu": (eu & ~us).sum(),
    }


@task
def since_then(fund):
    offered = fund[fund.topic.str.startswith("psa_sites_offered")]
    most = offered.loc[offered.value.idxmax()]
    assert "uranium" in most.topic and not offered.topic.str.contains("rare").any()
    asked = rows(fund, topic="applications").dropna(subset="value")
    assert len(rows(fund, topic="applications")) == len(asked) + 1, "one row has no number"
    assert set(asked.qualifier) == {"at_least"}
    february = asked[asked.date.str.startswith("2026-02")]
    april = asked[asked.date.str.startswith("2026-04")]
    assert february.check.item() == "verified" and april.check.item() == "corroborated"
    return {
        "since_sites_psa": offered.value.sum(),
        "since_sites_uranium": most.value,
        "since_applied_feb": february.value.item(),
        "since_applied_apr": april.value.item(),
    }


@task
def reading_the_news(claims):
    ours, theirs = (
        rows(claims, article=name) for name in ("Al Mayadeen English", "UNITED24 Media")
    )
    probable = claims[claims.upstream.str.startswith("probably", na=False)]
    assert set(probable.article) == {"Al Mayadeen English"}
    return {
        "news_am": len(ours),
        "news_u24": len(theirs),
        "news_untraced": count(claims.upstream, "not traced"),
        "news_am_untraced": count(ours.upstream, "not traced"),
        "news_u24_untraced": count(theirs.upstream, "not traced"),
        "news_probable": len(probable),
        "news_u24_reuters": theirs.upstream.str.contains("Reuters", na=False).sum(),
    }


def whole_table(name, frame):
    """All rows of a table as the package reads it."""
    chosen = descriptor(name).get("choose", [])
    return ree.vintages(name, everything=True, **{one: list(frame[one].unique()) for one in chosen})


def in_order(frame):
    return frame.sort_values(list(frame), ignore_index=True)


def result(folder):
    """What the task of an unpacked archive gives; its sums and tables are checked first."""
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    subprocess.run(check, cwd=folder, check=True)
    tables = {path.stem: pd.read_csv(path) for path in sorted(folder.glob("data/*.csv"))}
    for name, frame in tables.items():
        known = whole_table(name, frame)
        pd.testing.assert_frame_equal(in_order(frame.astype(known.dtypes)), in_order(known))
    if folder.name not in TASKS:
        sys.exit(f"{Path(__file__).name}: nobody has done the spreadsheet task of {folder.name}")
    found = TASKS[folder.name](*tables.values())
    return {name: one.item() if hasattr(one, "item") else one for name, one in found.items()}


if __name__ == "__main__":
    print(json.dumps({folder.name: result(folder) for folder in map(Path, sys.argv[1:])}))
