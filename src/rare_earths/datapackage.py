"""Read the book's tables: validated data frames with units, sources and editions.

The tables are CSV files described by ``datapackage.json`` (Frictionless Data Package). Every
cell is checked against its declared type and constraints when a table is read, so a slip in a
file stops the chapter that needs it, and says where it is.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import os
import re
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # imported where a table is read: what only looks up a source needs none
    import pandas as pd

_MISSING = ""
_BOOLEANS = {"true": True, "false": False}
_DTYPES = {
    "string": "str",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
    "date": "datetime64[s]",
}


class DataError(ValueError):
    """A table does not hold what its descriptor promises; the message says where."""


def data_dir() -> Path:
    """Folder of ``datapackage.json``: ``$RARE_EARTHS_DATA``, the checkout's or the wheel's."""
    if chosen := os.environ.get("RARE_EARTHS_DATA"):
        return Path(chosen)
    here = Path(__file__).resolve().parent
    checkout = here.parents[1] / "data"
    return checkout if (checkout / "datapackage.json").is_file() else here / "data"


@lru_cache(maxsize=4)
def _read_package(folder: Path) -> dict[str, dict]:
    path = folder / "datapackage.json"
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"{path}: not found; it must list every table of the book") from None
    except ValueError as error:
        raise DataError(f"{path}: not valid JSON: {error}") from None
    return {resource["name"]: resource for resource in package["resources"]}


def tables() -> list[str]:
    """Names of all tables, sorted."""
    return sorted(_read_package(data_dir()))


def descriptor(table: str) -> dict:
    """Frictionless resource descriptor of one table.

    Raises
    ------
    KeyError
        If there is no such table; the message lists those that come close.
    """
    package = _read_package(data_dir())
    if table not in package:
        import difflib

        close = difflib.get_close_matches(table, package, n=3, cutoff=0.3)
        raise KeyError(f"no table {table!r}; did you mean {' or '.join(close) or tables()}?")
    return package[table]


def load(
    table: str, edition: str | None = None, *, everything: bool = False, **where: Any
) -> pd.DataFrame:
    """One table as a validated data frame.

    Parameters
    ----------
    table
        Name, see :func:`tables`.
    edition
        Edition as written in the table's edition column. Without it, the newest edition of
        each figure is taken, by the table's own rule (``editions.by`` in the descriptor).
    everything
        Also rows flagged ``do_not_chart``: figures that only show what has been claimed.
    **where
        Column values to keep, for instance ``series="usgs_mcs"``. A column that the
        descriptor names under ``choose`` must be given here: its values must not be mixed.

    Returns
    -------
    DataFrame
        Dtypes as declared (``Int64``, ``float64``, ``boolean``, ``datetime64[s]``, ``str``),
        unknown is NA. ``.attrs`` holds ``table``, ``title``, ``units`` (column -> unit),
        ``titles`` (column -> header), ``publisher``, ``edition``, ``as_of``, ``sources``.

    Raises
    ------
    DataError
        If the file breaks its descriptor.
    ValueError
        If a column that must be chosen is not, or a chosen value does not occur.
    """
    resource = descriptor(table)
    rule = resource.get("editions")
    if edition is not None and not rule:
        raise ValueError(f"table {table!r} has no editions")
    chosen = {column: where.pop(column) for column in resource.get("choose", []) if column in where}
    frame = vintages(table, everything=everything, **chosen)
    if rule and edition is not None:
        frame = _keep(frame, table, rule["column"], edition)
    elif rule:
        # before any other choice: a country that the newest edition dropped must not come back
        age = frame[rule["column"]].map({name: i for i, name in enumerate(rule["order"])})
        by = [frame[column] for column in rule["by"]]
        newest = age.groupby(by, dropna=False).transform("max") if by else age.max()
        frame = frame[age == newest].reset_index(drop=True)
    for column, value in where.items():
        frame = _keep(frame, table, column, value)
    return frame


def vintages(table: str, *, everything: bool = False, **where: Any) -> pd.DataFrame:
    """All editions of a table, oldest first: the history of its revisions.

    Takes the column choices of :func:`load`, and returns the same columns and ``.attrs``.
    """
    resource = descriptor(table)
    for column in resource.get("choose", []):
        if column not in where:
            values = sorted(_rows(table)[column].dropna().unique())
            raise ValueError(
                f"table {table!r} holds several kinds of {column}, which must not be mixed: "
                f"choose {column}= one of {values}"
            )
    frame = _rows(table).copy()
    if "flag" in frame and not everything:
        frame = frame[~frame["flag"].str.contains("do_not_chart", na=False)].reset_index(drop=True)
    frame.attrs = _attrs(resource)
    for column, value in where.items():
        frame = _keep(frame, table, column, value)
    if rule := resource.get("editions"):
        age = frame[rule["column"]].map({name: i for i, name in enumerate(rule["order"])})
        frame = frame.loc[age.sort_values(kind="stable").index].reset_index(drop=True)
    return frame


def _keep(frame: pd.DataFrame, table: str, column: str, value: Any) -> pd.DataFrame:
    if column not in frame:
        raise ValueError(f"table {table!r} has no column {column!r}; it has {list(frame)}")
    wanted = list(value) if isinstance(value, (list, tuple, set)) else [value]
    absent = [v for v in wanted if not (frame[column] == v).any()]
    if absent:
        known = frame[column].dropna().unique().tolist()
        raise ValueError(f"table {table!r} has no {column} {absent[0]!r}; it has {known[:20]}")
    return frame[frame[column].isin(wanted)].reset_index(drop=True)


def _attrs(resource: dict) -> dict:
    fields = resource["schema"]["fields"]
    return {
        "table": resource["name"],
        "title": resource["title"],
        "units": {f["name"]: f["unit"] for f in fields if "unit" in f},
        "titles": {f["name"]: f.get("title", f["name"]) for f in fields},
        "publisher": resource.get("publisher", ""),
        "edition": resource.get("edition", ""),
        "as_of": resource.get("asOf", ""),
        "sources": sources_of(resource["name"]),
    }


@cache
def sources_of(table: str) -> tuple[str, ...]:
    """Bibliography keys of all rows of a table, sorted."""
    rows = _rows(table)
    if "source" not in rows:
        return ()
    return tuple(sorted({key for cell in rows["source"] for key in cell.split(";")}))


def cite(table: str) -> str:
    """A sentence that cites a table: publisher, title, edition, licence.

    >>> cite("reserves")  # doctest: +SKIP
    'U.S. Geological Survey: Rare-earth reserves by country and edition (MCS 2026 ...).'
    """
    resource = descriptor(table)
    licence = ", ".join(entry["title"] for entry in resource.get("licenses", []))
    edition = f" ({resource['edition']})" if resource.get("edition") else ""
    return (
        f"{resource.get('publisher', 'Various publishers')}: {resource['title']}{edition}. "
        f"Compiled in Seventeen Elements, table “{table}”. {licence}."
    )


def corrections(table: str | None = None) -> list[dict[str, str]]:
    """Known slips of publishers and what is used instead; of one table, or of all."""
    entries = _corrections(data_dir())
    return [entry for entry in entries if table in (None, entry["table"])]


def source_entry(key: str) -> dict[str, str]:
    """Author, title, year, publisher, address of one bibliography key (``sources.csv``)."""
    return _bibliography(data_dir())[key]


@lru_cache(maxsize=4)
def _bibliography(folder: Path) -> dict[str, dict[str, str]]:
    try:
        with open(folder / "sources.csv", encoding="utf-8", newline="") as file:
            return {row["key"]: row for row in csv.DictReader(file)}
    except FileNotFoundError:
        raise DataError("data/sources.csv: not found; it must hold every source's key") from None


# Reading and checking one file ---------------------------------------------------------------


def read(table: str) -> pd.DataFrame:
    """All rows of a table, unchosen and in all editions: for checking and publishing the file.

    Chapters use :func:`load`, which keeps apart what must not be mixed.
    """
    return _rows(table)


def _rows(table: str) -> pd.DataFrame:
    folder = data_dir()
    _trace(table)
    path = folder / descriptor(table)["path"]
    return _read_table(table, folder, path.stat().st_mtime_ns if path.is_file() else 0)


_READ: list[str] = []  # tables read in this session, in order


def read_so_far() -> list[str]:
    """Names of the tables read in this session, in the order of first use."""
    return list(_READ)


def _trace(table: str) -> None:
    if table not in _READ:
        _READ.append(table)
    note_read(table)


def note_read(name: str) -> None:
    """Note a table, or ``maps/<file>``, in ``$RARE_EARTHS_TRACE``: what a chapter stands on."""
    if path := os.environ.get("RARE_EARTHS_TRACE"):
        with open(path, "a", encoding="utf-8") as file:
            file.write(name + "\n")


@cache
def _read_table(table: str, folder: Path, _changed: int) -> pd.DataFrame:
    import pandas as pd

    resource = descriptor(table)
    fields = resource["schema"]["fields"]
    path = folder / resource["path"]
    where = f"data/{resource['path']}"
    lines = list(_csv_rows(path, where, [f["name"] for f in fields]))
    columns: dict[str, pd.Series] = {}
    for position, field in enumerate(fields):
        cells = [cells[position] for _, cells in lines]
        numbers = [line for line, _ in lines]
        columns[field["name"]] = _column(field, cells, numbers, where, folder)
    frame = pd.DataFrame(columns)
    _correct(table, frame, folder)
    _check_primary_key(resource, frame, [line for line, _ in lines], where)
    return frame


def _csv_rows(path: Path, where: str, names: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield ``(line number, cells)``; the header must be exactly `names`."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataError(f"{where}: not found, but datapackage.json lists it") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise DataError(
            f"{where}, line {line}: not UTF-8 ({error.reason}); save it as UTF-8"
        ) from None
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        header = next(reader, [])
        if missing := [name for name in names if name not in header]:
            raise DataError(f"{where}, line 1: column {missing[0]!r} is missing; expected {names}")
        if header != names:
            raise DataError(f"{where}, line 1: columns are {header}; expected {names}")
        start = reader.line_num + 1
        for cells in reader:
            if len(cells) != len(names):
                raise DataError(
                    f"{where}, line {start}: {len(cells)} cells; expected {len(names)} (columns)"
                )
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{where}, line {reader.line_num}: not valid CSV: {error}") from None


def _column(field: dict, cells: list[str], lines: list[int], where: str, folder: Path) -> pd.Series:
    """Convert and check one column; the first bad cell raises DataError."""
    import pandas as pd

    name, kind = field["name"], field.get("type", "string")
    limits = field.get("constraints", {})
    enum = set(limits.get("enum", ()))
    pattern = re.compile(limits["pattern"]) if "pattern" in limits else None
    low, high = limits.get("minimum"), limits.get("maximum")
    seen: dict[str, int] = {}
    values = []
    for line, cell in zip(lines, cells, strict=True):
        if cell == _MISSING:
            if limits.get("required"):
                raise _bad(where, line, name, cell, "a value (this column is required)")
            values.append(None)
            continue
        value = _convert(kind, cell)
        if value is None:
            unit = f" in {field['unit']}" if "unit" in field else ""
            raise _bad(where, line, name, cell, f"{_WORDS[kind]}{unit}")
        if enum and value not in enum:
            raise _bad(where, line, name, cell, f"one of {sorted(enum, key=str)}")
        if pattern and not pattern.fullmatch(cell):
            raise _bad(where, line, name, cell, f"text that matches {pattern.pattern}")
        if low is not None and value < _bound(kind, low):
            raise _bad(where, line, name, cell, f"at least {low}")
        if high is not None and value > _bound(kind, high):
            raise _bad(where, line, name, cell, f"at most {high}")
        if limits.get("unique") and seen.setdefault(cell, line) != line:
            raise _bad(where, line, name, cell, f"a value not used in line {seen[cell]}")
        if name == "source" or name.endswith("_source"):
            for key in cell.split(";"):
                if key not in _bibliography(folder):
                    raise _bad(where, line, name, key, "a key of data/sources.bib")
        values.append(value)
    return pd.Series(values, dtype=_DTYPES[kind], name=name)


_WORDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date such as 2025-04-30",
}


def _convert(kind: str, cell: str) -> Any:
    """The cell's value, or None where it is not of the kind."""
    try:
        if kind == "string":
            return cell
        if kind == "integer":
            return int(cell)
        if kind == "number":
            value = float(cell)
            return value if math.isfinite(value) else None
        if kind == "boolean":
            return _BOOLEANS.get(cell)
        return date.fromisoformat(cell)
    except ValueError:
        return None


