"""Prices: editions agree, ranges hold their midpoint, and no line jumps without a reason."""

import pytest
from whole import fault

from rare_earths import load, vintages

# U.S. Geological Survey, MCS 2026: annual averages 2021-2025, FOB China, dollars per kilogram
# (chapters Rare Earths, Rare Earths (Heavy) and Yttrium, table Salient Statistics).
MCS_2026 = {
    "lanthanum oxide 99.5%": (1.51, 1.39, 0.96, 0.97, 1.00),
    "cerium oxide 99.5%": (1.54, 1.45, 1.03, 1.21, 1.71),
    "praseodymium oxide 99.99%": (93, 128, 76, 56, 74),
    "neodymium oxide 99.5%": (98, 134, 78, 56, 73),
    "NdPr oxide 99%": (92, 124, 75, 55, 69),
    "samarium oxide 99.5%": (2.03, 3.34, 2.17, 2.01, 2.82),
    "europium oxide 99.99%": (31, 30, 27, 27, 27),
    "gadolinium oxide 99.99%": (47, 75, 47, 28, 30),
    "terbium oxide 99.99%": (1340, 2050, 1300, 812, 1010),
    "dysprosium oxide 99.5%": (410, 382, 330, 257, 239),
    "holmium oxide 99.5%": (140, 180, 91, 67, 70),
    "erbium oxide 99.5%": (36, 53, 41, 43, 46),
    "ytterbium oxide 99.99%": (15, 14, 13, 14, 15),
    "lutetium oxide 99.99%": (811, 814, 829, 780, 888),
    "yttrium oxide 99.999%": (6, 12, 8, 6, 9),
    "yttrium metal 99.9%": (39, 41, 33, 33, 40),
    "mischmetal 65% Ce 35% La": (5.66, 6.52, 5.47, 5.45, 5.62),
}
# MCS 2016: quotes at the end of 2011 to 2015 (midpoint of the printed range).
YEAR_END = {
    "europium oxide 99.9%": (3790, 1550, 975, 705, 152.5),
    "terbium oxide 99.99%": (2810, 1250, 825, 615, 450),
    "dysprosium oxide 99.5%": (1410, 615, 465, 340, 227.5),
    "neodymium oxide 99.5%": (195, 77.5, 67.5, 58, 39.5),
    "lanthanum oxide 99.5%": (51, 10, 6, 5, 2),
    "cerium oxide 99.5%": (42.5, 11, 5.5, 4.5, 2),
    "mischmetal 65% Ce 35% La": (48, 15, 9.5, 9.5, 5.5),
}
# Lynas, table of average prices by element: 2007, 2008, 2009 (99% oxide).
LYNAS = {
    "lanthanum oxide 99%": (3.44, 8.71, 4.88),
    "cerium oxide 99%": (3.04, 4.56, 3.88),
    "neodymium oxide 99%": (30.24, 31.90, 19.12),
    "praseodymium oxide 99%": (29.05, 29.48, 18.03),
    "samarium oxide 99%": (3.60, 5.20, 3.40),
    "dysprosium oxide 99%": (89.10, 118.49, 115.67),
    "europium oxide 99%": (323.90, 481.92, 492.92),
    "terbium oxide 99%": (590.40, 720.77, 361.67),
}


def off(key, found, expected, column="price_usd_per_kg", table="prices"):
    return fault(table, key, column, found, expected)


def test_ranges_hold_the_price():
    for basis in ("year_end_quote", "spot"):
        rows = vintages("prices", basis=basis).dropna(subset="price_low_usd_per_kg")
        for row in rows.itertuples():
            low, high = row.price_low_usd_per_kg, row.price_high_usd_per_kg
            key = (row.product, row.year, row.date, basis)
            assert low <= row.price_usd_per_kg <= high, off(
                key, row.price_usd_per_kg, f"{low} to {high}"
            )
            assert row.price_usd_per_kg == pytest.approx((low + high) / 2), off(
                key, row.price_usd_per_kg, f"the middle of {low} and {high}"
            )
            assert high <= 3 * low, off(key, high, f"near {low}", "price_high_usd_per_kg")
    averages = vintages("prices", basis="annual_average")
    assert averages["price_low_usd_per_kg"].isna().all()


@pytest.mark.parametrize("product", MCS_2026)
def test_newest_averages_are_those_of_the_publisher(product):
    found = load("prices", basis="annual_average", product=product).set_index("year")
    assert (found.loc[2021:, "edition"] == "MCS 2026").all()
    for year, printed in zip(range(2021, 2026), MCS_2026[product], strict=True):
        price = found.loc[year, "price_usd_per_kg"]
        assert price == printed, off((product, year, "MCS 2026"), price, printed)


