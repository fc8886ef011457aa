"""What a cut in supply would leave, month by month: an illustration, not a forecast.

The method is our own; it comes from no publication and was fitted to no event.  It answers one
question of bookkeeping: if a part of the normal supply stops for some months, how long do
stocks carry the users, and how much is missing afterwards?

Assumptions
-----------
1. Users normally use all that is supplied: normal use equals normal supply, every month.
2. The cut begins in month 1 at full size, and ends at once after its last month.
3. Replacement (substitutes, savings, other producers) is there in full from month 1 and needs
   no building time.  It never exceeds what the cut takes away.
4. All users share one stock.  It is full at the start, is drawn on only for what replacement
   leaves open, and is not refilled within the months shown.
5. Nothing else changes: no prices, no hoarding, no smuggling, no differences between elements,
   grades or firms, no effect of a missing part on the product it belongs to.
"""

from __future__ import annotations

import pandas as pd

PARTS = ("supplied_pct", "replaced_pct", "from_stock_pct", "shortfall_pct")

# The same bookkeeping in Vega's expression language, for charts with controls: pairs of a field
# and its formula, to be calculated in this order.  Each row holds `month`; the parameters bear
# the names of the arguments of `monthly_balance`.  The stock needs no memory here: before month
# t, (t - 1) months have drawn the same amount from it.
VEGA = (
    ("cut_pct", "datum.month <= months_cut ? source_share_pct * share_cut_pct / 100 : 0"),
    ("supplied_pct", "100 - datum.cut_pct"),
    ("replaced_pct", "min(datum.cut_pct, share_replaced_pct)"),
    ("gap_pct", "datum.cut_pct - datum.replaced_pct"),
    (
        "from_stock_pct",
        "max(0, min(datum.gap_pct, 100 * months_of_stock - (datum.month - 1) * datum.gap_pct))",
    ),
    ("shortfall_pct", "datum.gap_pct - datum.from_stock_pct"),
)


def monthly_balance(
    source_share_pct: float,
    share_cut_pct: float,
    months_cut: int,
    months_of_stock: float,
    share_replaced_pct: float,
    months: int = 24,
) -> pd.DataFrame:
    """How normal use is met in each month of a cut and after it.

    Parameters
    ----------
    source_share_pct
        Share of the users' normal supply that comes from the cut source, 0 to 100 %.
    share_cut_pct
        Share of that source's deliveries that stops, 0 to 100 %.
    months_cut
        Months that the cut lasts, counted from month 1; 0 or more.
    months_of_stock
        Stock at the start, in months of normal use; 0 or more.
    share_replaced_pct
        Share of normal use that can be met otherwise each month of the cut (substitutes,
        savings, other producers), 0 to 100 %.
    months
        Number of months to return, 1 or more.

    Returns
    -------
    DataFrame
        One row a month: ``month`` (int, from 1) and, in % of normal use, ``supplied_pct``
        (still delivered), ``replaced_pct``, ``from_stock_pct`` and ``shortfall_pct`` (float);
        the four add up to 100.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    for name, value, top in (
        ("source_share_pct", source_share_pct, 100),
        ("share_cut_pct", share_cut_pct, 100),
        ("share_replaced_pct", share_replaced_pct, 100),
        ("months_cut", months_cut, float("inf")),
        ("months_of_stock", months_of_stock, float("inf")),
    ):
        if not 0 <= value <= top:
            raise ValueError(f"{name} is {value}; expected 0 to {top}")
    if months < 1:
        raise ValueError(f"months is {months}; expected 1 or more")
    stock = 100 * months_of_stock  # in % of one month's normal use
    rows = []
    for month in range(1, months + 1):
        cut = source_share_pct * share_cut_pct / 100 if month <= months_cut else 0.0
        replaced = min(cut, share_replaced_pct)
        from_stock = min(cut - replaced, stock)
        stock -= from_stock
        rows.append((month, 100 - cut, replaced, from_stock, cut - replaced - from_stock))
    return pd.DataFrame(rows, columns=["month", *PARTS]).astype(dict.fromkeys(PARTS, "float64"))
