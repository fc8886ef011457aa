"""Promise: the royalty calculator does the sums it describes, in Python and in the chart."""

import math
import xml.etree.ElementTree as ET

import altair as alt
import pandas as pd
import pytest
import vl_convert

from rare_earths.royalties import CASES, VEGA, paid_in, yearly_payment

ARGUMENTS = (
    "output_tonnes",
    "price_usd_per_t",
    "royalty_rate_pct",
    "paid_in_pct",
    "years_to_output",
    "spread_pct",
    "discount_rate_pct",
)
MINE = (100_000, 1_000, 5, 50)  # sales of 100 million USD, royalty 5 million, half of it 2.5


def case(frame, name):
    return frame[frame.case == name].set_index("year")


def test_half_of_five_percent_of_a_hundred_million():
    assert yearly_payment(*MINE) == 2_500_000
    assert yearly_payment(20_000, 250, 8, 50) == 200_000  # 5 million x 0.08 x 0.5
    assert yearly_payment(0, 1_000, 5, 50) == yearly_payment(1, 0, 5, 50) == 0


def test_it_is_a_product_so_doubling_any_part_doubles_it():
    for part in range(3):
        doubled = [value * (2 if i == part else 1) for i, value in enumerate(MINE)]
        assert yearly_payment(*doubled) == 2 * yearly_payment(*MINE)


def test_nothing_before_the_first_output_and_a_part_of_its_year():
    mid = case(paid_in(*MINE, years_to_output=3.25, years=6), "mid")
    assert mid.paid_usd_million.tolist() == [0, 0, 0, 0, 1.875, 2.5, 2.5]  # 0.75 of year 4
    assert mid.total_usd_million.tolist() == [0, 0, 0, 0, 1.875, 4.375, 6.875]


def test_a_whole_number_of_years_starts_with_the_next_year():
    mid = case(paid_in(*MINE, years_to_output=2, years=4), "mid")
    assert mid.paid_usd_million.tolist() == [0, 0, 0, 2.5, 2.5]
    assert case(paid_in(*MINE, years_to_output=0, years=2), "mid").paid_usd_million.tolist() == [
        0,
        2.5,
        2.5,
    ]


def test_low_mid_and_high_shift_output_price_and_start_together():
    # s = 50 %: low 0.5 x 0.5 x 2.5 = 0.625 from year 15; high 1.5 x 1.5 x 2.5 = 5.625 from year 5.
    frame = paid_in(*MINE, years_to_output=10, spread_pct=50, years=20)
    starts = frame.drop_duplicates("case").set_index("case")
    assert starts.start_year.to_dict() == {"low": 15, "mid": 10, "high": 5}
    assert starts.full_year_usd_million.to_dict() == {"low": 0.625, "mid": 2.5, "high": 5.625}
    last = frame[frame.year == 20].set_index("case").total_usd_million
    assert last.to_dict() == {"low": 5 * 0.625, "mid": 10 * 2.5, "high": 15 * 5.625}


def test_a_discount_of_a_hundred_percent_halves_each_year():
    mid = case(paid_in(*MINE, years_to_output=0, discount_rate_pct=100, years=3), "mid")
    assert mid.paid_usd_million.tolist() == [0, 1.25, 0.625, 0.3125]
    assert mid.total_usd_million[3] == 2.1875


def test_a_discounted_row_of_equal_payments_is_an_annuity():
    # 2.5 a year at the end of years 1 to 30 at 8 %: 2.5 x (1 - 1.08**-30) / 0.08 = 28.1445
    mid = case(paid_in(*MINE, years_to_output=0, discount_rate_pct=8, years=30), "mid")
    assert mid.total_usd_million[30] == pytest.approx(28.1445, abs=1e-4)


def test_a_mine_that_never_starts_within_the_years_pays_nothing():
    frame = paid_in(*MINE, years_to_output=40, years=40)
    assert frame.total_usd_million.eq(0).all()


