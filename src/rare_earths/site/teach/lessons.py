"""Lesson pages, and ``{lesson-index}``: the table of all lessons.

One page for each chapter that has a teaching file, ``teach/<part>/<chapter>.html``, and one for
each full lesson, ``teach/<lesson>.html``; both with the theme's layout.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from rare_earths import teaching
from rare_earths.reader_tables import Link, accessible_table
from rare_earths.site import figures
from rare_earths.site.teach import text, units
from rare_earths.site.teach.units import Unit
from rare_earths.site.templates import render

COURSE_FILES = "<!--files--><!--/files-->"  # where the list of the course's files will stand
_INDEX = f"{units.FOLDER}/index"


class lesson_index(nodes.General, nodes.Element):
    """Stands where the table of all lessons will be."""


class LessonIndex(Directive):
    """``{lesson-index}``: all lessons with minutes, subjects and standards, and the course's files."""

    def run(self) -> list[nodes.Node]:
        env = self.state.document.settings.env
        env.metadata[env.docname]["rare_earths_lessons"] = "yes"
        return [lesson_index()]


def all_units(app: Sphinx) -> list[Unit]:
    """Full lessons by name, then chapters in reading order.

    Raises
    ------
    ExtensionError
        If a lesson's file is faulty.
    """
    known, root = app.env.rare_earths_teaching, Path(app.srcdir)
    found = []
    for name in units.lesson_files(root):
        try:
            used = [f"book/{one}" for one in teaching.chapters_of_lesson(root / name, name)]
            numbers = {}
            for docname in used:
                if docname not in known:
                    raise teaching.FileError(f"{name}, chapters: {docname} has no teaching file")
                numbers |= known[docname][1]
            found.append(units.lesson_unit(name, teaching.load_lesson(root / name, numbers, name)))
        except teaching.FileError as error:
            raise ExtensionError(str(error)) from None
    order = list(app.env.toctree_includes.get(app.config.root_doc, [])) + sorted(known)
    for docname in dict.fromkeys(one for one in order if one in known):
        found.append(units.chapter_unit(docname, known[docname][0]))
    return found


# The index -----------------------------------------------------------------------------------


def index_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The page with the table is written anew in every build: lessons may have changed."""
    return [name for name, meta in env.metadata.items() if "rare_earths_lessons" in meta]


def fill_index(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for place in list(doctree.findall(lesson_index)):
        table = index_table(app, figures.root_from(docname))
        place.replace_self(nodes.raw("", f"{table}\n{COURSE_FILES}\n", format="html"))


def index_table(app: Sphinx, root: str) -> str:
    """The table; in a book file, where there are no lesson pages, without links."""
    rows = []
    for unit in all_units(app):
        content, title = unit.content, _title(app, unit)
        linked = app.builder.name == "html"
        minutes = content.minutes if unit.is_lesson else content.minutes.teach
        rows.append(
            [
                Link(title, f"{root}/{unit.address}.html") if linked else title,
                "lesson" if unit.is_lesson else "chapter",
                minutes,
                "; ".join(sorted(content.subjects)),
                "; ".join(one.code for one in content.standards),
            ]
        )
    heads = ["Lesson", "Kind", "Minutes", "Subjects", "Supports"]
    return accessible_table(heads, rows, "All lessons", filters=heads[1:])


def _title(app: Sphinx, unit: Unit) -> str:
    return unit.content.title if unit.is_lesson else app.env.titles[unit.chapters[0]].astext()


# The pages -----------------------------------------------------------------------------------


def pages(app: Sphinx) -> Iterator[tuple[str, dict, str]]:
    """Pages that are new or changed: Sphinx writes them with the theme's layout."""
    if app.builder.name != "html":
        return
    written = Path(app.doctreedir) / "lesson_pages.json"
    before = json.loads(written.read_text("utf-8")) if written.is_file() else {}
    now: dict[str, str] = {}
    around = [app.config.rare_earths_code, str(app.config.html_theme_options)]
    around += [title.astext() for title in app.env.titles.values()]  # the contents list them
    for unit in all_units(app):
        body = _page(app, unit)
        now[unit.address] = hashlib.sha256("\n".join([body, *around]).encode()).hexdigest()
        there = (Path(app.outdir) / f"{unit.address}.html").is_file()
        if there and before.get(unit.address) == now[unit.address]:
            continue
        title = _title(app, unit)
        title = title if unit.is_lesson else f"Teaching “{title}”"
        meta = {"description": text.plain(unit.content.summary)}
        yield (
            unit.address,
            {"title": title, "body": body, "meta": meta, "lesson": unit.content},
            "page.html",
        )
    written.write_text(json.dumps(now), encoding="utf-8")


def _page(app: Sphinx, unit: Unit) -> str:
    root = figures.root_from(unit.address)
    index = _INDEX if _INDEX in app.env.found_docs else app.config.root_doc
    common = {
        "root": root,
        "index": f"{root}/{index}.html",
        "html": text.html,
        "blocks": text.blocks,
    }
    titles = {docname: app.env.titles[docname].astext() for docname in unit.chapters}
    if unit.is_lesson:
        chapters = list(titles.items())
        return render(
            "teach/full_lesson_page.html", lesson=unit.content, chapters=chapters, **common
        )
    (docname,) = unit.chapters
    charts = [(one, _caption(app, unit, one.figure)) for one in unit.content.charts]
    return render(
        "teach/chapter_page.html",
        notes=unit.content, title=titles[docname], docname=docname, charts=charts, **common,
    )  # fmt: skip


def _caption(app: Sphinx, unit: Unit, figure: str) -> str:
    """Caption of a chart, which the chapter must have."""
    (docname,) = unit.chapters
    records = app.env.rare_earths_charts.get(docname, {})
    if figure not in records:
        raise ExtensionError(
            f"{unit.source}: charts: {figure} is no chart of {docname}.md; there are {list(records)}"
        )
    return records[figure]["caption"]


def keep_units(app: Sphinx, exception: Exception | None) -> None:
    """What the files for download will be made from."""
    if exception is None and app.builder.name == "html":
        units.keep(Path(app.srcdir), all_units(app))


def setup(app: Sphinx) -> None:
    app.add_node(lesson_index)
    app.add_directive("lesson-index", LessonIndex)
    app.connect("env-updated", index_again)
    app.connect("doctree-resolved", fill_index)
    app.connect("html-collect-pages", pages)
    app.connect("build-finished", keep_units)
