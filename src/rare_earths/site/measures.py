"""What ``make bench`` measured, on the page about performance.

The benchmark writes a small JSON file beside the page, and ``{measures}`` prints it: no number
there is typed by hand.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

FIELDS = {
    "date": str,  # of the measurement, ISO 8601
    "machine": str,  # its class: cores, memory, system
    "browser": str,  # name and version
    "lighthouse": str,  # version
    "pages": int,  # of ours
    "runs": int,  # of Lighthouse on each page that ours are compared with
    "quiet": bool,  # whether the machine did nothing else when the measurement began
    "complete": bool,  # whether other hosts answered what the default page asks of them
    "rows": list,  # of texts, one for each of COLUMNS
}
COLUMNS = ["Goal", "Must", "Aim", "Ours, worst", "Ours, median", "Default", "Limit"]


def read(path: Path) -> dict:
    """The measures, as :data:`FIELDS` describes them.

    Raises
    ------
    ValueError
        If the file is missing, is no JSON, or lacks a field or a cell; the message says what to do.
    """
    again = "`make bench` writes it anew"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(
            f"{path.name} not found: take it from the repository, or {again}"
        ) from None
    except ValueError as error:
        raise ValueError(f"{path.name} is not valid JSON ({error}); {again}") from None
    for field, kind in FIELDS.items():
        if not isinstance(found.get(field), kind):
            raise ValueError(
                f"{path.name}, field {field!r}: found {found.get(field)!r}, "
                f"expected {kind.__name__}; {again}"
            )
    for number, row in enumerate(found["rows"], 1):
        if len(row) != len(COLUMNS):
            raise ValueError(
                f"{path.name}, row {number}: {len(row)} cells, expected {len(COLUMNS)}; {again}"
            )
    return found


def as_markdown(found: dict) -> str:
    """When and on what it was measured, and the table."""
    day = date.fromisoformat(found["date"])
    note = (
        f"Measured on {day.day} {day:%B %Y}: {found['machine']}, {found['browser']}, Lighthouse "
        f"{found['lighthouse']}. Pages of ours: {found['pages']}, visited once each; the limit and "
        f"the default are medians of {found['runs']} visits."
    )
    if not found["quiet"]:
        note += (
            " Other programs kept the machine busy meanwhile, so times and the marks for performance "
            "are worse than they would be alone; bytes, requests and the other marks are not touched."
        )
    if not found["complete"]:
        note += (
            " No other host answered during this measurement: the default page's own files are "
            "counted, and what it would have loaded from elsewhere is not."
        )
    lines = [" | ".join(COLUMNS), " | ".join(["---"] * len(COLUMNS))]
    lines += [" | ".join(cell or "–" for cell in row) for row in found["rows"]]
    return note + "\n\n" + "\n".join(f"| {line} |" for line in lines) + "\n"


class Measures(SphinxDirective):
    """``{measures} file.json``: the measures in a sentence and a table."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        relative, path = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        try:
            found = read(Path(path))
        except ValueError as error:
            raise ExtensionError(f"{self.env.docname}.md, line {self.lineno}: {error}") from None
        return self.parse_text_to_nodes(as_markdown(found))


def setup(app: Sphinx) -> None:
    app.add_directive("measures", Measures)
