"""Turn the chart that a cell returns into a figure: picture, caption, source, data, downloads.

MyST-NB hands every output of our MIME type to :class:`ChartRenderer`; the cell's ``mystnb.figure``
metadata already gives the number and the caption.  Added here: both static pictures, native
controls for the chart's parameters, the source line from the data package, the plotted rows as
a table and as CSV, and the specifications that the page loads when a reader touches the chart.
"""

from __future__ import annotations

import posixpath
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from rare_earths import datapackage
from rare_earths.charts import VEGALITE_MIME
from rare_earths.reader_tables import TABLE_MIME, accessible_table
from rare_earths.site import controls, numbered_tables, pictures
from rare_earths.site.svg import NARROW, WIDE, EmptyChart, Painter
from rare_earths.site.templates import render
from rare_earths.site.translation import shown
from rare_earths.site.translation.words import all_words, say


class chart(nodes.General, nodes.Element):
    """A drawn chart; its ``record`` attribute holds all that the writers need."""


class ChartRenderer:
    """MyST-NB plugin (entry point group ``myst_nb.mime_renderers``)."""

    mime_priority_overrides = (("*", VEGALITE_MIME, 0), ("*", TABLE_MIME, 0))

    @staticmethod
    def handle_mime(renderer, data, inline: bool) -> list[nodes.Element] | None:
        if inline or data.mime_type not in (VEGALITE_MIME, TABLE_MIME):
            return None
        env = renderer.renderer.document.settings.env
        if not hasattr(env, "rare_earths_charts"):
            return None  # a build without our extension: MyST-NB shows the cell's other outputs
        texts = shown.texts(env)
        if data.mime_type == TABLE_MIME:
            table = data.content | {"html": shown.html(data.content["html"], texts)}
            return numbered_tables.nodes_of(table, renderer.renderer.document)
        figure = (data.cell_metadata.get("mystnb") or {}).get("figure") or {}
        where = f"{env.docname}.md, line {data.line}"
        record = _record(shown.chart(data.content, texts), figure, where, painter(env.app))
        for part in record["data"]:
            part["columns"] = shown.columns(part["columns"], texts)
        env.rare_earths_charts.setdefault(env.docname, {})[record["id"]] = record
        return [chart(record=record)]


def painter(app: Sphinx) -> Painter:
    return Painter(Path(app.doctreedir).parent / ".charts")


def _record(spec: dict, figure: dict, where: str, paint: Painter) -> dict:
    """All parts of one figure, checked. Raises ExtensionError that names the cell."""
    name, meta = figure.get("name"), spec.get("usermeta") or {}
    description = spec.get("description", "")

    def need(condition: object, what: str) -> None:
        if not condition:
            raise ExtensionError(f"{where}: chart {name or '(no name)'}: {what}")

    need(
        str(name or "").startswith("fig-"),
        "needs a name 'fig-<chapter>-<what>' under mystnb: figure: name",
    )
    need(figure.get("caption"), "needs a caption under mystnb: figure: caption")
    need(
        40 <= len(description) <= 200,
        "needs .properties(description=...) of 40 to 200 "
        f"characters for readers who do not see it; it has {len(description)}",
    )
    need(meta.get("sources"), "needs .properties(usermeta=ree.source(rows)) to name its tables")
    datasets = plotted(spec)
    need(datasets and all(rows for _, rows in datasets), "has no data: all rows were filtered away")
    try:
        wide = paint.draw(spec, WIDE, f"{name}-w")
        narrow = paint.draw(spec, NARROW, f"{name}-n")
    except EmptyChart as error:
        raise ExtensionError(f"{where}: chart {name}: {error}") from None
    except ValueError as error:
        raise ExtensionError(f"{where}: chart {name}: not drawn: {str(error)[:400]}") from None
    columns = [heads(spec, rows, meta) for _, rows in datasets]
    return {
        "id": name,
        "description": description,
        "svg": {"wide": wide.svg, "narrow": narrow.svg},
        "vegalite": wide.vegalite,
        "vega": {"wide": wide.vega, "narrow": narrow.vega},
        "live": bool(spec.get("params")) or _mentions(spec, "tooltip"),
        "controls": controls.controls(spec),
        "sources": [_source(entry) for entry in meta["sources"]],
        "data": [
            {"columns": cols, "rows": rows}
            for cols, (_, rows) in zip(columns, datasets, strict=True)
        ],
    }


