"""What half of a mine's royalties would add up to, year by year: arithmetic, not a forecast.

The method is our own; it comes from no publication and was fitted to no mine.  It answers one
question of bookkeeping: if a mine with a new licence sells so much at such a price, pays such a
royalty, and the state passes on such a share of it, how much has been passed on after so many
years?

Assumptions
-----------
1. The royalty is a percentage of the value of what is sold: output times price.
2. Year 1 begins on the day of the licence.  Nothing is paid before the first output; a year in
   which output begins counts by its remaining part (first output after 15.7 years: 0.3 of
   year 16).
3. Output, price and rate then stay the same to the end of the years shown: no build-up, no
   price cycle, no inflation, no end of the ore.
4. Low, mid and high shift three guesses together by the same percentage s: output and price by
   -s, 0, +s, the years to first output by +s, 0, -s.  The royalty rate and the share paid in are
   rules, not guesses, and stay.
5. A payment is made at the end of its year.  With a discount rate d it counts for
   1 / (1 + d) ** year of its amount, its worth on the day of the licence; d = 0 counts all
   dollars alike.
6. Other payments are left out: licence fees, and the state's part of output under a production
   sharing agreement.
"""

from __future__ import annotations

import pandas as pd

CASES = {"low": -1, "mid": 0, "high": 1}

# The same arithmetic in Vega's expression language, for charts with controls: pairs of a field
# and its formula, to be calculated in this order.  Each row holds `case` and `year`; the
# parameters bear the names of the arguments of `paid_in`.
VEGA = (
    ("shift", "(indexof(['low', 'mid', 'high'], datum.case) - 1) * spread_pct / 100"),
    ("start_year", "years_to_output * (1 - datum.shift)"),
    (
        "full_year_usd_million",
        "output_tonnes * (1 + datum.shift) * price_usd_per_t * (1 + datum.shift)"
        " * royalty_rate_pct / 100 * paid_in_pct / 100 / 1e6",
    ),
    (
        "paid_usd_million",
        "datum.full_year_usd_million * clamp(datum.year - datum.start_year, 0, 1)"
        " / pow(1 + discount_rate_pct / 100, datum.year)",
    ),
)


def yearly_payment(
    output_tonnes: float, price_usd_per_t: float, royalty_rate_pct: float, paid_in_pct: float
) -> float:
    """What is paid in for one full year of output.

    Parameters
    ----------
    output_tonnes
        Product sold in a year, in tonnes; 0 or more.
    price_usd_per_t
        Price of that same product, in USD a tonne; 0 or more.
    royalty_rate_pct
        Royalty, in % of the value sold; 0 to 100.
    paid_in_pct
        Share of the royalty that is paid in, 0 to 100 %.

    Returns
    -------
    float
        USD a year.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    >>> yearly_payment(100_000, 1_000, 5, 50)
    2500000.0
    """
    _check(
        output_tonnes=(output_tonnes, _ANY),
        price_usd_per_t=(price_usd_per_t, _ANY),
        royalty_rate_pct=(royalty_rate_pct, 100),
        paid_in_pct=(paid_in_pct, 100),
    )
    return output_tonnes * price_usd_per_t * royalty_rate_pct / 100 * paid_in_pct / 100


def paid_in(
    output_tonnes: float,
    price_usd_per_t: float,
    royalty_rate_pct: float,
    paid_in_pct: float,
    years_to_output: float,
    spread_pct: float = 0,
    discount_rate_pct: float = 0,
    years: int = 40,
) -> pd.DataFrame:
    """Payments year by year, in a low, a middle and a high case.

    Parameters
    ----------
    output_tonnes, price_usd_per_t, royalty_rate_pct, paid_in_pct
        As in :func:`yearly_payment`; the middle case.
    years_to_output
        Years from the licence to the first output, middle case; 0 or more, need not be whole.
    spread_pct
        By how much output, price and years to output may be off, 0 to 100 %.
    discount_rate_pct
        What a payment loses in worth for each year it comes later, in % a year; 0 or more.
    years
        Years to return, counted from the licence; 1 or more.

    Returns
    -------
    DataFrame
        One row a case and year, years 0 to `years`: ``case`` (low, mid, high), ``year`` (int),
        ``start_year`` (years to first output in this case), ``full_year_usd_million`` (a full
        year of output, before discount), ``paid_usd_million`` (of this year) and
        ``total_usd_million`` (up to the end of this year; both discounted).

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    _check(
        years_to_output=(years_to_output, _ANY),
        spread_pct=(spread_pct, 100),
        discount_rate_pct=(discount_rate_pct, _ANY),
    )
    if years < 1:
        raise ValueError(f"years is {years}; expected 1 or more")
    rows = []
    for case, sign in CASES.items():
        shift = sign * spread_pct / 100
        start = years_to_output * (1 - shift)
        output, price = output_tonnes * (1 + shift), price_usd_per_t * (1 + shift)
        full = yearly_payment(output, price, royalty_rate_pct, paid_in_pct) / 1e6
        total = 0.0
        for year in range(years + 1):
            part = min(max(year - start, 0.0), 1.0)
            paid = full * part / (1 + discount_rate_pct / 100) ** year
            total += paid
            rows.append((case, year, start, full, paid, total))
    numbers = ["start_year", "full_year_usd_million", "paid_usd_million", "total_usd_million"]
    return pd.DataFrame(rows, columns=["case", "year", *numbers])


_ANY = float("inf")


def _check(**arguments: tuple[float, float]) -> None:
    for name, (value, top) in arguments.items():
        if not 0 <= value <= top or value == _ANY:
            limits = f"0 to {top}" if top != _ANY else "a finite number, 0 or more"
            raise ValueError(f"{name} is {value}; expected {limits}")
