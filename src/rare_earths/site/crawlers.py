"""What visitors without eyes ask for: the list of pages, and the page for addresses that lead nowhere.

``sphinx-sitemap`` lists only the pages that a build has written, which is not all of them when
little has changed.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

from sphinx.application import Sphinx

from rare_earths import datapackage
from rare_earths.site import chart_pages, data_pages
from rare_earths.site.teach import lessons
from rare_earths.site.translation import catalogues

SITEMAP = "sitemap.xml"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def pages(app: Sphinx) -> Iterator[str]:
    """Every page for search engines, from the site's root: chapters, lessons, tables, charts."""
    yield from (f"{name}.html" for name in chart_pages.reading_order(app.env))
    yield from (f"{unit.address}.html" for unit in lessons.all_units(app))
    yield from (f"{data_pages.FOLDER}/{table}.html" for table in datapackage.tables())
    for _, record in chart_pages.all_charts(app.env):
        yield f"{chart_pages.FOLDER}/{record['id']}.html"
    for language in catalogues.languages(Path(app.srcdir)):
        for name in catalogues.published(Path(app.srcdir), language):
            yield f"{language}/{name}.html"


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """``sitemap.xml`` and ``robots.txt``, which need the site's address."""
    base = app.config.html_baseurl
    if exception or app.builder.name != "html" or not base:
        return
    ElementTree.register_namespace("", _NAMESPACE)
    root = ElementTree.Element(f"{{{_NAMESPACE}}}urlset")
    for page in pages(app):
        url = ElementTree.SubElement(root, f"{{{_NAMESPACE}}}url")
        ElementTree.SubElement(url, f"{{{_NAMESPACE}}}loc").text = posixpath.join(base, page)
    ElementTree.indent(root)
    content = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    (Path(app.outdir) / SITEMAP).write_bytes(content)
    robots = f"User-agent: *\nAllow: /\nSitemap: {posixpath.join(base, SITEMAP)}\n"
    (Path(app.outdir) / "robots.txt").write_text(robots, encoding="utf-8")


def configure(app: Sphinx, config) -> None:
    """Links of ``404.html`` start at the root of the host: it is shown at any depth."""
    config.notfound_urls_prefix = posixpath.join(urlsplit(config.html_baseurl).path or "/", "")
    config.notfound_template = "404.html"
    config.notfound_context = {"title": "Page not found"}


def setup(app: Sphinx) -> None:
    app.setup_extension("notfound.extension")
    app.connect("config-inited", configure)
    app.connect("build-finished", write_files)
