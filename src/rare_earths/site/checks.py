"""What the browser tests found, on the page about accessibility; ``{checks}`` prints it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from rare_earths.site import record

FIELDS = {
    "date": str,  # of the test run, ISO 8601
    "engine": str,  # program and version, such as "axe-core 4.10.3"
    "standard": list,  # the engine's tags that were asked for, such as "wcag22aa"
    "rules": int,  # different rules that were tried
    "pages": int,  # different pages that were opened
    "views": list,  # of each page, such as "dark, 360 px, no JavaScript"
    "violations": list,  # {"rule", "impact", "pages", "elements"} of each rule broken
    "undecided": list,  # rules that need a person's eye on some page
}


def read(path: Path) -> dict:
    """The result of the tests, as :data:`FIELDS` describes it; ValueError where it is not whole."""
    return record.read(path, FIELDS, "make checks")


def sentences(found: dict) -> list[str]:
    """The result in words: when and what, violations, and what is left for a person to judge."""
    day = date.fromisoformat(found["date"])
    pages, views = found["pages"], found["views"]
    broken, undecided = found["violations"], found["undecided"]
    result = [
        f"Last test: {day.day} {day:%B %Y}, with {found['engine']}, "
        f"{found['rules']} rules ({', '.join(found['standard'])}).",
        f"Pages opened: {pages}, each in {len(views)} ways ({'; '.join(views)}): "
        f"{pages * len(views)} views in all.",
        f"Rules broken: {len(broken) or 'none'}.",
    ]
    result += [
        f"{one['rule']} ({one['impact']}): pages {one['pages']}, places in all views "
        f"{one['elements']}."
        for one in broken
    ]
    if undecided:
        result.append(f"Left to a person's judgement on some pages: {', '.join(undecided)}.")
    return result


class Checks(record.RecordDirective):
    """``{checks} file.json``: the result of the accessibility tests as a list."""

    reader = staticmethod(read)

    def shown(self, found: dict) -> list[nodes.Node]:
        items = [nodes.list_item("", nodes.paragraph(text=text)) for text in sentences(found)]
        return [nodes.bullet_list("", *items)]


def setup(app: Sphinx) -> None:
    app.add_directive("checks", Checks)