def _bound(kind: str, limit: Any) -> Any:
    return date.fromisoformat(limit) if kind == "date" else limit


def _bad(where: str, line: int, column: str, cell: str, expected: str) -> DataError:
    return DataError(f"{where}, line {line}, column {column}: found {cell!r}, expected {expected}")


def _correct(table: str, frame: pd.DataFrame, folder: Path) -> None:
    """Apply ``corrections.csv``: known slips of publishers, each with its reason and source.

    A correction says what is published and what is used instead.  Where the file holds neither,
    it has moved on and the correction must be looked at again.
    """
    import pandas as pd

    for entry in _corrections(folder):
        if entry["table"] != table:
            continue
        name = f"data/corrections.csv, {table}, {entry['key']}, column {entry['column']}"
        rows = pd.Series(True, index=frame.index)
        for part in entry["key"].split(";"):
            column, value = part.split("=", 1)
            rows &= frame[column].astype("str") == value
        if not rows.any():
            raise DataError(f"{name}: no row has this key")
        published, used = (_in_type(frame, entry, which) for which in ("as_published", "used"))
        cells = frame.loc[rows, entry["column"]]
        if not cells.isin([published, used]).all():
            raise DataError(
                f"{name}: found {cells.tolist()}, expected {published} (to be corrected) or {used}"
            )
        frame.loc[rows, entry["column"]] = used


