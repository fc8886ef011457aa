"""The Ukrainian tables: what a reader may rely on.

Both map layers draw Crimea in Ukraine; every point lies in the region named; one estimate fills
one column; a share is a count of its total; the same figure in two tables is the same.
"""

import pandas as pd
import pytest
from shapes import Layer
from whole import by, fault, one_unit_per_measure, pinned, whole

from rare_earths import load, vintages

CITIES = {"Simferopol": (44.952, 34.102), "Sevastopol": (44.55, 33.60), "Kerch": (45.357, 36.475)}
ESTIMATES = {
    "azovske-ore": 56e6, "azovske-reo": 710e3, "azovske-zro2": 840e3, "polokhivske-lce": 760e3,
    "polokhivske-ore": 37e6, "polokhivske-unclear": 270e3, "dobra-lce": 1.26e6, "dobra-ore": 1.2e6,
    "shevchenkivske-ore": 13.8e6, "shevchenkivske-li2o": 207e3, "shevchenkivske-ore-2025": 1.2e6,
    "perzhanske-ore": 2.34e6, "zavallia-ore": 22.913e6, "balakhivske-ore-b-c1": 23.936e6,
    "balakhivske-graphite-b-c1": 1.302e6, "balakhivske-ore-c2": 18.469e6,
    "balakhivske-graphite-c2": 820e3, "novokostiantynivske-u": 93e3, "nikopol-ore": 2.3e9,
    "velykyi-tokmak-ore": 1.7e9, "kryvyi-rih-ore": 6.5e9, "kryvyi-rih-iron": 2.3e9,
}  # fmt: skip
TRILLIONS = {
    "usd-26t": (26, None), "usd-14.8t": (14.8, None), "usd-11.5t": (11.5, None),
    "usd-10-12t": (10, 12), "usd-2-7t": (2, 7), "usd-3-20t": (3, 20), "usd-350b": (0.35, None),
}  # fmt: skip
SHARES = {
    "li-third-europe": 33, "li-10pct-world": 10, "ti-7pct-reserves": 7, "ti-7pct-production": 7,
    "ti-20pct": 20, "c-20pct": 20, "all-5pct": 5, "all-22of34": 65, "all-22of30": 73,
    "all-21of30": 70, "all-36of50": 72, "ti-usgs-ilmenite": 1.2, "ti-usgs-rutile": 5.1,
}  # fmt: skip
UKRAINE_KM2 = 603_550  # area in the internationally recognised borders
# DeepState, 1 January 2026 (report of Online.ua, list of oblasts).
OBLASTS = {
    "UA-12": 0.6, "UA-59": 1.0, "UA-63": 4.7, "UA-65": 72, "UA-23": 74.8, "UA-14": 78.1,
    "UA-09": 99.6, "UA-43": 100, "UA-40": 100,
}  # fmt: skip


@pytest.mark.parametrize("city", CITIES)
def test_crimea_lies_in_ukraine(city):
    assert Layer("world", "countries").nearest(*CITIES[city]) == "804", f"{city} in the world layer"
    region = {"Simferopol": "UA-43", "Sevastopol": "UA-40", "Kerch": "UA-43"}[city]
    assert Layer("ukraine_oblasts", "oblasts").at(*CITIES[city]) == region, f"{city} in the oblasts"


def test_points_lie_in_the_region_named():
    layer = Layer("ukraine_oblasts", "oblasts")
    oblasts = by("oblasts", "iso_3166_2")
    assert set(oblasts.index) == set(layer.shapes), "one row a shape"
    assert set(whole("countries")["map_id"].dropna()) <= set(Layer("world", "countries").shapes)
    for code, row in oblasts.iterrows():
        found = layer.at(row["label_latitude"], row["label_longitude"])
        assert found == code, fault("oblasts", code, "label_latitude", found, code)
    for row in whole("deposits").dropna(subset="latitude").itertuples():
        found = layer.at(row.latitude, row.longitude)
        assert found == row.iso_3166_2, fault(
            "deposits", row.deposit_id, "latitude, longitude", found, row.iso_3166_2
        )
        assert row.oblast == oblasts.loc[row.iso_3166_2, "oblast"]


