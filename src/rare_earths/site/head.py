"""What the head of a page tells machines, besides its title and address.

Open Graph is for previews of a shared link, schema.org for search engines, ``citation_…`` for
reference managers, Dublin Core for libraries. Pages that Sphinx writes get the tags here; the pages of charts, which are
whole files of ours, ask for theirs.
"""

from __future__ import annotations

import json
import posixpath
import re
import textwrap

from docutils import nodes
from sphinx.application import Sphinx

from rare_earths.site import cards, pages
from rare_earths.site.teach import text
from rare_earths.site.templates import render

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LEVEL = "upper secondary school, ages 15 to 18"
LONGEST = 160  # characters of a description that a search engine shows
# Pages that no search engine should list, with their descriptions.
UNLISTED = {
    "search": "Search the terms, pages, charts, claims and data tables of Seventeen Elements.",
    "404": "This address leads to no page of Seventeen Elements.",
}
_TABLES = "book/check/the-data"  # its card stands for the pages of single tables
_MINUTES = re.compile(r"Reading time:\s+about (\d+) minutes")


def remember_description(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the description that the page's front matter gives."""
    for meta in doctree.findall(nodes.meta):
        if meta.get("name") == "description":
            app.env.metadata[app.env.docname]["rare_earths_description"] = meta["content"]


def complete(app: Sphinx, pagename: str, _, context: dict, doctree: nodes.document | None) -> None:
    """Add the tags to a page that Sphinx writes."""
    if app.builder.name != "html":
        return
    if pagename in UNLISTED:
        context["pageurl"] = None
        context["metatags"] = _tags({"description": UNLISTED[pagename]}, listed=False)
        return
    page = {"address": context.get("pageurl") or "", "kind": "article"}
    if doctree:
        page |= {
            "title": app.env.titles[pagename].astext(),
            "description": app.env.metadata[pagename].get("rare_earths_description", ""),
        } | _card(app, pagename)
        if pagename == app.config.root_doc:
            page["kind"] = "book"
        minutes = _MINUTES.search(_chapter_card(doctree))
        json_ld = _schema_org(app, pagename, page, minutes and minutes[1])
        # docutils writes the description of a document
        context["metatags"] += _tags(page, description_tag=False, json_ld=json_ld)
    else:
        description = _cut((context.get("meta") or {}).get("description", ""))
        page |= {"title": context["title"], "description": description} | _card(app, _TABLES)
        lesson = context.get("lesson")
        json_ld = lesson and _shared(page) | _learning(lesson) | {"@type": "LearningResource"}
        context["metatags"] = _tags(page, json_ld=json_ld)


def of_chart(app: Sphinx, record: dict) -> str:
    """The tags for a chart's own page; the chart itself is its preview."""
    address = posixpath.join(app.config.html_baseurl, "charts", record["id"])
    page = {
        "title": record["caption"],
        "description": _cut(record["description"]),
        "kind": "article",
        "address": f"{address}.html",
        "image": f"{address}.png",
        "image_size": None,
        "image_words": record["description"],
    }
    canonical = f'<link rel="canonical" href="{page["address"]}">\n'
    return canonical + _tags(page)


def _tags(page: dict, *, listed=True, description_tag=True, json_ld: dict | None = None) -> str:
    return render(
        "head.html",
        page=page,
        listed=listed,
        description_tag=description_tag,
        json_ld=json.dumps(json_ld, ensure_ascii=False).replace("<", "\\u003c") if json_ld else "",
        book=pages.BOOK,
        author=pages.AUTHOR,
        released=pages.RELEASED,
        licence=LICENCE,
    )


def _card(app: Sphinx, docname: str) -> dict:
    docname = docname if docname in app.env.found_docs else app.config.root_doc
    return {
        "image": posixpath.join(app.config.html_baseurl, cards.address(docname)),
        "image_size": cards.SIZE,
        "image_words": cards.words(app.env, docname),
    }


def _cut(text: str) -> str:
    return textwrap.shorten(text, LONGEST, placeholder="…")


def _chapter_card(doctree: nodes.document) -> str:
    """Text of the box at the start of a chapter, or nothing."""
    for box in doctree.findall(nodes.admonition):
        if "chapter-card" in box["classes"]:
            return box.astext()
    return ""


def _schema_org(app: Sphinx, docname: str, page: dict, minutes: str | None) -> dict:
    """The page as schema.org names it: the book, a chapter with its time, or a page."""
    shared = _shared(page) | {"inLanguage": app.config.language}
    if page["kind"] == "book":
        return shared | {"@type": "Book", "version": app.config.html_context["book_version"]}
    book = {"@type": "Book", "name": pages.BOOK, "url": app.config.html_baseurl}
    if minutes is None:
        return shared | {"@type": "WebPage", "isPartOf": book}
    kinds = {"@type": ["Chapter", "LearningResource"], "timeRequired": f"PT{minutes}M"}
    notes, _ = app.env.rare_earths_teaching.get(docname, (None, None))
    return shared | kinds | (_learning(notes) if notes else {}) | {"isPartOf": book}


def _shared(page: dict) -> dict:
    return {
        "@context": "https://schema.org",
        "name": page["title"],
        "description": page["description"],
        "url": page["address"],
        "image": page["image"],
        "inLanguage": "en",
        "license": LICENCE,
        "dateModified": pages.RELEASED.isoformat(),
        "author": {"@type": "Organization", "name": pages.AUTHOR},
        "isAccessibleForFree": True,
    }


def _learning(notes) -> dict:
    """What a chapter's teaching notes, or a lesson, say in schema.org's words for learning."""
    return {
        "educationalLevel": LEVEL,
        "teaches": [text.plain(one) for one in notes.objectives],
        "educationalAlignment": [
            {
                "@type": "AlignmentObject",
                "alignmentType": "teaches",
                "educationalFramework": standard.framework,
                "targetName": standard.code,
                "targetDescription": standard.what,
            }
            for standard in notes.standards
        ],
    }


def setup(app: Sphinx) -> None:
    app.connect("doctree-read", remember_description)
    app.connect("html-page-context", complete)
