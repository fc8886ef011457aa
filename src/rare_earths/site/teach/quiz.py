"""``{quiz}``: the questions of a chapter's teaching file, on its page.

The form controls are native, every answer stands in a ``<details>``, and ``quiz.js`` adds the
button that compares. Style and script are named where the quiz stands, so that no other page
loads them.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.writers.html5 import HTML5Translator

from rare_earths import teaching
from rare_earths.numbers import number
from rare_earths.questions import ROUNDING, NumericQuestion
from rare_earths.site import execution, figures
from rare_earths.site.teach import text, units
from rare_earths.site.templates import render
from rare_earths.site.translation import catalogues
from rare_earths.site.translation.words import say

STATIC = Path(__file__).parents[1] / "static"
ASSETS = ("quiz.css", "quiz.js")


class quiz(nodes.General, nodes.Element):
    """The quiz of a page; its ``questions`` are final."""


class Quiz(Directive):
    """``{quiz}``, without argument: reads ``<page>.teach.yml`` beside the page."""

    def run(self) -> list[nodes.Node]:
        env = self.state.document.settings.env
        numbers = numbers_of(env, env.docname)
        name = units.notes_file(env.docname)
        whole = env.config.rare_earths_locale  # a translation has the quiz from the whole book
        file = Path(whole or env.srcdir) / name
        for path in (file, *teaching.BESIDE):
            env.note_dependency(str(path))
        texts = catalogues.quiz(Path(whole), env.config.language, env.docname) if whole else {}
        try:
            notes = teaching.load(file, numbers, name, texts)
        except teaching.FileError as error:
            raise ExtensionError(str(error)) from None
        if not whole:  # the lesson is in English only
            env.rare_earths_teaching[env.docname] = (notes, numbers)
        return [quiz(questions=notes.quiz)]


def numbers_of(env: BuildEnvironment, docname: str) -> dict[str, dict]:
    """What the page's cells published when they were last executed."""
    root, cache = Path(env.srcdir), Path(env.config.nb_execution_cache_path)
    chapter = execution.Chapter(docname, root / f"{docname}.md")
    return teaching.published_numbers(execution.executed(root, cache, chapter))


def tolerance(question: NumericQuestion) -> str:
    """What counts as right, in words: bounds rounded inwards, so that both count themselves."""
    digits = max(question.digits, math.ceil(-math.log10(question.tolerance)))
    low, high = question.range
    low = math.ceil((low - ROUNDING) * 10**digits) / 10**digits
    high = math.floor((high + ROUNDING) * 10**digits) / 10**digits
    return say(
        "anything from {low} to {high} counts", low=number(low, digits), high=number(high, digits)
    )


def html(questions, docname: str) -> str:
    return render(
        "teach/quiz.html",
        quiz=questions,
        root=figures.root_from(docname),
        lesson_page=f"{units.address(docname)}.html",
        versions={name.split(".")[1]: _version(name) for name in ASSETS},
        html=text.html,
        tolerance=tolerance,
    )


def _version(name: str) -> str:
    """Part of the address of a static file, so that no browser keeps an old one."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]


def on_paper(questions) -> str:
    """The questions without controls: in a book file there is nothing to press."""
    return render("teach/quiz_static.html", quiz=questions, html=text.html, tolerance=tolerance)


def visit(writer: HTML5Translator, node: quiz) -> None:
    if writer.builder.name == "epub":
        writer.body.append(on_paper(node["questions"]))
    else:
        writer.body.append(html(node["questions"], writer.builder.current_docname))
    raise nodes.SkipNode


def skip(writer, node: quiz) -> None:
    raise nodes.SkipNode


def write_assets(app: Sphinx, exception: Exception | None) -> None:
    """Style and script of the quiz; after ``_static`` has been cleared of what no page names."""
    if exception is None and app.builder.name == "html":
        for name in ASSETS:
            target = Path(app.outdir) / "_static" / name
            target.write_bytes((STATIC / name).read_bytes())


# Notes and numbers of all chapters are kept in the environment, for the lesson pages.


def begin(app: Sphinx) -> None:
    if not hasattr(app.env, "rare_earths_teaching"):
        app.env.rare_earths_teaching = {}


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    getattr(env, "rare_earths_teaching", {}).pop(docname, None)


def check_all_shown(app: Sphinx, env: BuildEnvironment) -> None:
    """A teaching file whose chapter shows no quiz would be read by nobody."""
    for docname in env.found_docs:
        name = units.notes_file(docname)
        if (Path(app.srcdir) / name).is_file() and docname not in env.rare_earths_teaching:
            raise ExtensionError(f"{docname}.md: has no {{quiz}} directive, though {name} is there")


def setup(app: Sphinx) -> None:
    app.add_node(quiz, html=(visit, None), latex=(skip, None), text=(skip, None))
    app.add_directive("quiz", Quiz)
    app.connect("builder-inited", begin)
    app.connect("env-purge-doc", purge)
    app.connect("env-check-consistency", check_all_shown)
    app.connect("build-finished", write_assets, priority=950)