def test_deposits():
    places = whole("deposits")
    assert len(places) == 30 and places["latitude"].isna().sum() == 2
    for column in ("longitude", "accuracy_km", "coordinate_basis", "coordinate_source"):
        assert (places[column].isna() == places["latitude"].isna()).all(), column
    rare = places[places["is_rare_earth"]]
    assert rare["control"].value_counts().to_dict() == {
        "occupied_by_russia": 5, "government_controlled": 1,
    } and (rare["status_group"] != "operating").all(), "six rare-earth objects, none mined"  # fmt: skip
    lithium = places[places["commodity_group"] == "lithium"].set_index("deposit_id")["control"]
    assert (lithium == "occupied_by_russia").sum() == 2 and len(lithium) == 4
    held = places["licence_state"].isin(["held", "awarded"])
    assert (held == places["licence_holder"].notna()).all(), "a holder with every licence held"
    share = load("occupation", measure="oblast_share").set_index("iso_3166_2")["share_pct"]
    for row in places.itertuples():
        taken = share.get(row.iso_3166_2, 0)
        possible = taken > 0 if row.control == "occupied_by_russia" else taken < 100
        assert possible, fault(
            "deposits", row.deposit_id, "control", row.control, f"{taken}% occupied"
        )
        assert row.control_as_of <= "2026-11-21"


def test_one_estimate_fills_one_column():
    rows = by("deposit_estimates", "estimate_id")
    columns = [c for c in rows if c.startswith("tonnes_") and c != "tonnes_li_computed"]
    assert (rows[columns].notna().sum(axis=1) == 1).all()
    filled = rows[columns].notna().idxmax(axis=1).str.removeprefix("tonnes_")
    assert (filled == rows["measure"]).all(), "measure names the filled column"
    assert rows[columns].max(axis=1).to_dict() == ESTIMATES
    metal = (rows["tonnes_lce"] * 0.1879).fillna(rows["tonnes_li2o"] * 0.4645).round()
    assert rows["tonnes_li_computed"].dropna().to_dict() == metal.dropna().to_dict()
    claimed = by("reserve_claims", "claim_id").loc["li-sum-check", "tonnes"]
    assert rows["tonnes_li_computed"].sum() == pytest.approx(claimed, abs=2000), (
        "the sum of lithium"
    )
    value = rows[columns].max(axis=1)
    assert value["azovske-reo"] == pytest.approx(value["azovske-ore"] * 0.0127, rel=0.01)
    assert value["azovske-zro2"] == pytest.approx(value["azovske-ore"] * 0.015, rel=0.01)
    assert value["shevchenkivske-li2o"] == pytest.approx(
        value["shevchenkivske-ore"] * 0.015, rel=0.01
    )


def test_reserve_claims():
    claims = by("reserve_claims", "claim_id")
    fills = {"mass": "tonnes", "rank": "rank", "count": "count", "value": "usd_trillion_low",
             "capital": "usd_million", "share": "claimed_share_pct"}  # fmt: skip
    for measure, column in fills.items():
        assert claims.loc[claims["measure"] == measure, column].notna().all(), (measure, column)
    value = claims[claims["measure"] == "value"]
    found = {
        k: (
            r["usd_trillion_low"],
            None if pd.isna(r["usd_trillion_high"]) else r["usd_trillion_high"],
        )
        for k, r in value.iterrows()
    }
    assert found == TRILLIONS
    assert claims["claimed_share_pct"].dropna().to_dict() == SHARES
    part = claims.dropna(subset=["count_total", "claimed_share_pct"])
    expected = (100 * part["count"] / part["count_total"]).round()
    assert (part["claimed_share_pct"] == expected).all(), "share = count of total"
    tonnes = {"li-500kt": 5e5, "li-33mt": 33e6, "c-19mt": 19e6, "u-novok": 93e3, "mn-23bt": 2.3e9,
              "ti-usgs-ilmenite": 5.9e6, "ti-usgs-rutile": 2.5e6}  # fmt: skip
    assert claims.loc[list(tonnes), "tonnes"].to_dict() == tonnes
    capital = {"ree-novopoltavske": 300, "capex-10": 15_000}
    assert claims["usd_million"].dropna().to_dict() == capital
    ranks = {"ti-usgs-rutile": 4, "ti-usgs-ilmenite": 8, "rank-wmd": 40, "ga-5th": 5, "ti-top10": 10,
             "li-top3": 3, "li-largest-europe": 1, "u-first-europe": 1}  # fmt: skip
    assert claims["rank"].dropna().to_dict() == ranks
    estimates = by("deposit_estimates", "estimate_id")
    assert claims.loc["mn-23bt", "tonnes"] == estimates.loc["nikopol-ore", "tonnes_ore"]
    assert claims.loc["u-novok", "tonnes"] == estimates.loc["novokostiantynivske-u", "tonnes_u"]
    occupied = load("occupation", measure=["deposit_value", "resource_value"])
    assert occupied["usd_trillion"].tolist() == [12.4, claims.loc["usd-350b", "usd_trillion_low"]]


