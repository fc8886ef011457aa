"""Tables that cells return: numbered like figures, and targets for ``{numref}``."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


class numbered_table(nodes.General, nodes.Element):
    """A table as HTML, with Sphinx's number written into its caption."""


def nodes_of(record: dict, document: nodes.document) -> list[nodes.Element]:
    """Nodes of one reader table (the content of its MIME type)."""
    if not record["numbered"]:
        return [nodes.raw("", record["html"], format="html")]
    before = sum(1 for _ in document.findall(numbered_table))
    page = document.settings.env.docname.rsplit("/", 1)[-1]
    name = record["name"] or f"tab-{page}-{before + 1}"
    node = numbered_table(html=record["html"], names=[name])
    document.note_explicit_target(node, node)
    return [node]


def caption_of(node: numbered_table) -> str:
    """The table's caption as text, for ``{numref}`` and the list of numbers."""
    start = node["html"].index("<caption>") + len("<caption>")
    return node["html"][start : node["html"].index("</caption>")]


def visit(writer: HTML5Translator, node: numbered_table) -> None:
    before, after = node["html"].split("<caption>", 1)
    writer.body.append(f'<div class="numbered-table" id="{node["ids"][0]}">{before}<caption>')
    writer.add_fignumber(node)
    writer.body.append(f"{after}</div>\n")
    raise nodes.SkipNode


def skip(writer, node: numbered_table) -> None:
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    app.add_enumerable_node(
        numbered_table,
        "table",
        caption_of,
        html=(visit, None),
        latex=(skip, None),
        text=(skip, None),
    )
