"""Each chapter to take along: a notebook with its outputs, and the package it needs as a wheel.

A notebook is written beside its page from the execution cache. Away from the site nothing draws
the charts or places the numbers, so the notebook holds the pictures and the text its numbers.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from sphinx.application import Sphinx

import rare_earths
from rare_earths.charts import VEGALITE_MIME
from rare_earths.numbers import NUMBER_MIME
from rare_earths.reader_tables import TABLE_MIME
from rare_earths.site import execution, pictures
from rare_earths.site.number_records import GLUED

DOWNLOADS = "downloads"
WHEEL = f"{DOWNLOADS}/rare_earths-{rare_earths.__version__}-py3-none-any.whl"

_HEAD = """\
*A page of the book [Seventeen Elements]({book}) to take along, with its code and its results.
[The page itself]({page}) may be newer. Text and charts: CC BY 4.0; code: MIT; data: as each
source says.*

The results of the book stand below each cell, so there is no need to run anything. To change the
code and run it, you need Python 3.11 or newer, JupyterLab, and the book's package, which brings
the data along. In a terminal:

    pip install jupyterlab {wheel}

Some marks in the text, such as `{{cite:p}}` before the key of a source, are instructions to the
site. The page shows what they stand for. With the package `jupyterlab_myst` JupyterLab draws the
boxes of the text."""

_RENDERER = """\
# In the book the site draws the charts. Here Altair does, with scripts from the network.
alt.renderers.enable("html")
alt.renderers.set_embed_options(renderer="svg");"""

_NUMBER = re.compile(r"\{glue:text\}`([^`]+)`")
_LINK = re.compile(r"\]\((?![a-z]+:|#)([^)\s]+)\)")


def write_and_link(app: Sphinx, pagename: str, _, context: dict, doctree) -> None:
    """Write the notebook of the page that is being written, and tell the page of it."""
    is_chapter = pagename in getattr(app, "rare_earths_executed", {})
    if app.builder.name != "html" or not is_chapter or not _project(app).is_file():
        return
    chapter = execution.Chapter(pagename, Path(app.env.doc2path(pagename)))
    cache = Path(app.config.nb_execution_cache_path)
    executed = execution.executed(Path(app.srcdir), cache, chapter)
    charts = app.env.rare_earths_charts.get(pagename, {})
    made = notebook(executed, charts, app.config.html_baseurl, pagename)
    path = Path(app.outdir) / f"{pagename}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(made) + "\n", encoding="utf-8")
    context["notebook"] = posixpath.basename(path)


def notebook(
    executed: nbformat.NotebookNode, charts: dict[str, dict], base: str, page: str
) -> nbformat.NotebookNode:
    """The notebook to download.

    Parameters
    ----------
    executed
        The chapter with its outputs.
    charts
        Name -> record of each of its charts (:mod:`rare_earths.site.figures`).
    base
        Address of the site's root.
    page
        The chapter's name as Sphinx knows it.
    """
    glued = [
        output.data[GLUED]
        for cell in executed.cells
        for output in cell.get("outputs", [])
        if GLUED in output.get("data", {})
    ]
    numbers = {record["name"]: record["text"] for record in glued}
    head = _HEAD.format(
        book=base, page=posixpath.join(base, f"{page}.html"), wheel=posixpath.join(base, WHEEL)
    )
    cells = [new_markdown_cell(head)]
    for cell in executed.cells:
        if cell.cell_type == "code":
            figure = cell.metadata.get("mystnb", {}).get("figure", {})
            outputs = [
                shown
                for output in cell.outputs
                for shown in _shown(output, charts.get(figure.get("name")))
            ]
            cells.append(cell | {"outputs": outputs})
            if "use_theme()" in cell.source:
                cells.append(new_code_cell(_RENDERER))
        else:
            cells.append(cell | {"source": _text(cell.source, numbers, base, page)})
    for count, cell in enumerate(cells):
        cell["id"] = f"cell-{count}"
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    made = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    return nbformat.from_dict(made)


def _text(source: str, numbers: dict[str, str], base: str, page: str) -> str:
    """A text cell with its numbers in place, and links that lead to the site."""

    def link(match: re.Match) -> str:
        path, mark, anchor = match[1].partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
        return f"]({posixpath.join(base, re.sub('[.]md$', '.html', path))}{mark}{anchor})"

    source = _NUMBER.sub(lambda match: numbers.get(match[1], match[0]), source)
    return _LINK.sub(link, source)


def _shown(output: nbformat.NotebookNode, chart: dict | None) -> list[nbformat.NotebookNode]:
    """An output as any viewer can show it.

    The chart's specification is left out: its colours are CSS, which a viewer that draws it on
    a canvas does not know.
    """
    data = output.get("data", {})
    if GLUED in data:
        record = data[GLUED]
        text = f"{record['name']}: {record['text']} {record['unit']}".strip()
        return [new_output("display_data", {NUMBER_MIME: record, "text/plain": text})]
    if VEGALITE_MIME in data and chart:
        caption, description = chart["caption"], chart["description"]
        svg = pictures.standalone(chart["svg"]["wide"], caption, description)
        title = {"text/markdown": f"**{caption}**", "text/plain": caption}
        picture = {"image/svg+xml": svg, "text/plain": description}
        return [new_output("display_data", title), output | {"data": picture}]
    plain = {mime: part for mime, part in data.items() if mime != TABLE_MIME}
    return [output | {"data": plain} if data else output]


def _project(app: Sphinx) -> Path:
    return Path(app.srcdir) / "pyproject.toml"


def write_wheel(app: Sphinx, exception: Exception | None) -> None:
    """Build the package's wheel if a file of it is newer; the same files give the same bytes."""
    if exception or app.builder.name != "html" or not _project(app).is_file():
        return
    root, target = Path(app.srcdir), Path(app.outdir) / WHEEL
    parts = [_project(app), root / "README.md", *root.glob("LICENSE*")]
    parts += [path for folder in ("src", "data") for path in (root / folder).rglob("*")]
    newest = max(path.stat().st_mtime for path in parts if "__pycache__" not in path.parts)
    if target.is_file() and target.stat().st_mtime > newest:
        return
    from hatchling.builders.wheel import WheelBuilder

    for _ in WheelBuilder(str(root)).build(directory=str(target.parent), versions=["standard"]):
        pass
    for path in set(target.parent.iterdir()) - {target}:
        path.unlink()


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", write_and_link)
    app.connect("build-finished", write_wheel)
