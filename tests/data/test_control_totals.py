"""Control totals: one changed figure in a long table moves a sum that stands here.

Most figures have a total, a second table or a law of nature to check them against. Those in long
series have not. For them ``control_totals.csv`` keeps the number of rows and the sum of each column
by group, taken when the table was compared with its source. After a reviewed change of the data,
renew the file with ``python tests/data/test_control_totals.py`` and look at the difference.
"""

from pathlib import Path

import pandas as pd
import pytest
from whole import fault, whole

TOTALS = Path(__file__).with_name("control_totals.csv")
GROUPS = {  # table: columns that form a group
    "crustal_abundance": ["kind"],
    "demand_iea": ["breakdown", "sector", "scenario"],
    "intensity_ev_motors": ["symbol"],
    "intensity_wind": ["technology", "mass", "series"],
    "magnets": ["family"],
    "minerals": ["mix"],
    "mine_production": ["series", "country"],
    "prices": ["basis", "product"],
    "prices_monthly": ["symbol"],
    "prices_monthly_cny": ["symbol"],
    "reserves": ["edition"],
    "substitution_recycling": ["topic"],
    "trade_eu": ["flow"],
    "trade_hs2846": ["reporter", "flow", "country"],
    "us_flows": ["indicator", "edition"],
    "us_industry": ["indicator"],
    "us_long_series": ["indicator"],
    "us_unit_values": ["check"],
}
NOT_FIGURES = {"year", "edition_year", "quarter", "trading_days", "study_year", "value_no"}


def totals(table: str) -> pd.DataFrame:
    """Columns table, group, column, rows, total: one line for each figure column of each group."""
    frame = whole(table)
    columns = [c for c in frame.select_dtypes("number") if c not in NOT_FIGURES]
    lines = []
    for key, group in frame.groupby(GROUPS[table]):
        name = " / ".join(str(part) for part in key)
        for column in columns:
            figures = group[column].dropna()
            if len(figures):
                lines.append((table, name, column, len(figures), round(float(figures.sum()), 6)))
    return pd.DataFrame(lines, columns=["table", "group", "column", "rows", "total"])


@pytest.mark.parametrize("table", GROUPS)
def test_sums_are_those_of_the_day_of_comparison(table):
    recorded = pd.read_csv(TOTALS)
    recorded = recorded[recorded["table"] == table].set_index(["group", "column"])
    found = totals(table).set_index(["group", "column"])
    assert set(found.index) == set(recorded.index), f"data/{table}.csv: groups have come or gone"
    for key, line in found.iterrows():
        expected = recorded.loc[key]
        assert line["rows"] == expected["rows"], fault(
            table, *key, line["rows"], f"{expected['rows']} figures"
        )
        assert line["total"] == pytest.approx(expected["total"], rel=1e-9, abs=1e-6), fault(
            table, *key, f"a sum of {line['total']}", expected["total"]
        )


if __name__ == "__main__":
    pd.concat([totals(table) for table in GROUPS]).to_csv(TOTALS, index=False, lineterminator="\n")