def test_without_a_spread_the_three_cases_are_one():
    frame = paid_in(*MINE, years_to_output=15.7)
    assert (
        frame.pivot(index="year", columns="case", values="total_usd_million").nunique(1).eq(1).all()
    )


POINTS = [
    (100_000, 1_000, 5, 50, 15.7, 40, 0),
    (250_000, 300, 8, 50, 5, 0, 8),
    (20_000, 12_500, 2.5, 50, 17.9, 60, 4),
    (60_000, 100, 1, 25, 29, 25, 12),
    (500_000, 20_000, 12, 100, 35, 100, 1.5),
    (0, 1_000, 5, 50, 0, 30, 0),
]


@pytest.mark.parametrize("point", POINTS)
def test_low_is_never_above_mid_nor_mid_above_high(point):
    wide = paid_in(*point).pivot(index="year", columns="case", values="total_usd_million")
    assert (wide.low <= wide.mid + 1e-9).all() and (wide.mid <= wide.high + 1e-9).all()
    assert (wide.diff().iloc[1:] >= 0).all().all()


@pytest.mark.parametrize("point", POINTS)
def test_the_chart_computes_what_python_computes(point):
    drawn, ours = in_vega(point), paid_in(*point)
    drawn = drawn.sort_values(["case", "year"], ignore_index=True)
    ours = ours.sort_values(["case", "year"], ignore_index=True)
    assert drawn.case.tolist() == ours.case.tolist()
    for part in ours.columns.drop("case"):
        assert drawn[part].tolist() == pytest.approx(ours[part].tolist(), rel=1e-6, abs=1e-6), part


def in_vega(point) -> pd.DataFrame:
    """The rows that Vega itself calculates, read from the text of a drawn chart."""
    rows = pd.DataFrame([(name, year) for name in CASES for year in range(41)])
    chart = alt.Chart(rows.set_axis(["case", "year"], axis=1))
    for field, formula in VEGA:
        chart = chart.transform_calculate(**{field: formula})
    chart = chart.transform_window(
        total_usd_million="sum(paid_usd_million)",
        groupby=["case"],
        sort=[alt.SortField("year")],
        frame=[None, 0],
    )
    parts = ["start_year", "full_year_usd_million", "paid_usd_million", "total_usd_million"]
    joined = " + ' ' + ".join(
        ["datum.case", "datum.year", *(f"format(datum.{part}, '.8f')" for part in parts)]
    )
    chart = chart.transform_calculate(row=joined).mark_text().encode(y="row:N", text="row:N")
    params = [alt.param(name=n, value=v) for n, v in zip(ARGUMENTS, point, strict=True)]
    svg = vl_convert.vegalite_to_svg(
        chart.encode(y=alt.Y("row:N", axis=None)).add_params(*params).to_json()
    )
    texts = [e.text or "" for e in ET.fromstring(svg).iter() if e.tag.endswith("text")]
    found = [text.split() for text in texts if len(text.split()) == 6]
    assert len(found) == len(rows)
    frame = pd.DataFrame(found, columns=["case", "year", *parts])
    return frame.astype({"year": int} | dict.fromkeys(parts, float))


@pytest.mark.parametrize(
    ("position", "value"),
    [(0, -1), (1, -0.5), (2, 101), (3, 100.1), (4, -1), (5, 101), (6, -1)]
    + [(i, math.nan) for i in range(7)]
    + [(0, math.inf), (4, math.inf), (6, math.inf)],
)
def test_an_argument_out_of_range_is_named(position, value):
    arguments = [*MINE, 15.7, 40, 0]
    arguments[position] = value
    with pytest.raises(ValueError, match=ARGUMENTS[position]):
        paid_in(*arguments)


def test_no_years_at_all_are_refused():
    with pytest.raises(ValueError, match="years is 0"):
        paid_in(*MINE, years_to_output=1, years=0)
