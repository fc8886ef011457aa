"""Tables for readers: caption, scoped headers, no empty header cell, scrolling by keyboard."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from rare_earths import datapackage
from rare_earths.numbers import THIN_SPACE

if TYPE_CHECKING:
    import pandas as pd

TABLE_MIME = "application/vnd.rare-earths.table+json"
_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})T00:00:00(\.0+)?Z?$")


class Link(NamedTuple):
    """A cell that leads somewhere."""

    text: str
    href: str


def accessible_table(
    titles: list[str],
    rows: list[list],
    caption: str,
    plain: list[bool] | None = None,
    filters: Sequence[str] = (),
) -> str:
    """HTML of a table whose first column heads its rows.

    Parameters
    ----------
    titles
        Column headers, with units; none may be empty.
    rows
        Cells; a number that is None or NaN is shown as “not known”, an empty text as a dash.
    caption
        What the table shows.
    plain
        Per column, whether numbers are written without grouping (years, codes).
    filters
        Headers of the columns by whose values a reader with a script can filter the rows.

    Raises
    ------
    ValueError
        If a header or the caption is empty, a row's length differs, or a filter names no column.
    """
    if strange := set(filters) - set(titles):
        raise ValueError(f"filters {sorted(strange)} are no columns; there are {titles}")
    if not caption or not all(titles):
        raise ValueError(f"a table needs a caption and a header for each column, has {titles}")
    plain = plain or [False] * len(titles)
    numeric = [
        any(_is_number(row[i]) for row in rows)
        and all(_is_number(row[i]) or _is_unknown(row[i]) for row in rows)
        for i in range(len(titles))
    ]
    head = "".join(
        f'<th scope="col"{_class(numeric[i])}>{escape(title)}</th>'
        for i, title in enumerate(titles)
    )
    body = []
    for row in rows:
        if len(row) != len(titles):
            raise ValueError(f"row {row} has {len(row)} cells, the table {len(titles)} columns")
        texts = [
            "–" if _is_unknown(row[i]) and not numeric[i] else cell_text(row[i], plain[i])
            for i in range(len(titles))
        ]
        cells = [f'<th scope="row">{texts[0]}</th>']
        cells += [f"<td{_class(numeric[i])}>{texts[i]}</td>" for i in range(1, len(titles))]
        body.append(f"<tr>{''.join(cells)}</tr>")
    sieve = f' data-filters="{escape("|".join(filters))}"' if filters else ""
    # One place for each choice and one for the number found: a script fills them, and nothing moves.
    places = "<span></span>" * (len(filters) + 1)
    return (
        (f'<div class="table-filters">{places}</div>' if filters else "")
        + f'<div class="table-scroll"{sieve} tabindex="0" role="region" '
        f'aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _class(numeric: bool) -> str:
    return ' class="number"' if numeric else ""


def _is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_unknown(value) -> bool:
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or type(value).__name__ == "NAType"  # pandas.NA; pandas may be unused


def cell_text(value, plain: bool = False) -> str:
    """A cell as the reader sees it: grouped digits, dates without midnight, escaped text."""
    if _is_unknown(value) or value == "":
        return "not known"
    if isinstance(value, Link):
        return f'<a href="{escape(value.href)}">{escape(value.text)}</a>'
    if isinstance(value, bool):
        return "yes" if value else "no"
    if _is_number(value):
        if plain:
            return f"{value:g}"
        text = f"{value:,.4f}".rstrip("0").rstrip(".") if abs(value) >= 1 else f"{value:.4g}"
        return text.replace(",", THIN_SPACE).replace("-", "\u2212")
    if match := _MIDNIGHT.match(str(value)):
        return match.group(1)
    return escape(str(value))


@dataclass(frozen=True)
class ReaderTable:
    """What a cell returns to show a table; the site numbers it and makes it a target for links."""

    html: str
    text: str
    name: str = ""
    numbered: bool = True

    def _repr_mimebundle_(self, **_):
        record = {"html": self.html, "name": self.name, "numbered": self.numbered}
        return {TABLE_MIME: record, "text/html": self.html, "text/plain": self.text}


def reader_table(
    frame: pd.DataFrame,
    caption: str,
    titles: dict[str, str] | None = None,
    *,
    name: str = "",
    filters: Sequence[str] = (),
) -> ReaderTable:
    """A data frame as a table for readers.

    Parameters
    ----------
    frame
        Rows in the order to show; the first column heads the rows.
    caption
        What the table shows, with its unit and date where all cells share them.
    titles
        Column -> header. Columns not named keep the data package's title and unit.
    name
        ``tab-<chapter>-<what>``, for ``{numref}``; without it the site names the table.
    filters
        Headers, as shown, of columns by whose values a reader can filter the rows.
    """
    known, units = frame.attrs.get("titles", {}), frame.attrs.get("units", {})
    heads = []
    for column in frame.columns:
        title = (titles or {}).get(column) or known.get(column) or str(column).replace("_", " ")
        if column in units and not (titles or {}).get(column) and units[column] not in title:
            title = f"{title} ({units[column]})"
        heads.append(title[:1].upper() + title[1:])
    rows = [
        [value.item() if hasattr(value, "item") else value for value in row]
        for row in frame.itertuples(index=False, name=None)
    ]
    rows = [[str(v)[:10] if isinstance(v, date) else v for v in row] for row in rows]
    plain = ["year" in str(column) for column in frame.columns]
    html = accessible_table(heads, rows, caption, plain, filters)
    return ReaderTable(html, frame.to_string(index=False), name)


def sources_used() -> ReaderTable:
    """The tables that this session has read, for the end of a chapter: publisher, edition, licence.

    Raises
    ------
    ValueError
        If no table was read.
    """
    read = datapackage.read_so_far()
    if not read:
        raise ValueError("no table was read in this session")
    resources = [datapackage.descriptor(name) for name in read]
    heads = ["Table", "What it holds", "Publisher", "Edition", "Licence"]
    rows = [
        [
            resource["name"],
            resource["title"],
            resource.get("publisher") or "several, named row by row",
            resource.get("edition") or "one",
            ", ".join(licence["title"] for licence in resource.get("licenses", [])),
        ]
        for resource in resources
    ]
    text = "\n".join(datapackage.cite(name) for name in read)
    html = accessible_table(heads, rows, "Tables this page stands on")
    return ReaderTable(html, text, numbered=False)
