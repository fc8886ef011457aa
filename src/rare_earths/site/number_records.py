"""The numbers that a notebook publishes: each with its cell, its line, and the rows that hold it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import nbformat

from rare_earths import datapackage
from rare_earths.numbers import NUMBER_MIME

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

GLUED = f"application/papermill.record/{NUMBER_MIME}"  # as MyST-NB keeps what is glued
FEW = 4  # rows that may hold a value before naming their sources would say nothing

_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SYMBOLS = {
    "kt": "thousand t",
    "tonnes": "t",
    "kilograms": "kg",
    "grams": "g",
    "percent": "%",
    "hectares": "ha",
    "cubic metres": "m³",
    "square kilometres": "km²",
}


def published(notebook: nbformat.NotebookNode) -> Iterator[dict]:
    """Every published number of an executed notebook, in order.

    Yields
    ------
    dict
        What the cell published (``name``, ``text``, ``value``, ``unit``, ``table``), the cell's
        place among the code cells from 1 on (``cell``), the call (``code``), and the keys of
        the ``sources`` of the rows that hold the value, see :func:`sources_of`.
    """
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    for position, cell in enumerate(cells, start=1):
        for output in cell.outputs:
            if record := output.get("data", {}).get(GLUED):
                yield {
                    **record,
                    "cell": position,
                    "code": publishing_call(cell.source, record["line"]),
                    "sources": sources_of(record),
                }


def publishing_call(source: str, line: int) -> str:
    """The call of ``publish`` that stands in this line of a cell, written on one line."""
    for first, last, call in _publishing_calls(source):
        if first <= line <= last:
            return call
    raise ValueError(f"no call of publish in line {line} of the cell:\n{source}")


@lru_cache(maxsize=1)  # a cell publishes many numbers, one after another
def _publishing_calls(source: str) -> list[tuple[int, int, str]]:
    """First line, last line and text of each call of ``publish`` in a cell."""
    return [
        (node.lineno, node.end_lineno, " ".join(ast.get_source_segment(source, node).split()))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("publish")
    ]


def sources_of(record: dict) -> list[str]:
    """Keys of the sources of a number, as far as its value leads to them.

    A row counts if it holds the number's very value, before rounding, in a column of the same
    unit. Comparing values does not follow the computation: a row can hold a value by chance. So
    the answer is empty if no row holds it, or more than a few do; except that a table with
    one source leaves no doubt.
    """
    table = record["table"]
    if table not in datapackage.tables():
        return []  # a setting that the page itself chooses
    all_keys = datapackage.sources_of(table)
    if len(all_keys) <= 1:
        return list(all_keys)
    frame = datapackage.read(table)
    rows = rows_that_hold(frame, record)
    if not 0 < len(rows) <= FEW:
        return []
    return sorted({key for cell in frame["source"].iloc[rows] for key in cell.split(";")})


def rows_that_hold(frame: pd.DataFrame, record: dict) -> list[int]:
    """Positions of the rows of a table that hold a number's value in a column of its unit."""
    import numpy as np

    value, unit = record["value"], _unit(record["unit"])
    held = np.zeros(len(frame), dtype=bool)
    for field in datapackage.descriptor(record["table"])["schema"]["fields"]:
        column = frame[field["name"]]
        if isinstance(value, str):
            held |= _as_text(column) == value
        elif field["type"] in ("number", "integer"):
            units = _units(frame, field)
            factors = np.array([factor for factor, _ in units]) / unit[0]
            same_unit = np.array([symbol == unit[1] for _, symbol in units], dtype=bool)
            values = column.astype("float64").to_numpy() * factors
            held |= same_unit & np.isclose(values, value, rtol=1e-9, atol=0)
    return np.flatnonzero(held).tolist()


def _as_text(column: pd.Series) -> np.ndarray:
    """Cells as ``publish`` writes words and dates."""
    if column.dtype.kind == "M":
        return (column.dt.day.astype("str") + column.dt.strftime(" %B %Y")).to_numpy()
    return column.astype("str").to_numpy()


def _units(frame: pd.DataFrame, field: dict) -> list[tuple[float, str]]:
    """Unit of each cell of a column: the column's own, else the one that the row names."""
    if "unit" not in field and "unit" in frame:
        return [_unit(cell) for cell in frame["unit"].fillna("")]
    return [_unit(field.get("unit", ""))] * len(frame)


def _unit(text: str) -> tuple[float, str]:
    """Scale and symbol of a unit: ``million t REO`` is ``(1e6, "t")``."""
    for words, symbol in _SYMBOLS.items():
        text = re.sub(rf"\b{words}\b", symbol, text)
    factor, words = 1.0, re.split(r"[ ,/]+", text)
    while words[0] in _SCALES:
        factor *= _SCALES[words.pop(0)]
        words = words or [""]
    return factor, words[0]
