"""What charts and tables say, in the language of the build.

Cells write English. Here their charts and tables are changed before anything is drawn: a text of
the catalogue is replaced wherever it stands whole, in titles, in the plotted rows, in the order of
a scale, and between quotation marks in an expression. So what an expression compares stays equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from typing import Any

from sphinx.environment import BuildEnvironment

from rare_earths.site.translation import catalogues
from rare_earths.site.translation.words import all_words

_NAMES = {"field", "as", "type", "groupby", "$schema", "usermeta", "config"}  # not texts
_LITERAL = re.compile(r"'((?:[^'\\]|\\.)*)'")
_CELL = re.compile(r">([^<>]+)<")
_LABEL = re.compile(r'(aria-label|data-filters)="([^"]+)"')


def texts(env: BuildEnvironment) -> dict[str, str]:
    """English -> translation of what the page shows; nothing in an English build."""
    folder = getattr(env.config, "rare_earths_locale", "")
    if not folder:
        return {}
    file = catalogues.path(Path(folder), env.config.language, f"{catalogues.SHOWN}/{env.docname}")
    return all_words() | catalogues.texts(file)


# Changing --------------------------------------------------------------------------------------


def chart(spec: dict, table: dict[str, str]) -> dict:
    """A Vega-Lite specification with its texts replaced by those of the table."""
    if not table:
        return spec
    return {
        key: {name: _rows(rows, table) for name, rows in value.items()}
        if key == "datasets"
        else _titles(value, table)
        if key == "usermeta"
        else _node(value, table, key)
        for key, value in spec.items()
    }


def _rows(rows: Any, table: dict[str, str]) -> Any:
    if not isinstance(rows, list):
        return rows
    return [
        {k: table.get(v, v) if isinstance(v, str) else v for k, v in row.items()}
        if isinstance(row, dict)
        else row
        for row in rows
    ]


def _titles(meta: dict, table: dict[str, str]) -> dict:
    titles = {field: table.get(title, title) for field, title in meta.get("titles", {}).items()}
    return meta | {"titles": titles}


def _node(node: Any, table: dict[str, str], key: str) -> Any:
    if isinstance(node, dict):
        plain = "input" not in node  # the name of a control is a text, all other names are not
        return {
            k: v if k in _NAMES or (k == "name" and plain) else _node(v, table, k)
            for k, v in node.items()
        }
    if isinstance(node, list):
        return [_node(value, table, key) for value in node]
    return _text(node, table) if isinstance(node, str) else node


def _text(text: str, table: dict[str, str]) -> str:
    if text in table:
        return table[text]

    def literal(match: re.Match) -> str:
        inner = match[1].replace("\\n", "\n")
        return "'" + table.get(inner, inner).replace("\n", "\\n") + "'"

    return _LITERAL.sub(literal, text)


def columns(found: list[dict], table: dict[str, str]) -> list[dict]:
    """The columns of a chart's table with their heads in the language of the build."""
    return [column | {"title": table.get(column["title"], column["title"])} for column in found]


def html(text: str, table: dict[str, str]) -> str:
    """HTML of a table with its cells, heads and labels replaced by those of the translation."""
    if not table:
        return text

    def inner(found: str) -> str:
        english = unescape(found)
        return escape(table[english]) if english in table else found

    text = _CELL.sub(lambda match: f">{inner(match[1])}<", text)
    return _LABEL.sub(lambda match: f'{match[1]}="{inner(match[2])}"', text)


# Finding ---------------------------------------------------------------------------------------


def of_chart(spec: dict) -> Iterator[str]:
    """The texts of a chart that a reader sees, for a catalogue: an answer may hold some too many.

    Words between quotation marks in an expression are taken for shown if there is a space in them.
    """
    for rows in spec.get("datasets", {}).values():
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                yield from (value for value in row.values() if isinstance(value, str))
    yield from spec.get("usermeta", {}).get("titles", {}).values()
    yield from _of_node({k: v for k, v in spec.items() if k != "datasets"}, "")


def _of_node(node: Any, key: str) -> Iterator[str]:
    if isinstance(node, dict):
        for k, v in node.items():
            if k in ("title", "description", "labels") or (k == "name" and "input" in node):
                yield from [v] if isinstance(v, str) else v or ()
            elif k == "options" and "labels" not in node:
                yield from (option for option in v if isinstance(option, str))
            elif k == "text" and isinstance(v, str):
                yield v
            elif k not in _NAMES:
                yield from _of_node(v, k)
    elif isinstance(node, list):
        for value in node:
            yield from _of_node(value, key)
    elif isinstance(node, str):
        for literal in _LITERAL.findall(node):
            if " " in literal:
                yield literal.replace("\\n", "\n")


def of_table(text: str) -> Iterator[str]:
    """The texts of a table."""
    yield from (unescape(found) for found in _CELL.findall(text))


def is_text(found: str) -> bool:
    """Whether there is a word to translate: two letters, no address, not a chemical symbol."""
    return bool(re.search(r"[^\W\d_]{2}", found)) and not re.fullmatch(
        r"[A-Z][a-z]?|https?:.*", found
    )
