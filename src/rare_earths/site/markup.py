"""Valid and labelled HTML where the libraries write something else.

Each part mends one fault that the checker of HTML, or axe, finds on the built pages
(tests/browser).
"""

from __future__ import annotations

import re
from html import escape

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

HATCH = (
    '<svg class="chart-defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="chart-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="6" height="6" '
    'fill="color-mix(in srgb, currentColor 6%, transparent)"/><line x1="0" y1="0" x2="0" y2="6" '
    'stroke="currentColor" stroke-opacity=".45" stroke-width="1.6"/></pattern></defs></svg>\n'
)
_EXERCISE_PARTS = (["exercise-content"], ["solution-content"])
_TO_ANOTHER_SITE = re.compile(r'<a (?=[^>]*href="https?://)(?![^>]*\brel=)')


def visit_folded_code(writer: HTML5Translator, node: HideCodeCellNode) -> None:
    """MyST-NB puts paragraphs into the summary, and a label that is not what can be read there."""
    writer.body.append(
        f'<details class="admonition hide {" ".join(node["classes"])}">\n<summary>'
        f'<span class="collapsed">{escape(node["prompt_show"])}</span>'
        f'<span class="expanded">{escape(node["prompt_hide"])}</span></summary>\n'
    )


def visit_literal_block(writer: HTML5Translator, node: nodes.literal_block) -> None:
    """Code may be wider than a screen: then it scrolls, which must be possible by keyboard."""
    try:
        type(writer).visit_literal_block(writer, node)
    except nodes.SkipNode:  # Sphinx has written the whole block
        writer.body[-1] = writer.body[-1].replace("<pre>", '<pre tabindex="0">')
        raise


def visit_table(writer: HTML5Translator, node: nodes.table) -> None:
    """The theme's frame scrolls a wide table; that must be possible by keyboard, too."""
    type(writer).visit_table(writer, node)
    if writer.builder.name == "epub":
        return  # a book file has no theme, and no frame
    frame = '<div class="pst-scrollable-table-container"'
    start = len(writer.body) - writer.body[::-1].index(f"{frame}>") - 1
    writer.body[start] = f'{frame} tabindex="0">'


def depart_table(writer: HTML5Translator, node: nodes.table) -> None:
    type(writer).depart_table(writer, node)


def visit_citation(writer: HTML5Translator, node: nodes.citation) -> None:
    """An entry of the bibliography as an item of a list; docutils' roles for it are deprecated."""
    if not isinstance(node.previous_sibling(), nodes.citation):
        writer.body.append('<div role="list" class="citation-list">\n')
    writer.body.append(writer.starttag(node, "div", CLASS="citation", ROLE="listitem"))


def unwrap_exercises(app: Sphinx, doctree: nodes.document) -> None:
    """sphinx-exercise wraps every text in a section without a heading, all with the same id."""
    for section in list(doctree.findall(nodes.section)):
        if section["ids"] in _EXERCISE_PARTS:
            section["ids"] = []  # else the first paragraph would inherit them
            section.replace_self(section.children)


def mark_external(html: str) -> str:
    """Tell links to other sites from our own, and keep our page out of their hands."""
    return _TO_ANOTHER_SITE.sub('<a rel="external noopener" ', html)


def with_hatch(html: str) -> str:
    """A body with the pattern that its charts refer to, once, where nothing can hide it."""
    return HATCH + html if "url(#chart-hatch)" in html else html


def complete_body(app: Sphinx, pagename: str, _, context: dict, doctree) -> None:
    if "body" in context:
        context["body"] = with_hatch(mark_external(context["body"]))


def setup(app: Sphinx) -> None:
    app.add_node(HideCodeCellNode, override=True, html=(visit_folded_code, depart_HideCellInput))
    app.add_node(nodes.literal_block, override=True, html=(visit_literal_block, None))
    app.add_node(nodes.table, override=True, html=(visit_table, depart_table))
    app.add_node(
        nodes.citation, override=True, html=(visit_citation, HTML5Translator.depart_citation)
    )
    app.connect("doctree-read", unwrap_exercises)
    app.connect("html-page-context", complete_body)
