"""Trade: partners, months and totals agree, and a tonne has a plausible price."""

import pytest
from whole import fault

from rare_earths import load


def trade(reporter, flow):
    return load("trade_hs2846", reporter=reporter, flow=flow)


def test_china_partners_add_up_to_its_world_row():
    """Partners under 50 t and under 0.5 million USD are left out, so the parts are a little less."""
    rows = trade("China", "import")
    for year, group in rows.groupby("year"):
        world = group[group["country"] == "World"].iloc[0]
        parts = group[group["country"] != "World"]
        for column, share in (("value_usd", 0.92), ("gross_tonnes", 0.90)):
            if year < 2002 or world[column] != world[column]:
                share = 0.55
            total = parts[column].sum()
            low, high = share * world[column], world[column] + 0.1
            assert world[column] != world[column] or low <= total <= high, fault(
                "trade_hs2846",
                ("China", "import", year, "World"),
                column,
                world[column],
                f"near the parts, {total:,.0f}",
            )
            if year >= 2017:
                assert world[column] - total <= (80 if column == "gross_tonnes" else 1_000_000)
    assert sorted(rows["year"].unique()) == list(range(1993, 2025))


def test_value_of_a_tonne_is_plausible():
    """Compounds cost between about 0.25 and 400 dollars a kilogram; lots under 10 t cost more."""
    for reporter, flow in (
        ("China", "import"),
        ("United States", "import"),
        ("United States", "export"),
    ):
        rows = trade(reporter, flow)
        rows = rows[rows["gross_tonnes"] >= 10]
        price = rows["value_usd"] / rows["gross_tonnes"] / 1000
        outlier = (rows["country"] == "Canada") & (rows["year"] == 2011)  # 17.1 t for 28 million
        wrong = rows[~price.between(0.25, 420) & ~outlier]
        assert wrong.empty, (
            f"data/trade_hs2846.csv: dollars per kilogram out of range in\n{wrong.iloc[:, :7]}"
        )
        large = rows["gross_tonnes"] >= 1000
        assert price[large].between(0.4, 105).all(), rows[large & ~price.between(0.4, 105)].iloc[
            :, :7
        ]


def test_headlines_of_the_trade_chapter():
    printed = {  # (reporter, flow, partner, year): gross tonnes
        ("China", "import", "Myanmar", 2016): 69,
        ("China", "import", "Myanmar", 2023): 72_074,
        ("China", "import", "Myanmar", 2024): 44_366,
        ("China", "import", "United States", 2019): 44,
        ("United States", "export", "China", 2019): 45_601,
    }
    for (reporter, flow, country, year), tonnes in printed.items():
        rows = trade(reporter, flow)
        found = rows[(rows["country"] == country) & (rows["year"] == year)]["gross_tonnes"].item()
        assert found == pytest.approx(tonnes, abs=0.6), fault(
            "trade_hs2846", (reporter, flow, year, country), "gross_tonnes", found, tonnes
        )
    rows = trade("China", "import").query("year == 2024").set_index("country")["gross_tonnes"]
    assert rows["Myanmar"] / rows["World"] == pytest.approx(0.576, abs=0.002)


def test_partners_and_years_of_the_united_states():
    assert "World" not in set(trade("United States", "import")["country"])
    for flow, rows, partners in (("import", 386, 15), ("export", 266, 9)):
        found = trade("United States", flow)
        assert (len(found), found["country"].nunique()) == (rows, partners)
        assert sorted(found["year"].unique()) == list(range(1993, 2026))
        assert "United States" not in set(found["country"])


def magnets(frequency):
    rows = load("trade_china_magnets", frequency=frequency)
    return rows.set_index(["country", "period_start", "period_end"])["gross_tonnes"]


def test_magnet_months_add_up_to_the_totals_of_the_year():
    months, so_far, years = magnets("monthly"), magnets("year_to_date"), magnets("annual")
    world = {
        period: tonnes for (country, period, _), tonnes in months.items() if country == "World"
    }
    july, september = so_far["World", "2025-01", "2025-07"], so_far["World", "2025-01", "2025-09"]
    assert july + world["2025-08"] + world["2025-09"] == september, fault(
        "trade_china_magnets",
        "2025-01 to 2025-09",
        "gross_tonnes",
        september,
        july + world["2025-08"] + world["2025-09"],
    )
    assert july - world["2025-07"] == pytest.approx(22_319, abs=1)  # first half, as printed
    changes = {  # printed change on the month before
        ("2025-04", "2025-05"): -52.9,
        ("2025-06", "2025-07"): 74.9,
    }
    for (before, after), percent in changes.items():
        found = 100 * (world[after] / world[before] - 1)
        assert found == pytest.approx(percent, abs=0.3), fault(
            "trade_china_magnets", after, "gross_tonnes", world[after], f"{percent}%"
        )
    assert (
        years["World", "2025", "2025"] == 57_392
        and world["2025-12"] == 5_952
        and world["2024-07"] == 5_278
    )
    assert years["World", "2025", "2025"] - september == pytest.approx(3 * 5_900, rel=0.03)
    for (country, period, _), tonnes in months.items():
        assert country == "World" or tonnes < 0.3 * world.get(period, 7_000), (
            f"{country} {period}: {tonnes}"
        )