def plotted(spec: dict) -> list[tuple[str, list[dict]]]:
    """Named datasets with rows, in the order drawn; map shapes are not rows of a table."""
    order: list[str] = []

    def visit(node):
        if isinstance(node, dict):
            name = (
                (node.get("data") or {}).get("name") if isinstance(node.get("data"), dict) else None
            )
            if name and name not in order:
                order.append(name)
            for key, value in node.items():
                if key != "datasets":
                    visit(value)
        elif isinstance(node, list):
            for value in node:
                visit(value)

    visit(spec)
    found = spec.get("datasets", {})
    named = [(name, found[name]) for name in order if isinstance(found.get(name), list)]
    return [(n, rows) for n, rows in named if not (rows and "geometry" in rows[0])]


def _mentions(node, word: str) -> bool:
    if isinstance(node, dict):
        return any(k == word and v for k, v in node.items()) or any(
            _mentions(value, word)
            for key, value in node.items()
            if key not in ("config", "datasets")
        )
    return isinstance(node, list) and any(_mentions(value, word) for value in node)


def heads(spec: dict, rows: list[dict], meta: dict) -> list[dict]:
    """Header of each plotted column: the encoding's own title, else the data package's."""
    drawn: dict[str, str] = {}
    temporal: set[str] = set()

    def visit(node):
        if isinstance(node, dict):
            field = node.get("field")
            if isinstance(field, str):
                title = node.get("title") or (node.get("axis") or {}).get("title")
                if isinstance(title, str):
                    drawn.setdefault(field, title)
                if node.get("type") == "temporal":
                    temporal.add(field)
            for key, value in node.items():
                if key not in ("datasets", "config", "usermeta"):
                    visit(value)
        elif isinstance(node, list):
            for value in node:
                visit(value)

    visit(spec)
    columns = []
    found = dict.fromkeys(key for row in rows for key in row)
    ordered = [key for key in meta.get("columns", ()) if key in found]
    for field in dict.fromkeys([*ordered, *found]):
        title = drawn.get(field) or meta.get("titles", {}).get(field) or field.replace("_", " ")
        unit = meta.get("units", {}).get(field)
        if unit and unit not in title and field not in drawn:
            title = f"{title} ({unit})"
        plain = "year" in field or field in temporal
        columns.append({"field": field, "title": title[:1].upper() + title[1:], "plain": plain})
    return columns


def _source(entry: dict) -> dict:
    """What the source line says of one table."""
    resource = datapackage.descriptor(entry["table"])
    publications = [datapackage.source_entry(key) | {"key": key} for key in entry["keys"]]
    return {
        "table": entry["table"],
        "title": resource["title"],
        "publisher": resource.get("publisher", ""),
        "editions": entry["editions"],
        "as_of": entry["as_of"],
        "licence": resource["licenses"][0] if resource.get("licenses") else None,
        "publications": publications,
    }


# Writing ---------------------------------------------------------------------------------------


def root_from(docname: str) -> str:
    """Relative address of the site's root, from a page."""
    return posixpath.relpath(".", posixpath.dirname(docname) or ".")


def html(record: dict, root: str, runtime: str) -> str:
    """HTML of a chart and all that stands under it; `root` leads to the site's root."""
    return render(
        "chart.html",
        chart=record,
        root=root,
        runtime=f"{root}/{runtime}",
        tables=[_table_html(record, number) for number in range(len(record["data"]))],
    )