def _in_type(frame: pd.DataFrame, entry: dict[str, str], which: str) -> Any:
    """A correction's value in the type of its column."""
    text = entry[which]
    return float(text) if frame[entry["column"]].dtype.kind in "fiu" else text


@lru_cache(maxsize=4)
def _corrections(folder: Path) -> list[dict[str, str]]:
    path = folder / "corrections.csv"
    if not path.is_file():
        return []
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _check_primary_key(resource: dict, frame: pd.DataFrame, lines: list[int], where: str) -> None:
    key = resource["schema"].get("primaryKey", [])
    key = [key] if isinstance(key, str) else key
    if not key:
        return
    twice = frame.duplicated(key, keep="first").to_numpy()
    if twice.any():
        row = int(twice.argmax())
        values = {column: str(frame[column].iloc[row]) for column in key}
        raise DataError(
            f"{where}, line {lines[row]}: key {values} stands in an earlier line too; "
            f"expected one row for each {' + '.join(key)}"
        )


def check() -> int:
    """Read every table and follow every foreign key; return the number of rows read.

    Raises
    ------
    DataError
        At the first cell, key or reference that is not as the descriptor says.
    """
    total = 0
    for table in tables():
        rows = _rows(table)
        total += len(rows)
        for foreign in descriptor(table)["schema"].get("foreignKeys", []):
            column, target = foreign["fields"], foreign["reference"]
            column = column if isinstance(column, str) else column[0]
            there = target["fields"] if isinstance(target["fields"], str) else target["fields"][0]
            known = set(_rows(target["resource"] or table)[there].dropna())
            strangers = rows[column].notna() & ~rows[column].isin(known)
            if strangers.any():
                line = int(strangers.to_numpy().argmax()) + 2
                raise DataError(
                    f"data/{descriptor(table)['path']}, row {line - 1}, column {column}: found "
                    f"{rows[column][line - 2]!r}, expected a value of {target['resource']}.{there}"
                )
    return total


def stamp() -> None:
    """Write the size and SHA-256 of each CSV into ``datapackage.json``, after a reviewed change."""
    path = data_dir() / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        content = (data_dir() / resource["path"]).read_bytes()
        resource["bytes"] = len(content)
        resource["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
    path.write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Command line: ``python -m rare_earths.datapackage`` checks all tables; ``stamp`` also
    writes their sizes and checksums anew."""
    try:
        rows = check()
    except DataError as error:
        print(f"error: {error}")
        return 1
    print(f"{len(tables())} tables, {rows} rows: types, ranges, keys and sources are in order.")
    if arguments == ["stamp"]:
        stamp()
        print("datapackage.json: sizes and checksums written.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