@pytest.mark.parametrize(
    "basis, first, table", [("year_end_quote", 2011, YEAR_END), ("annual_average", 2007, LYNAS)]
)
def test_older_series_are_those_of_the_publisher(basis, first, table):
    for product, prices in table.items():
        found = load("prices", basis=basis, product=product).set_index("year")["price_usd_per_kg"]
        for year, printed in enumerate(prices, start=first):
            assert found[year] == pytest.approx(printed), off(
                (product, year, basis), found[year], printed
            )


def test_editions_agree_where_they_overlap():
    rows = vintages("prices", basis="annual_average")
    compared = 0
    for (product, year), group in rows.groupby(["product", "year"]):
        newest = group.iloc[-1]["price_usd_per_kg"]
        for row in group.iloc[:-1].itertuples():
            compared += 1
            key = (product, year, row.edition)
            if "superseded" in str(row.flag):
                assert (row.price_usd_per_kg, newest) == (49, 98), off(
                    key, row.price_usd_per_kg, 49
                )
                continue
            rounding = 0.5 if row.price_usd_per_kg < 10 else 0
            assert row.price_usd_per_kg == pytest.approx(newest, rel=0.066, abs=rounding), off(
                key, row.price_usd_per_kg, f"near {newest} of {group.iloc[-1]['edition']}"
            )
    assert compared > 150


def test_averages_do_not_jump_from_year_to_year():
    rows = load("prices", basis="annual_average")
    for product, line in rows.groupby("product"):
        line = line.sort_values("year").set_index("year")["price_usd_per_kg"]
        ratio = (line / line.shift()).dropna()
        lowest = (
            0.2 if product.startswith("europium") else 0.45
        )  # 344 to 74 in 2016: lamps gave way to LEDs
        wrong = ratio[~ratio.between(lowest, 2.6)]
        assert wrong.empty, off((product, *wrong.index), wrong.tolist(), f"{lowest} to 2.6 times")


def test_a_mixture_costs_between_its_parts():
    averages = load("prices", basis="annual_average", edition="MCS 2026")
    by = averages.pivot(index="year", columns="product", values="price_usd_per_kg")
    mixed, parts = by["NdPr oxide 99%"], by[["neodymium oxide 99.5%", "praseodymium oxide 99.99%"]]
    assert (mixed <= 1.0 * parts.max(axis=1)).all() and (mixed >= 0.92 * parts.min(axis=1)).all()


def test_spot_prices_of_2011_and_2025():
    printed = {  # (product, date, market): dollars per kilogram
        ("neodymium oxide", "2011-10", "fob_china"): 260,
        ("lanthanum oxide", "2011-10", "fob_china"): 80,
        ("lanthanum oxide", "2011-09", "china_domestic"): 20.63,
        ("samarium oxide", "2011-10", "china_domestic"): 17.14,
        ("dysprosium oxide", "2011-10", "fob_china"): 2300,
        ("dysprosium oxide", "2011-08", "fob_china"): 2377,
        ("dysprosium oxide", "2009-01", "fob_china"): 91,
        ("dysprosium oxide 99.5%", "2025-05-06", "europe"): 850,
        ("terbium oxide 99.99%", "2025-05-06", "europe"): 3000,
        ("yttrium oxide 99.999%", "2025-09-25", "europe"): 175,
        ("dysprosium", "2025-06-05", "europe"): 750,
        ("terbium", "2025-06-05", "europe"): 2850,
        ("yttrium", "2025-06-05", "europe"): 45,
    }
    rows = load("prices", basis="spot").set_index(["product", "date", "market"])["price_usd_per_kg"]
    for key, price in printed.items():
        assert rows[key] == price, off((*key, "spot"), rows[key], price)
    floor = load("prices", basis="policy_price_floor")
    assert floor["price_usd_per_kg"].tolist() == [110] and floor["date"].tolist() == ["2025-07-10"]
    paid = load("prices", basis="volume_weighted_share").set_index("symbol")["price_usd_per_kg"]
    assert paid.to_dict() == {"Dy": 224, "Y": 6.5}


