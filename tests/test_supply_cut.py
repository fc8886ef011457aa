"""Promise: the supply-cut illustration does the sums it describes, in Python and in the chart."""

import math
import xml.etree.ElementTree as ET

import altair as alt
import pandas as pd
import pytest
import vl_convert

from rare_earths.supply_cut import PARTS, VEGA, monthly_balance

ARGUMENTS = (
    "source_share_pct",
    "share_cut_pct",
    "months_cut",
    "months_of_stock",
    "share_replaced_pct",
)


def shortfall(*arguments, months=24) -> list[float]:
    return monthly_balance(*arguments, months=months).shortfall_pct.tolist()


def test_stock_carries_users_and_then_runs_out():
    # 80 % x 50 % = 40 % is cut, 10 % replaced: 30 % of a month is missing each month.
    # One month of stock = 100 %: it covers 30 + 30 + 30 and 10 of month 4; 20 are missing.
    balance = monthly_balance(80, 50, 6, 1, 10, months=8)
    assert balance.month.tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert balance.supplied_pct.tolist() == [60] * 6 + [100] * 2
    assert balance.replaced_pct.tolist() == [10] * 6 + [0] * 2
    assert balance.from_stock_pct.tolist() == [30, 30, 30, 10, 0, 0, 0, 0]
    assert balance.shortfall_pct.tolist() == [0, 0, 0, 20, 30, 30, 0, 0]


def test_without_stock_or_substitute_the_cut_is_felt_at_once_and_in_full():
    assert shortfall(100, 100, 2, 0, 0, months=3) == [100, 100, 0]
    assert shortfall(25, 40, 1, 0, 0, months=2) == [10, 0]


def test_no_cut_or_a_replaced_cut_leaves_no_shortfall_and_touches_no_stock():
    for arguments in [
        (90, 0, 12, 0, 0),
        (0, 100, 12, 0, 0),
        (90, 100, 0, 0, 0),
        (50, 40, 12, 3, 20),
    ]:
        balance = monthly_balance(*arguments)
        assert balance.shortfall_pct.eq(0).all() and balance.from_stock_pct.eq(0).all()


def test_replacement_never_exceeds_what_is_cut():
    assert monthly_balance(50, 20, 3, 0, 60, months=3).replaced_pct.tolist() == [10, 10, 10]


def test_a_stock_as_large_as_the_gap_is_just_enough():
    assert sum(shortfall(100, 50, 6, 3, 0)) == 0  # 6 months x 50 % = 3 months of use
    assert sum(shortfall(100, 50, 7, 3, 0)) == 50


CASES = [
    (91.3, 50, 12, 3, 10),
    (94, 100, 24, 6, 0),
    (46.3, 35, 5, 0.5, 15),
    (71, 80, 18, 0, 25),
    (61, 5, 24, 12, 0),
    (85, 100, 3, 2.5, 90),
    (100, 100, 1, 0, 100),
    (60, 65, 0, 1, 5),
]


@pytest.mark.parametrize("case", CASES)
def test_the_four_parts_add_up_to_normal_use_and_none_is_negative(case):
    balance = monthly_balance(*case)
    assert balance[list(PARTS)].sum(axis=1).sub(100).abs().max() < 1e-9
    assert balance[list(PARTS)].min().min() >= 0
    assert balance.from_stock_pct.sum() <= 100 * case[3] + 1e-9


@pytest.mark.parametrize("case", CASES)
def test_the_chart_computes_what_python_computes(case):
    drawn, balance = in_vega(case), monthly_balance(*case)
    for part in PARTS:
        assert drawn[part].tolist() == pytest.approx(balance[part].tolist(), abs=1e-4), part


def in_vega(case) -> pd.DataFrame:
    """The rows that Vega itself calculates, read from the text of a drawn chart."""
    chart = alt.Chart(pd.DataFrame({"month": range(1, 25)}))
    for field, formula in VEGA:
        chart = chart.transform_calculate(**{field: formula})
    joined = " + ' ' + ".join(["datum.month", *(f"format(datum.{part}, '.6f')" for part in PARTS)])
    chart = chart.transform_calculate(row=joined).mark_text().encode(y="month:O", text="row:N")
    params = [alt.param(name=n, value=v) for n, v in zip(ARGUMENTS, case, strict=True)]
    svg = vl_convert.vegalite_to_svg(chart.add_params(*params).to_json())
    texts = [
        element.text or "" for element in ET.fromstring(svg).iter() if element.tag.endswith("text")
    ]
    rows = [[float(word) for word in text.split()] for text in texts if len(text.split()) == 5]
    assert len(rows) == 24
    return pd.DataFrame(rows, columns=["month", *PARTS]).sort_values("month")


@pytest.mark.parametrize(
    ("position", "value"), [(0, 101), (0, -1), (1, 100.1), (2, -1), (3, -0.5), (4, math.nan)]
)
def test_an_argument_out_of_range_is_named(position, value):
    arguments = [90, 50, 12, 3, 10]
    arguments[position] = value
    with pytest.raises(ValueError, match=ARGUMENTS[position]):
        monthly_balance(*arguments)


def test_a_balance_of_no_months_is_refused():
    with pytest.raises(ValueError, match="months is 0"):
        monthly_balance(90, 50, 12, 3, 10, months=0)
