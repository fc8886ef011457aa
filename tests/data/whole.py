"""Whole tables for the tests: every row, every edition, every kind that a reader must choose."""

import pandas as pd

from rare_earths import vintages
from rare_earths.datapackage import descriptor


def whole(table: str) -> pd.DataFrame:
    """All rows of a table with its declared dtypes."""
    resource = descriptor(table)
    enums = {f["name"]: f.get("constraints", {}).get("enum") for f in resource["schema"]["fields"]}
    return vintages(
        table, everything=True, **{column: enums[column] for column in resource.get("choose", [])}
    )


def by(table: str, key: str) -> pd.DataFrame:
    """A whole table indexed by a column that is unique."""
    frame = whole(table).set_index(key)
    assert frame.index.is_unique, f"data/{table}.csv: {key} is not unique"
    return frame


def fault(table: str, key: object, column: str, found: object, expected: object) -> str:
    """A message that names file, row, column, value and expectation."""
    return f"data/{table}.csv, row {key}, column {column}: found {found}, expected {expected}"


def pinned(table: str, key: str, column: str, figures: dict) -> list[str]:
    """Faults of a column against figures copied from the source: {row key: figure or None}."""
    frame = by(table, key)
    faults = []
    for row, figure in figures.items():
        cell = frame.loc[row, column]
        found = None if pd.isna(cell) else cell
        if found != figure:
            faults.append(fault(table, row, column, found, figure))
    return faults


def one_unit_per_measure(table: str, measure: str = "measure") -> list[str]:
    """Faults of a table with value and unit: a measure fixes the unit, a unit comes with a value."""
    frame = whole(table)
    faults = []
    for name, group in frame.groupby(measure):
        units = sorted(group["unit"].dropna().unique())
        if len(units) > 1:
            faults.append(fault(table, name, "unit", units, "one unit"))
    bad = frame[frame["value"].isna() != frame["unit"].isna()]
    return faults + [
        fault(table, i, "unit", "unit or value alone", "both or none") for i in bad.index
    ]
