"""Claims and chapters lead to each other.

A chapter marks where it answers a claim by a link to the claim's entry: ``[AM-03](#am-03)``.
Here the entry learns which chapters answer it, and gets a link for corrections.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

PAGE = "book/check/claim-check"
CLAIM = re.compile(r"(am|u24)-\d{2}$")


def begin(app: Sphinx) -> None:
    if not hasattr(app.env, "rare_earths_claim_marks"):
        app.env.rare_earths_claim_marks = {}
        app.env.rare_earths_claim_marks_shown = {}


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    getattr(env, "rare_earths_claim_marks", {}).pop(docname, None)


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Remember the claims that this page marks, and make the marks small."""
    found = []
    for link in doctree.findall(pending_xref):
        if CLAIM.match(link["reftarget"]):
            found.append(link["reftarget"])
            for text in link.findall(nodes.inline):
                text["classes"].append("claim-mark")
    if found and app.env.docname != PAGE:
        app.env.rare_earths_claim_marks[app.env.docname] = sorted(set(found))


def entries_to_rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The claim page names the chapters: it is written anew when a mark comes or goes."""
    if env.rare_earths_claim_marks == env.rare_earths_claim_marks_shown:
        return []
    env.rare_earths_claim_marks_shown = dict(env.rare_earths_claim_marks)
    return [PAGE] if PAGE in env.found_docs else []


def complete_entries(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if docname != PAGE:
        return
    for entry in doctree.findall(nodes.container):
        claim = next((name for name in entry["ids"] if CLAIM.match(name)), None)
        if claim:
            entry += _last_line(app, claim)


def _last_line(app: Sphinx, claim: str) -> nodes.paragraph:
    answered = [
        make_refnode(app.builder, PAGE, docname, "", nodes.Text(app.env.titles[docname].astext()))
        for docname in _in_reading_order(app.env)
        if claim in app.env.rare_earths_claim_marks[docname]
    ]
    line = nodes.paragraph(classes=["claim-leads"])
    if answered:
        line += nodes.strong(text="Answered in: ")
        for number, link in enumerate(answered):
            line += [nodes.Text(", ")] * bool(number) + [link]
        line += nodes.Text(". ")
    line += nodes.reference(
        "", f"Suggest a correction to {claim.upper()}", refuri=_new_issue(app, claim)
    )
    return line


def _in_reading_order(env: BuildEnvironment) -> list[str]:
    order = list(env.toctree_includes.get(env.config.root_doc, []))
    return sorted(env.rare_earths_claim_marks, key=order.index)


def _new_issue(app: Sphinx, claim: str) -> str:
    repository = app.config.html_theme_options["repository_url"].rstrip("/")
    query = {"title": f"Claim {claim.upper()}: ", "labels": "claim"}
    return f"{repository}/issues/new?{urlencode(query)}"


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", begin)
    app.connect("env-purge-doc", purge)
    app.connect("doctree-read", collect)
    app.connect("env-updated", entries_to_rewrite)
    app.connect("doctree-resolved", complete_entries)
