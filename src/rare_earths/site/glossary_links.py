"""Terms in the text lead to the glossary, so that authors need no markup for it.

The first use of each glossary entry on a page becomes a link. An entry's terms are found as whole
words, the longest first, with a plural ending. A term in lower case is also found with a capital
at the start of a sentence; elsewhere capitals make a name, such as Natural Resources Canada. A
term with a note in brackets has several senses and is never linked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

PAGE = "book/glossary"
_SENTENCE = r"(?:^|(?<=[.?!:]\s)|(?<=[“\"(]))"
# The chapter card names what a chapter teaches; the text below it is where a reader meets a term.
_CLOSED_CLASSES = {"chapter-card"}
_CLOSED = (
    nodes.Titular,
    nodes.caption,
    nodes.table,
    nodes.figure,
    nodes.citation,
    nodes.reference,
    nodes.literal,
    nodes.literal_block,
    nodes.raw,
    addnodes.pending_xref,
)

Entry = tuple[tuple[str, str], ...]  # (term, anchor) of each name of one entry


def remember_entries(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the entries of the glossary page for the pages that are written after it is read."""
    if app.env.docname == PAGE:
        app.env.rare_earths_glossary = tuple(
            tuple((term.astext(), term["ids"][0]) for term in item.findall(nodes.term))
            for item in doctree.findall(nodes.definition_list_item)
        )


def pattern_of(term: str) -> str:
    """Regular expression for a term: a capital in front of a sentence, blank or hyphen, a plural."""
    words = [re.escape(word) for word in re.split(r"[- ]", term)]
    if term.islower():
        words[0] = f"(?:{term[0]}|{_SENTENCE}{term[0].upper()}){words[0][1:]}"
    last = words[-1]
    words[-1] = f"{last[:-1]}(?:y|ies)" if re.search("[^aeiou]y$", last) else f"{last}(?:e?s)?"
    return r"(?:\s|-)".join(words)


@lru_cache(maxsize=1)
def finder(glossary: tuple[Entry, ...]) -> tuple[re.Pattern, dict[str, tuple[int, str]]]:
    """One expression for all terms, and group name -> (number of the entry, anchor)."""
    terms = [
        (term, number, anchor)
        for number, entry in enumerate(glossary)
        for term, anchor in entry
        if "(" not in term
    ]
    terms.sort(key=lambda term: -len(term[0]))
    groups = {f"t{i}": (number, anchor) for i, (_, number, anchor) in enumerate(terms)}
    names = "|".join(f"(?P<t{i}>{pattern_of(term)})" for i, (term, _, _) in enumerate(terms))
    return re.compile(rf"(?<![\w-])(?:{names})(?![\w-])"), groups


def join_lines(document: nodes.document) -> None:
    """Make neighbouring texts one: MyST ends a text at each line of the source."""
    for parent in list(document.findall(nodes.TextElement)):
        runs = groupby(parent.children, lambda child: isinstance(child, nodes.Text))
        joined = [[nodes.Text("".join(run))] if is_text else list(run) for is_text, run in runs]
        parent[:] = [child for run in joined for child in run]


def prose(document: nodes.document) -> Iterator[nodes.Text]:
    """Text in paragraphs, list items and definitions; not in headings, captions, tables, code."""
    for text in list(document.findall(nodes.Text)):
        above = []
        while (node := (above[-1] if above else text).parent) is not None:
            above.append(node)
        if any(isinstance(node, nodes.paragraph) for node in above) and not any(
            isinstance(node, _CLOSED) or _CLOSED_CLASSES.intersection(node.get("classes", ()))
            for node in above
        ):
            yield text


class LinkTerms(SphinxPostTransform):
    """Link the first use of each glossary entry on a page."""

    default_priority = 900  # after references, citations and numbers have become text
    formats: ClassVar[tuple[str, ...]] = ("html",)

    def run(self, **kwargs) -> None:
        """Split the text around each first use."""
        page = self.env.docname
        of_the_book = page == "index" or page.startswith("book/")
        if PAGE not in self.env.found_docs or page == PAGE or not of_the_book:
            return
        expression, groups = finder(self.env.rare_earths_glossary)
        join_lines(self.document)
        linked: set[int] = set()
        for text in prose(self.document):
            pieces, end = [], 0
            for match in expression.finditer(text):
                entry, anchor = groups[match.lastgroup]
                if entry in linked:
                    continue
                linked.add(entry)
                link = make_refnode(self.app.builder, page, PAGE, anchor, nodes.Text(match[0]))
                link["classes"].append("term-link")
                pieces += [nodes.Text(text[end : match.start()]), link]
                end = match.end()
            if pieces:
                text.parent.replace(text, [*pieces, nodes.Text(text[end:])])


def setup(app: Sphinx) -> None:
    """Sphinx calls this through the package's own ``setup``."""
    app.connect("doctree-read", remember_entries)
    app.add_post_transform(LinkTerms)