def test_symbols_and_forms_follow_from_the_product():
    names = load("elements").set_index("name")["symbol"]
    for basis in ("annual_average", "year_end_quote", "spot", "quarter_average"):
        for row in vintages("prices", basis=basis).itertuples():
            first = row.product.split()[0]
            expected = names.get(first)
            found = row.symbol if isinstance(row.symbol, str) else None
            assert found == expected, off((row.product, row.year), found, expected, "symbol")
            assert row.form in row.product or row.form == "not_stated", off(
                (row.product,), row.form, "the form in its name", "form"
            )
            if row.product.endswith("%") and isinstance(row.symbol, str):
                assert row.product.rstrip("%").endswith(f"{row.purity_pct:g}") or "-" in row.product


def test_europium_lost_ninety_nine_percent():
    before = load("prices", basis="year_end_quote", symbol="Eu", year=2011)[
        "price_usd_per_kg"
    ].item()
    after = load("prices", basis="annual_average", symbol="Eu", year=2025)[
        "price_usd_per_kg"
    ].item()
    said = load("substitution_recycling", subtopic="lighting: price effect")["value_low"].item()
    assert said == pytest.approx(100 * (after / before - 1), abs=0.05)


def test_monthly_prices_average_to_the_annual_ones():
    rows = load("prices_monthly", symbol=["Nd", "Ce"])
    assert (
        rows.groupby("symbol")["month"].agg(["min", "max", "count"]).to_numpy().tolist()
        == [["2024-01", "2026-04", 28]] * 2
    )
    rows["year"] = rows["month"].str[:4].astype(int)
    rows["paid"] = rows["price_usd_per_kg"] * rows["trading_days"]
    sums = rows.groupby(["symbol", "year"])[["paid", "trading_days"]].sum()
    means = sums["paid"] / sums["trading_days"]
    annual = load("prices", basis="annual_average", symbol=["Nd", "Ce"], edition="MCS 2026")
    annual = annual.set_index(["symbol", "year"])["price_usd_per_kg"]
    for key in (("Nd", 2024), ("Nd", 2025), ("Ce", 2024), ("Ce", 2025)):
        assert means[key] == pytest.approx(annual[key], rel=0.12), off(
            key, means[key], annual[key], table="prices_monthly"
        )
    assert means["Nd", 2024] == pytest.approx(55.75, abs=0.01) and means[
        "Nd", 2025
    ] == pytest.approx(75.46, abs=0.01)


@pytest.mark.parametrize(
    "table, column, largest",
    [
        ("prices_monthly", "price_usd_per_kg", 1.40),
        ("prices_monthly_cny", "price_cny_per_kg", 1.50),
    ],
)
def test_months_follow_each_other(table, column, largest):
    symbols = {"prices_monthly": ["Nd", "Ce"], "prices_monthly_cny": ["Nd", "Pr"]}[table]
    for symbol, line in load(table, symbol=symbols).groupby("symbol"):
        months = line["month"].str[:4].astype(int) * 12 + line["month"].str[5:].astype(int)
        assert (months.diff().dropna() == 1).all(), (
            f"data/{table}.csv, {symbol}: a month is missing"
        )
        ratio = (line[column] / line[column].shift()).dropna()
        wrong = line.loc[ratio[~ratio.between(1 / largest, largest)].index, "month"]
        assert wrong.empty, off(
            (symbol, *wrong),
            line.loc[wrong.index, column].tolist(),
            "near the month before",
            column,
            table,
        )


def test_domestic_and_export_prices_move_together():
    annual = load("prices", basis="annual_average", product="neodymium oxide 99.5%").set_index(
        "year"
    )["price_usd_per_kg"]
    rows = load("prices_monthly_cny", symbol="Nd")
    yuan = (
        rows.assign(year=rows["month"].str[:4].astype(int))
        .groupby("year")["price_cny_per_kg"]
        .mean()
    )
    for year in range(2014, 2024):
        assert 4.5 < yuan[year] / annual[year] < 8.5, off(
            ("Nd", year), yuan[year], f"{annual[year]} USD", table="prices_monthly_cny"
        )


def test_scandium_falls_and_stays_apart_from_the_yearbook():
    rows = load("scandium_prices").set_index("year")
    printed = {
        2021: (890, 1000),
        2022: (820, 880),
        2023: (700, 740),
        2024: (660, 670),
        2025: (640, 640),
    }
    found = {
        year: (row.price_low_usd_per_kg, row.price_high_usd_per_kg) for year, row in rows.iterrows()
    }
    assert found == printed, f"data/scandium_prices.csv: found {found}, expected {printed}"
    yearbook = load("prices", basis="annual_average", symbol="Sc").set_index("year")[
        "price_usd_per_kg"
    ]
    assert yearbook.to_dict() == {2021: 2200, 2022: 2100}
