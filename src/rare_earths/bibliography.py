"""The list of sources as a table.

``data/sources.bib`` is the master: every source key of every table stands there. This module
reads it with pybtex and writes ``data/sources.csv``, the same entries as plain columns for
readers who do not use BibTeX.

Run it after each change of the bibliography::

    python -m rare_earths.bibliography
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from pybtex.database import Entry, parse_file
from pybtex.richtext import Text

from rare_earths.datapackage import data_dir

COLUMNS = ["key", "author", "title", "year", "publisher", "url", "accessed", "note"]


def plain(latex: str) -> str:
    """A BibTeX field as plain text: no braces, no escapes, one line."""
    return " ".join(str(Text.from_latex(latex)).split())


def authors(entry: Entry) -> str:
    """The authors of an entry joined by ``; ``: "Surname, Initials" or the name of a body."""
    names = []
    for person in entry.persons.get("author", []):
        last = " ".join(person.prelast_names + person.last_names + person.lineage_names)
        first = " ".join(person.first_names + person.middle_names)
        names.append(plain(f"{last}, {first}" if first else last))
    return "; ".join("et al." if name == "others" else name for name in names)


def rows(bib: Path) -> list[dict[str, str]]:
    """Read a bibliography: one dict of text a source, sorted by key, with the keys `COLUMNS`.

    The publisher is the entry's ``publisher``, else its ``journal``. What is missing is the
    empty string.
    """
    table = []
    for key, entry in sorted(parse_file(bib, "bibtex").entries.items()):
        field = {name: plain(value) for name, value in entry.fields.items() if name != "url"}
        table.append(
            {
                "key": key,
                "author": authors(entry),
                "title": field["title"],
                "year": field.get("year", ""),
                "publisher": field.get("publisher") or field.get("journal", ""),
                "url": entry.fields.get("url", "").replace("\\", ""),
                "accessed": field.get("urldate", ""),
                "note": field.get("note", ""),
            }
        )
    return table


def as_csv(table: list[dict[str, str]]) -> str:
    """The rows as CSV text: comma, LF, minimal quoting, one header row."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue()


def write(folder: Path | None = None) -> int:
    """Write ``sources.csv`` from ``sources.bib`` in `folder` (the book's data folder if none).

    Returns the number of sources. The descriptor in ``datapackage.json`` (bytes, hash) is
    not touched.
    """
    folder = folder or data_dir()
    table = rows(folder / "sources.bib")
    (folder / "sources.csv").write_text(as_csv(table), encoding="utf-8", newline="")
    return len(table)


if __name__ == "__main__":
    print(f"{write()} sources written to {data_dir() / 'sources.csv'}")
