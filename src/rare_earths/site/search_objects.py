"""What the search page finds besides pages: glossary terms, charts, claims and data tables.

Sphinx's search lists the objects of each domain with the name of their kind. The domain here
keeps nothing of its own: it names what the rest of the site has collected.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from docutils import nodes
from docutils.utils import new_document
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains import Domain, ObjType

from rare_earths import datapackage
from rare_earths.site import chart_pages, claim_marks, data_pages, glossary_links

# Sphinx's ranks: a term comes before pages, the others after pages with the word in their title.
_TERM, _OTHER = 0, 1
_TABLES = "The data"  # where the results say that a table stands

# (name, name as shown, kind, page, anchor, rank), as Sphinx wants it. The name is the address: were
# it the anchor, Sphinx would leave that out of the index and put the name as shown in its place.
Found = tuple[str, str, str, str, str, int]


class BookObjects(Domain):
    """Terms, charts, claims and tables, for the search page."""

    name = "book"
    label = "Seventeen Elements"
    object_types: ClassVar[dict[str, ObjType]] = {
        "term": ObjType("glossary term"),
        "chart": ObjType("chart"),
        "claim": ObjType("claim"),
        "table": ObjType("data table"),
    }

    def get_type_name(self, type: ObjType, primary: bool = False) -> str:
        return type.lname

    def get_objects(self) -> Iterator[Found]:
        yield from self._terms()
        for page, record in chart_pages.all_charts(self.env):
            yield _found(record["caption"], "chart", page, record["id"])
        yield from self._claims()
        for table in datapackage.tables():
            title = f"{table}: {datapackage.descriptor(table)['title']}"
            yield _found(title, "table", _page_of(table), "main-content")

    def _terms(self) -> Iterator[Found]:
        for entry in getattr(self.env, "rare_earths_glossary", ()):
            for term, anchor in entry:
                yield _found(term, "term", glossary_links.PAGE, anchor, _TERM)

    def _claims(self) -> Iterator[Found]:
        if claim_marks.PAGE in self.env.found_docs:
            for claim in datapackage.load("claims").itertuples():
                title = f"{claim.claim_id}: {claim.claim}"
                yield _found(title, "claim", claim_marks.PAGE, claim.claim_id.lower())

    def resolve_any_xref(self, *_) -> list:
        return []


def _found(shown: str, kind: str, page: str, anchor: str, rank: int = _OTHER) -> Found:
    return f"{page}#{anchor}", shown, kind, page, anchor, rank


def _page_of(table: str) -> str:
    return f"{data_pages.FOLDER}/{table}"


def register_tables(app: Sphinx) -> list:
    """Make the pages of the tables known to the index, which holds documents only."""
    if indexer := getattr(app.builder, "indexer", None):
        pages = [_page_of(table) for table in datapackage.tables()]
        for page in pages:
            indexer.feed(page, f"{page}.html", _TABLES, new_document(""))
        prune = indexer.prune  # called once more before the index is written
        indexer.prune = lambda documents: prune({*documents, *pages})
    return []


def one_result_a_term(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Without its index entries the glossary does not show up once more for each term."""
    if docname == glossary_links.PAGE and app.builder.format == "html":
        for node in list(doctree.findall(addnodes.index)):
            node.parent.remove(node)


def setup(app: Sphinx) -> None:
    app.add_domain(BookObjects)
    app.connect("html-collect-pages", register_tables)
    app.connect("doctree-resolved", one_result_a_term)