def test_magnets_by_country():
    printed = {
        ("United States", "2025-05"): 46,
        ("United States", "2025-07"): 619,
        ("United States", "2025-08"): 589,
        ("United States", "2025-09"): 420,
        ("United States", "2025-12"): 564,
        ("Germany", "2025-07"): 1116,
        ("Germany", "2025-09"): 1288,
        ("South Korea", "2025-09"): 854,
        ("Vietnam", "2025-09"): 456,
        ("Japan", "2025-09"): 228,
        ("Japan", "2025-11"): 305,
        ("Japan", "2025-12"): 280,
    }
    months = magnets("monthly")
    assert len(months) == len(printed) + 8
    for (country, period), tonnes in printed.items():
        found = months[country, period, period]
        assert found == tonnes, fault(
            "trade_china_magnets", (country, period), "gross_tonnes", found, tonnes
        )
    assert magnets("annual")["United States", "2025", "2025"] == 5_933
    assert magnets("annual")["World", "2021", "2021"] == 48_800


def test_total_exports_of_china():
    exports = {
        frequency: load(
            "trade_china_totals", flow="export", product="all_rare_earths", frequency=frequency
        )
        for frequency in ("annual", "monthly", "year_to_date")
    }
    annual = (
        exports["annual"].dropna(subset="gross_tonnes").set_index("period_start")["gross_tonnes"]
    )
    assert annual.to_dict() == {"2011": 16_900, "2012": 16_265, "2021": 48_918, "2025": 62_585}
    quota = load("quotas_export", part="full_year").set_index("year")["gross_tonnes"]
    assert annual["2011"] / quota[2011] == pytest.approx(0.56, abs=0.005)
    assert annual["2012"] / quota[2012] == pytest.approx(0.525, abs=0.01)
    so_far = exports["year_to_date"].set_index("period_end")["gross_tonnes"]
    printed = {
        "2010-11": 35_000,
        "2011-09": 11_000,
        "2020-06": 21_115,
        "2024-06": 29_095,
        "2025-06": 32_569,
    }
    assert so_far.to_dict() == printed, fault(
        "trade_china_totals", "year_to_date", "gross_tonnes", so_far.to_dict(), printed
    )
    months = exports["monthly"].set_index("period_start")["gross_tonnes"]
    assert months.to_dict() == {"2024-12": 3_326, "2025-06": 7_742, "2025-12": 4_392}
    shares = exports["annual"].dropna(subset="share_pct").set_index("country")["share_pct"]
    assert shares.to_dict() == {"Japan": 56, "United States": 14, "France": 10}
    heavy = load(
        "trade_china_totals", flow="import", product="heavy_rare_earth_oxides", frequency="annual"
    )
    assert heavy["gross_tonnes"].tolist() == [19_500, 41_700]
    assert heavy["value_usd"].dropna().tolist() == [1.4e9]
    said = load("environmental_figures", claim_id="myanmar_imports")["value_high"].item()
    assert said == 41_700
    every = load(
        "trade_china_totals", flow="import", product="all_rare_earths", frequency="year_to_date"
    )
    assert every["gross_tonnes"].tolist() == [159_472]


def test_imports_of_the_european_union():
    rows = load("trade_eu", flow="import").set_index("country")
    total = rows.loc["World", "gross_tonnes"]
    assert total == 12_900 and load("trade_eu", flow="export")["gross_tonnes"].item() == 5_500
    printed = {"China": 46.3, "Russia": 28.4, "Malaysia": 19.9, "World": 100}
    for country, share in printed.items():
        row = rows.loc[country]
        assert row["share_pct"] == share, fault(
            "trade_eu", country, "share_pct", row["share_pct"], share
        )
        assert 100 * row["gross_tonnes"] / total == pytest.approx(share, abs=0.5), fault(
            "trade_eu", country, "gross_tonnes", row["gross_tonnes"], f"{share}% of {total}"
        )