def visit_chart(writer: HTML5Translator, node: chart) -> None:
    app = writer.builder.app
    root = root_from(writer.builder.current_docname)
    writer.body.append(html(node["record"], root, app.rare_earths_runtime))
    raise nodes.SkipNode


class PicturesForBooks(SphinxPostTransform):
    """EPUB and LaTeX know no CSS variables: there a chart is an image file, made by the same code."""

    default_priority = 100  # after MyST-NB has chosen the MIME type, before images are collected

    def run(self, **kwargs) -> None:
        builder = self.app.builder
        if builder.format == "html" and builder.name != "epub":
            return
        for node in list(self.document.findall(chart)):
            record = node["record"]
            svg = pictures.standalone(
                record["svg"]["wide"], record["caption"], record["description"]
            )
            wants_svg = builder.name == "epub"
            path = painter(self.app).cache / f"{record['id']}.{'svg' if wants_svg else 'png'}"
            path.write_bytes(svg.encode() if wants_svg else pictures.png(svg))
            image = nodes.image(uri=str(path), alt=record["description"])
            image["candidates"] = {"*": str(path)}
            self.env.images.add_file(self.env.docname, str(path))
            node.replace_self(image)


def _table_html(record: dict, number: int) -> str:
    data = record["data"][number]
    head = say("Data") if number == 0 else f"{say('Further data')} {number}"
    table = accessible_table(
        [column["title"] for column in data["columns"]],
        [[row.get(column["field"]) for column in data["columns"]] for row in data["rows"]],
        caption=f"{head}: {record['caption']}",
        plain=[column["plain"] for column in data["columns"]],
    )
    return shown.html(table, all_words())


def caption_first(app: Sphinx, doctree: nodes.document) -> None:
    """The caption is the chart's title: readers, and screen readers, meet it first."""
    for figure in doctree.findall(nodes.figure):
        if any(True for _ in figure.findall(chart)):
            figure["classes"].append("chart-figure")
            captions = [child for child in figure.children if isinstance(child, nodes.caption)]
            for caption in captions:
                figure.remove(caption)
                figure.insert(0, caption)
                for drawn in figure.findall(chart):
                    drawn["record"]["caption"] = caption.astext()


def depart_caption(writer: HTML5Translator, node: nodes.caption) -> None:
    HTML5Translator.depart_caption(writer, node)
    if "chart-figure" in node.parent.get("classes", ()):
        writer.body.append("</figcaption>\n")


def depart_figure(writer: HTML5Translator, node: nodes.figure) -> None:
    if "chart-figure" in node.get("classes", ()):
        writer.body.append("</figure>\n")
    else:
        HTML5Translator.depart_figure(writer, node)


# Charts of each page are kept in the environment, so that an incremental build knows them all.


def begin(app: Sphinx) -> None:
    if not hasattr(app.env, "rare_earths_charts"):
        app.env.rare_earths_charts = {}


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    getattr(env, "rare_earths_charts", {}).pop(docname, None)


def check_names(app: Sphinx, env: BuildEnvironment) -> None:
    """A chart's name is its address: it must be unique in the book."""
    seen: dict[str, str] = {}
    for docname, records in env.rare_earths_charts.items():
        for name in records:
            if name in seen:
                raise ExtensionError(f"{docname}: chart {name} has the name of one in {seen[name]}")
            seen[name] = docname


def setup(app: Sphinx) -> None:
    app.add_node(chart, html=(visit_chart, None))
    app.add_post_transform(PicturesForBooks)
    app.add_node(nodes.caption, override=True, html=(HTML5Translator.visit_caption, depart_caption))
    app.add_node(nodes.figure, override=True, html=(HTML5Translator.visit_figure, depart_figure))
    app.connect("builder-inited", begin)
    app.connect("env-purge-doc", purge)
    app.connect("doctree-read", caption_first)
    app.connect("env-check-consistency", check_names)
