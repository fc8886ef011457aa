"""Each chart at an address of its own: page, CSV, SVG, PNG, JSON, and the gallery of all."""

from __future__ import annotations

import csv
import io
import json
from html import escape
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

import rare_earths
from rare_earths.site import figures, head, markup, pages, pictures
from rare_earths.site.templates import render

FOLDER = "charts"


class gallery(nodes.General, nodes.Element):
    """Stands where the list of all charts will be."""


class Gallery(Directive):
    """``{chart-gallery}``: all charts of the book, each linked to its place."""

    def run(self) -> list[nodes.Node]:
        return [gallery()]


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Write what changed below ``charts/``; remove what no chart owns any more."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    wanted: set[str] = {Path(app.rare_earths_runtime).name}
    for docname, record in all_charts(app.env):
        for name, content in _files(app, docname, record).items():
            wanted.add(name)
            path = folder / name
            content = content if isinstance(content, bytes) else content.encode()
            if not path.is_file() or path.read_bytes() != content:
                path.write_bytes(content)
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()


def all_charts(env: BuildEnvironment) -> list[tuple[str, dict]]:
    """``(docname, record)`` of every chart, in reading order."""
    order = {name: number for number, name in enumerate(reading_order(env))}
    names = sorted(env.rare_earths_charts, key=lambda name: (order.get(name, 10**6), name))
    return [(name, record) for name in names for record in env.rare_earths_charts[name].values()]


def reading_order(env: BuildEnvironment) -> list[str]:
    """Page names as the table of contents lists them."""
    order, todo = [], [env.config.root_doc]
    while todo:
        name = todo.pop(0)
        if name not in order:
            order.append(name)
            todo[:0] = env.toctree_includes.get(name, [])
    return order


def _files(app: Sphinx, docname: str, record: dict) -> dict[str, str | bytes]:
    name = record["id"]
    files: dict[str, str | bytes] = {}
    for number, data in enumerate(record["data"], start=1):
        files[f"{name}.csv" if number == 1 else f"{name}-{number}.csv"] = _csv(data)
    files[f"{name}.vl.json"] = _json(record["vegalite"])
    if record["live"]:
        for size, spec in record["vega"].items():
            files[f"{name}.{size}.vg.json"] = _json(spec)
    svg = pictures.standalone(record["svg"]["wide"], record["caption"], record["description"])
    files[f"{name}.svg"] = svg
    files[f"{name}.png"] = pictures.kept_png(figures.painter(app).cache, record["svg"]["wide"])
    files[f"{name}.json"] = _facts(docname, record)
    figure = figures.html(record, "..", app.rare_earths_runtime)
    files[f"{name}.html"] = render(
        "chart_page.html",
        chart=record,
        figure=markup.with_hatch(markup.mark_external(figure)),
        head=head.of_chart(app, record),
        page=docname,
        page_title=app.env.titles[docname].astext(),
        year=pages.RELEASED.year,
        policy=pages.content_security_policy(),
        theme_script=pages.THEME_SCRIPT,
        version=rare_earths.__version__,
    )
    return files


def _json(value: dict) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _csv(data: dict) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column["field"] for column in data["columns"]])
    for row in data["rows"]:
        writer.writerow(["" if (v := row.get(c["field"])) is None else v for c in data["columns"]])
    return out.getvalue()


def _facts(docname: str, record: dict) -> str:
    """The chart's metadata for machines."""
    columns = [
        {"name": column["field"], "title": column["title"]}
        for column in record["data"][0]["columns"]
    ]
    facts = {
        "id": record["id"],
        "caption": record["caption"],
        "description": record["description"],
        "page": f"{docname}.html#{record['id']}",
        "licence": "CC-BY-4.0 (chart); data under the terms of its sources",
        "columns": columns,
        "rows": len(record["data"][0]["rows"]),
        "files": {
            kind: f"{FOLDER}/{record['id']}.{kind}" for kind in ("csv", "svg", "png", "html")
        },
        "vega_lite": f"{FOLDER}/{record['id']}.vl.json",
        "sources": record["sources"],
    }
    return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"


# The gallery ---------------------------------------------------------------------------------


def remember_galleries(app: Sphinx, doctree: nodes.document) -> None:
    if any(True for _ in doctree.findall(gallery)):
        app.env.metadata[app.env.docname]["rare_earths_gallery"] = "yes"


def galleries_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """A page with the gallery is written anew in every build: charts elsewhere may have changed."""
    return [name for name, meta in env.metadata.items() if "rare_earths_gallery" in meta]


def fill_galleries(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for place in list(doctree.findall(gallery)):
        root = figures.root_from(docname)
        parts, page = [], None
        for name, record in all_charts(app.env):
            if name != page:
                title = escape(app.env.titles[name].astext())
                parts += ["</ul>"] if page else []
                parts.append(f'<h3><a href="{root}/{name}.html">{title}</a></h3>')
                parts.append('<ul class="chart-gallery">')
                page = name
            small = (  # in a book file the chart itself is near enough
                f'<img src="{root}/{FOLDER}/{record["id"]}.svg" loading="lazy" width="240" '
                f'height="160" alt="{escape(record["description"])}">'
                if app.builder.name != "epub"
                else ""
            )
            parts.append(
                f'<li><a href="{root}/{name}.html#{record["id"]}">'
                f"{small}<span>{escape(record['caption'])}</span></a></li>"
            )
        parts += ["</ul>"] if page else []
        place.replace_self(nodes.raw("", "\n".join(parts), format="html"))


def setup(app: Sphinx) -> None:
    app.add_node(gallery)
    app.add_directive("chart-gallery", Gallery)
    app.connect("doctree-read", remember_galleries)
    app.connect("env-updated", galleries_again)
    app.connect("doctree-resolved", fill_galleries)
    app.connect("build-finished", write_files)
