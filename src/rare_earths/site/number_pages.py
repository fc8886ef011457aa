"""The appendix of numbers: where each number in the text comes from; and the way there.

A number that prose places with ``{glue:text}`` is a quiet link to its row of the page that holds
``{published-numbers}``.
"""

from __future__ import annotations

import csv
import io
import posixpath
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive
from myst_nb.ext.glue.roles import PasteTextRole
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform

from rare_earths import datapackage
from rare_earths.site import chart_pages, execution, figures
from rare_earths.site.number_records import published
from rare_earths.site.templates import render
from rare_earths.site.translation.words import day

_NAME = "published_number"  # attribute of the node that shows a number
_COLUMNS = [
    "page", "place", "number", "value", "unit", "name", "table", "sources", "cell", "code",
]  # fmt: skip


class number_list(nodes.General, nodes.Element):
    """Stands where the list of all numbers will be."""


class NumberList(Directive):
    """``{published-numbers}``: every number that a cell publishes, by chapter."""

    def run(self) -> list[nodes.Node]:
        return [number_list()]


class NumberRole(PasteTextRole):
    """MyST-NB's ``{glue:text}``; the node remembers the number's name."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        shown, messages = super().run()
        for node in shown:
            node[_NAME] = self.text
            for text in list(node.findall(nodes.Text)):
                text.parent.replace(text, nodes.Text(day(text.astext())))
        return shown, messages


# Collecting: when a chapter is read, which happens when its text or its outputs have changed ----


def begin(app: Sphinx) -> None:
    if not hasattr(app.env, "rare_earths_numbers"):
        app.env.rare_earths_numbers = {}


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    getattr(env, "rare_earths_numbers", {}).pop(docname, None)


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the numbers of the chapter just read, each with the section that first shows it."""
    env = app.env
    if any(True for _ in doctree.findall(number_list)):
        env.metadata[env.docname]["rare_earths_numbers"] = "yes"
    if env.docname not in app.rare_earths_executed:
        return
    places: dict[str, str] = {}
    for node in doctree.findall(nodes.inline):
        if _NAME in node and node[_NAME] not in places:
            places[node[_NAME]] = _section(node)
            node["ids"].append(_place_id(node[_NAME]))
    chapter = execution.Chapter(env.docname, Path(env.doc2path(env.docname)))
    notebook = execution.executed(
        Path(app.srcdir), Path(app.config.nb_execution_cache_path), chapter
    )
    env.rare_earths_numbers[env.docname] = [
        record | {"place": places[record["name"]]}
        for record in published(notebook)
        if record["name"] in places
    ]


def _section(node: nodes.Node) -> str:
    """Title of the section around a node."""
    while (node := node.parent) is not None:
        if isinstance(node, nodes.section) and isinstance(node[0], nodes.title):
            return node[0].astext()
    return ""


def _place_id(name: str) -> str:
    return f"shown-{name}"


def _row_id(name: str) -> str:
    return f"number-{name}"


def check_names(app: Sphinx, env: BuildEnvironment) -> None:
    """A number's name is its address in the list: it must be unique in the book."""
    seen: dict[str, str] = {}
    for docname, records in env.rare_earths_numbers.items():
        for name in (record["name"] for record in records):
            if name in seen:
                raise ExtensionError(
                    f"{docname}: number {name} has the name of one in {seen[name]}"
                )
            seen[name] = docname


# Showing ---------------------------------------------------------------------------------------


def pages_with_list(env: BuildEnvironment) -> list[str]:
    return [name for name, meta in env.metadata.items() if "rare_earths_numbers" in meta]


def lists_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The list is written anew in every build: numbers elsewhere may have changed."""
    return pages_with_list(env)


class LinksToRows(SphinxPostTransform):
    """On the site a number in prose leads to its row of the list."""

    default_priority = 150  # while titles of folded parts are still known as titles
    formats: ClassVar[tuple[str, ...]] = ("html",)

    def run(self, **kwargs) -> None:
        target = next(iter(pages_with_list(self.env)), None)
        if target is None or self.app.builder.name == "epub":
            return
        address = self.app.builder.get_relative_uri(self.env.docname, target)
        for node in list(self.document.findall(nodes.inline)):
            if _NAME in node and not _within_link_or_title(node):
                link = nodes.reference(
                    "",
                    "",
                    refuri=f"{address}#{_row_id(node[_NAME])}",
                    reftitle="Where this number comes from",
                    internal=True,
                    classes=["number-link"],
                )
                node.parent.replace(node, link)
                link += node


def _within_link_or_title(node: nodes.Node) -> bool:
    while (node := node.parent) is not None:
        if isinstance(node, (nodes.Titular, nodes.reference)):
            return True
    return False


def chapters(env: BuildEnvironment) -> list[tuple[str, list[dict]]]:
    """``(docname, numbers)`` of every page that has some, in reading order."""
    order = {name: number for number, name in enumerate(chart_pages.reading_order(env))}
    names = sorted(env.rare_earths_numbers, key=lambda name: (order.get(name, 10**6), name))
    return [(n, env.rare_earths_numbers[n]) for n in names if env.rare_earths_numbers[n]]


def fill_lists(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for place in list(doctree.findall(number_list)):
        root = figures.root_from(docname)
        cited = {
            citation.key: f"{root}/{citation.bibliography_key.docname}.html#{citation.citation_id}"
            for citation in app.env.get_domain("cite").citations
        }
        html = render(
            "number_list.html",
            root=root,
            csv=f"{posixpath.basename(docname)}.csv",
            chapters=[
                {
                    "page": name,
                    "title": app.env.titles[name].astext(),
                    "numbers": [_row(record, cited) for record in records],
                }
                for name, records in chapters(app.env)
            ],
        )
        place.replace_self(nodes.raw("", html, format="html"))


def _row(record: dict, cited: dict[str, str]) -> dict:
    """A record with what the list adds: ids, and the address of each source.

    That is its entry in the book's bibliography if the text cites it, else its own.
    """
    known = record["table"] in datapackage.tables()
    sources = [
        {"key": key, "address": cited.get(key) or datapackage.source_entry(key)["url"]}
        for key in record["sources"]
    ]
    return record | {
        "row_id": _row_id(record["name"]),
        "place_id": _place_id(record["name"]),
        "known_table": known,
        "sources": sources,
        "all_sources": len(datapackage.sources_of(record["table"])) if known else 0,
    }


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """The list as CSV, beside the page that shows it."""
    if exception or app.builder.format != "html":
        return
    for docname in pages_with_list(app.env):
        path = Path(app.outdir) / f"{docname}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_csv(app.env), encoding="utf-8")


def _csv(env: BuildEnvironment) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for page, records in chapters(env):
        for record in records:
            more = {"page": page, "number": record["text"], "sources": ";".join(record["sources"])}
            writer.writerow(record | more)
    return out.getvalue()


def setup(app: Sphinx) -> None:
    app.add_node(number_list)
    app.add_directive("published-numbers", NumberList)
    app.add_role_to_domain("glue", "text", NumberRole(), override=True)
    app.add_post_transform(LinksToRows)
    app.connect("builder-inited", begin)
    app.connect("env-purge-doc", purge)
    app.connect("doctree-read", collect)
    app.connect("env-check-consistency", check_names)
    app.connect("env-updated", lists_again)
    app.connect("doctree-resolved", fill_lists)
    app.connect("build-finished", write_files)