def test_licensing():
    assert one_unit_per_measure("licensing") == []
    figures = {
        "l01": 11_000, "l02": 3_055, "l03": 2_400, "l04": 465, "l05": 12, "l06": 854.3, "l07": 314,
        "l08": 76, "l09": 356, "l12": 60, "l13": 26, "l16": 2, "l17": 179, "l18": 50, "l20": 51,
        "l21": 2.3, "l22": 3_700, "l23": 400, "l24": 3_940, "l25": 300, "l26": 2_200, "l27": 120_000,
        "l28": 30, "l29": 50.1, "l32": 70, "l34": 4, "l35": 50_000, "l37": 10_000, "l38": 15_000,
        "l39": 35, "l40": 15.7, "l41": 17.9, "l42": 29, "l43": 2026 - 1970,
    }  # fmt: skip
    assert pinned("licensing", "row_id", "value", figures) == []
    claims = by("reserve_claims", "claim_id")["usd_million"]
    assert (figures["l25"], figures["l38"]) == (claims["ree-novopoltavske"], claims["capex-10"])
    dobra = load("fund", measure="money_usd", topic="dobra_min_investment")["value"].item()
    assert figures["l17"] == dobra, "Dobra in data/licensing.csv and data/fund.csv"


def test_occupation():
    def shares(measure, key):
        return load("occupation", measure=measure).set_index(key)["share_pct"].to_dict()

    assert shares("oblast_share", "iso_3166_2") == OBLASTS
    assert set(load("occupation", measure="oblast_share")["date"]) == {"2026-01-01"}
    country = shares("territory_share", "date")
    assert country == {
        "2022-02": 7, "2022-06": 20, "2023-02-19": 17, "2025-10-01": 19.04, "2025-11-01": 19.09,
        "2026-01-01": 19.25,
    }  # fmt: skip
    area = load("occupation", measure="territory_area")["area_km2"].item()
    taken = load("occupation", measure="area_taken_in_year")["area_km2"].item()
    assert 100 * area / UKRAINE_KM2 == pytest.approx(country["2026-01-01"], abs=0.01)
    assert 100 * taken / UKRAINE_KM2 == pytest.approx(0.72, abs=0.005), "0.72 percent in 2025"
    assert shares("deposit_share", "resource") == {
        "coal": 63, "metals": 42, "natural gas": 20, "oil": 11, "metallic minerals": 40,
        "rare earth and other critical minerals": 33,
    }  # fmt: skip
    assert shares("mineral_value_share", "date") == {"2023-04": 70}
    sites = load("occupation", measure="sites").set_index(["date", "resource"])["count"]
    assert sites["2022-08-10"].to_dict() == {
        "coal": 41, "natural gas": 27, "propane": 14, "oil": 9, "iron ore": 6, "titanium ore": 2,
        "zirconium ore": 2, "strontium": 1, "lithium": 1, "uranium": 1, "gold": 1,
    }  # fmt: skip
    assert sites[[("2025-02-04", "lithium"), ("2025-06-27", "lithium")]].tolist() == [1, 2]


def test_war_and_power():
    assert one_unit_per_measure("war_and_power") == []
    figures = {
        "w01": 4, "w02": 56, "w03": 21, "w05": 50, "w06": 27, "w07": 9, "w08": 67, "w09": -9,
        "w10": 85, "w12": 10, "w13": 40, "w14": 5.5, "w16": 174_000, "w17": 2_100, "w18": 128_000,
        "w19": 29.8, "w20": 139_000, "w21": 137_000, "w22": 12.2, "w23": 4_000, "w24": 9_000,
        "w25": 2.5, "w26": 524,
    }  # fmt: skip
    assert pinned("war_and_power", "row_id", "value", figures) == []
    mined = vintages("ukraine_production", publisher="company", form="Ferrexpo").set_index("year")
    change = 100 * (mined.loc[2025, "ukraine_tonnes"] / mined.loc[2024, "ukraine_tonnes"] - 1)
    assert change == pytest.approx(figures["w09"], abs=3), "Ferrexpo: 6.1 against 6.89 million t"
