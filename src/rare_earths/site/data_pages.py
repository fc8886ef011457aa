"""The data package on the site: files as they are, a zip of all, and a page for every table."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from rare_earths import datapackage
from rare_earths.reader_tables import accessible_table
from rare_earths.site import chart_pages, figures
from rare_earths.site.files import write_whole
from rare_earths.site.templates import render

FOLDER = "data"
ARCHIVE = "seventeen-elements-data.zip"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # one date in the archive: same tables, same bytes
_PREVIEW = 8


class table_list(nodes.General, nodes.Element):
    """Stands where the list of all tables will be."""


class TableList(Directive):
    """``{data-tables}``: every table of the data package, linked to its page."""

    def run(self) -> list[nodes.Node]:
        return [table_list()]


def fill_lists(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    root = figures.root_from(docname)
    for place in list(doctree.findall(table_list)):
        rows = [
            {
                "resource": _complete(datapackage.descriptor(name)),
                "rows": len(datapackage.read(name)),
            }
            for name in datapackage.tables()
        ]
        html = render(
            "table_list.html",
            root=root,
            rows=rows,
            archive=ARCHIVE,
            corrections=datapackage.corrections(),
        )
        place.replace_self(nodes.raw("", html, format="html"))


def pages(app: Sphinx) -> Iterator[tuple[str, dict, str]]:
    """One page a table that is new or changed: Sphinx writes it with the theme's layout."""
    if app.builder.name != "html":
        return
    used = _used_in(app)
    written = Path(app.doctreedir) / "data_pages.json"
    before = json.loads(written.read_text("utf-8")) if written.is_file() else {}
    now: dict[str, str] = {}
    around = [app.config.rare_earths_code, app.config.html_baseurl]
    around.append(str(app.config.html_theme_options))
    around += [title.astext() for title in app.env.titles.values()]  # the sidebar lists them
    for name in datapackage.tables():
        resource = datapackage.descriptor(name)
        frame = datapackage.read(name)
        body = render(
            "data_page.html",
            resource=_complete(resource),
            rows=len(frame),
            archive=ARCHIVE,
            dictionary=_dictionary_table(resource),
            preview=_preview(resource),
            sources=[datapackage.source_entry(key) for key in datapackage.sources_of(name)],
            used=used.get(name, []),
            corrections=datapackage.corrections(name),
            json_ld=_json_ld(resource),
        )
        now[name] = hashlib.sha256("\n".join([body, *around]).encode()).hexdigest()
        there = (Path(app.outdir) / FOLDER / f"{name}.html").is_file()
        if there and before.get(name) == now[name]:
            continue
        meta = {"description": f"{resource['title']}: what each column means, sources, download."}
        context = {"title": resource["title"], "body": body, "meta": meta}
        yield f"{FOLDER}/{name}", context, "page.html"
    write_whole(written, json.dumps(now))


def _complete(resource: dict) -> dict:
    """The descriptor with its optional entries present, for the templates."""
    optional = ("publisher", "edition", "asOf", "retrieval")
    lists = ("caveats", "choose", "licenses")
    empty = dict.fromkeys(optional, "") | {key: [] for key in lists} | {"editions": None}
    return empty | resource


def _used_in(app: Sphinx) -> dict[str, list[dict]]:
    """Table -> the charts that draw it, in reading order."""
    used: dict[str, list[dict]] = {}
    for docname, record in chart_pages.all_charts(app.env):
        for source in record["sources"]:
            place = {
                "page": docname,
                "title": app.env.titles[docname].astext(),
                "id": record["id"],
                "caption": record["caption"],
            }
            used.setdefault(source["table"], []).append(place)
    return used


def _dictionary(resource: dict) -> list[list[str]]:
    rows = []
    for field in resource["schema"]["fields"]:
        limits = field.get("constraints", {})
        allowed = ", ".join(map(str, limits.get("enum", [])))
        bounds = " to ".join(str(limits[k]) for k in ("minimum", "maximum") if k in limits)
        rows.append(
            [
                field["name"],
                field.get("title", ""),
                field["type"],
                field.get("unit", ""),
                field.get("description", ""),
                allowed or bounds,
            ]
        )
    return rows


_DICTIONARY = ["Column", "Title", "Type", "Unit", "What it means", "Allowed values"]


def _dictionary_table(resource: dict) -> str:
    rows = [[cell or "–" for cell in row] for row in _dictionary(resource)]
    return accessible_table(_DICTIONARY, rows, f"Columns of {resource['name']}")


def _preview(resource: dict) -> str:
    with open(datapackage.data_dir() / resource["path"], encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        head = next(reader)
        rows = [row for row, _ in zip(reader, range(_PREVIEW), strict=False)]
    rows = [[cell or "(empty)" for cell in row] for row in rows]
    return accessible_table(head, rows, f"First {len(rows)} rows of {resource['path']}")


def _json_ld(resource: dict) -> str:
    """schema.org Dataset, for search engines of data."""
    licence = (resource.get("licenses") or [{}])[0].get("path")
    dataset = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": resource["title"],
        "description": resource["description"],
        "creator": {"@type": "Organization", "name": resource.get("publisher", "")},
        "license": licence,
        "isAccessibleForFree": True,
        "variableMeasured": [field["name"] for field in resource["schema"]["fields"]],
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": "text/csv",
                "contentUrl": f"{resource['name']}.csv",
            }
        ],
    }
    return json.dumps(dataset, ensure_ascii=False).replace("<", "\\u003c")


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """The package's files as they are, and all of them in one archive."""
    if exception or app.builder.format != "html":
        return
    source, target = datapackage.data_dir(), Path(app.outdir) / FOLDER
    names = published_files()
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)
    (target / ARCHIVE).write_bytes(archive())
    kept = {*names, ARCHIVE, *(f"{name}.html" for name in datapackage.tables())}
    for path in target.rglob("*"):
        if path.is_file() and path.relative_to(target).as_posix() not in kept:
            path.unlink()


def published_files() -> list[str]:
    """Files of the data package, relative to its folder."""
    folder = datapackage.data_dir()
    names = ["datapackage.json", "sources.bib"]
    names += [datapackage.descriptor(table)["path"] for table in datapackage.tables()]
    maps = sorted((folder / "maps").glob("*")) if (folder / "maps").is_dir() else []
    return names + [path.relative_to(folder).as_posix() for path in maps]


def archive() -> bytes:
    """Zip of the data package with a dictionary of all columns and checksums of all files."""
    files = {name: (datapackage.data_dir() / name).read_bytes() for name in published_files()}
    files["dictionary.csv"] = _all_columns().encode()
    sums = "".join(
        f"{hashlib.sha256(b).hexdigest()}  {name}\n" for name, b in sorted(files.items())
    )
    files["SHA256SUMS"] = sums.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"seventeen-elements-data/{name}", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content)
    return out.getvalue()


def _all_columns() -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["table", *(head.lower().replace(" ", "_") for head in _DICTIONARY)])
    for name in datapackage.tables():
        for row in _dictionary(datapackage.descriptor(name)):
            writer.writerow([name, *row])
    return out.getvalue()


def setup(app: Sphinx) -> None:
    app.add_node(table_list)
    app.add_directive("data-tables", TableList)
    app.connect("doctree-resolved", fill_lists)
    app.connect("html-collect-pages", pages)
    app.connect("build-finished", write_files)
