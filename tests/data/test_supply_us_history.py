"""United States since 1900: production, trade and consumption balance, dollars deflate evenly."""

from whole import fault

from rare_earths import load


def test_long_series_balances_after_2000():
    rows = {
        i: load("us_long_series", indicator=i).set_index("year")["tonnes_reo"]
        for i in ("production", "imports", "exports", "apparent_consumption")
    }
    balance = rows["production"] + rows["imports"] - rows["exports"]
    ratio = (rows["apparent_consumption"] / balance).drop(2011).loc[2001:]
    wrong = ratio[~ratio.between(0.97, 1.03)]
    assert wrong.empty, fault(
        "us_long_series", wrong.index.tolist(), "apparent_consumption", wrong.tolist(), "about 1"
    )
    assert all(r.index.tolist() == list(range(1900, 2021)) for r in rows.values())
    stocked = (rows["apparent_consumption"] / balance).loc[1967:2000]
    assert stocked.between(0.39, 2.5).all(), (
        "data/us_long_series.csv: consumption far from production and trade"
    )
    early = rows["apparent_consumption"].loc[1900:1941]
    only = rows["production"].fillna(0) + rows["imports"].fillna(0)
    known = only.loc[1900:1941] > 0
    assert (early[known] / only.loc[1900:1941][known]).between(0.99, 1.01).all()


def test_unit_values_differ_by_the_price_index_only():
    rows = load("us_unit_values").set_index("year").dropna(subset="unit_value_usd_per_tonne")
    index = rows["unit_value_1998_usd_per_tonne"] / rows["unit_value_usd_per_tonne"]
    assert index[1998] == 1
    small = rows["unit_value_usd_per_tonne"] < 10  # printed with one digit in 1937-1939
    step = (index / index.shift())[~(small | small.shift(fill_value=False))].dropna()
    wrong = step[~step.between(0.86, 1.13)]
    assert wrong.empty, fault(
        "us_unit_values",
        wrong.index.tolist(),
        "unit_value_1998_usd_per_tonne",
        wrong.tolist(),
        "0.86 to 1.13",
    )
    late = step.loc[1950:]
    assert late.between(0.875, 1.02).all(), fault(
        "us_unit_values", late.idxmax(), "both columns", late.max(), "slow inflation"
    )
