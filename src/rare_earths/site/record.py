"""A JSON record beside a page: a program writes what it found, a directive prints it on the page.

No number there is typed by hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective


def read(path: Path, fields: dict[str, type], command: str) -> dict:
    """A record whose ``fields`` have these types; ``command`` is what writes it.

    Raises
    ------
    ValueError
        If the file is missing, is no JSON, or lacks a field; the message says what to do.
    """
    again = f"`{command}` writes it anew"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(
            f"{path.name} not found: take it from the repository, or {again}"
        ) from None
    except ValueError as error:
        raise ValueError(f"{path.name} is not valid JSON ({error}); {again}") from None
    for field, kind in fields.items():
        if not isinstance(found.get(field), kind):
            raise ValueError(
                f"{path.name}, field {field!r}: found {found.get(field)!r}, "
                f"expected {kind.__name__}; {again}"
            )
    return found


class RecordDirective(SphinxDirective):
    """``{name} file.json``: what ``shown`` makes of the record that ``reader`` reads."""

    required_arguments = 1
    reader: ClassVar[Callable[[Path], dict]]

    def shown(self, found: dict) -> list[nodes.Node]:
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        relative, path = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        try:
            found = type(self).reader(Path(path))
        except ValueError as error:
            raise ExtensionError(f"{self.env.docname}.md, line {self.lineno}: {error}") from None
        return self.shown(found)
