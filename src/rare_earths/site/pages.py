"""The site around the chapters: what our templates print, and the head of every page."""

from __future__ import annotations

import base64
import hashlib
import html
import os
import re
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from sphinx.application import Sphinx

import rare_earths

RELEASED = date(2026, 11, 21)  # of this version; CITATION.cff and the changelog say the same
BOOK = "Seventeen Elements"
AUTHOR = "Seventeen Elements contributors"
_HERE = Path(__file__).parent
_SCRIPTS = ("book.js", "tables.js")
_FOR_SEARCH = (  # asked for by the search page only: Sphinx's own, and our settings of it
    "documentation_options.js",
    "doctools.js",
    "language_data.js",
    "searchtools.js",
    "search_settings.js",
)

# Two lines that must run before the page is painted. Everything else is in files.
THEME_SCRIPT = (
    'try{const t=localStorage.getItem("theme");if(t)document.documentElement.dataset.theme=t}'
    "catch{}"
)
OPEN_SCRIPT = (
    'if(matchMedia("(min-width:62rem)").matches)'
    'document.querySelectorAll(".open-when-wide").forEach(e=>e.open=true)'
)


def content_security_policy() -> str:
    """What a page may load and run: files of this site, and the two lines above by their hash."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in (THEME_SCRIPT, OPEN_SCRIPT)
    )
    return (
        f"default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"
    )


def configure(app: Sphinx, config) -> None:
    """Favicon, our templates over the theme's, what they print on every page, our addresses."""
    if address := os.environ.get("BOOK_URL"):
        config.html_baseurl = address.rstrip("/") + "/"
    if repository := os.environ.get("REPOSITORY_URL"):
        config.html_theme_options["repository_url"] = repository
    config.version, config.epub_identifier = rare_earths.__version__, config.html_baseurl
    config.html_favicon = config.html_favicon or str(_HERE / "static" / "favicon.svg")
    config.templates_path.append(str(_HERE / "templates" / "theme"))
    config.html_context |= {
        "book_version": rare_earths.__version__,
        "book_date": f"{RELEASED.day} {RELEASED:%B %Y}",
        "content_security_policy": content_security_policy(),
        "theme_script": THEME_SCRIPT,
        "open_script": OPEN_SCRIPT,
    }


def add_assets(app: Sphinx) -> None:
    app.config.html_static_path.append(str(_HERE / "static"))
    app.add_js_file("book.js", loading_method="defer")
    app.add_js_file("tables.js", loading_method="defer")


def complete_context(
    app: Sphinx, pagename: str, template: str, context: dict, doctree
) -> str | None:
    """One style sheet, only our scripts, one viewport; how to cite and mend this page.

    The site's pages have templates of their own names: an EPUB keeps Sphinx's.
    """
    if app.builder.name == "epub":
        return None
    context["css_files"] = [f for f in context["css_files"] if f.filename == "_static/site.css"]
    wanted = {"_static/book.js": True, "_static/tables.js": _has_filters(context)}
    context["script_files"] = [f for f in context["script_files"] if wanted.get(f.filename)]
    # docutils writes a second one after the template's
    context["metatags"] = re.sub(r'<meta name="viewport"[^>]*>\s*', "", context.get("metatags", ""))
    repository = app.config.html_theme_options["repository_url"].rstrip("/")
    title = html.unescape(re.sub(r"<[^>]+>", "", context.get("title", "")))
    query = urlencode({"title": f"{pagename}: ", "labels": "page"})
    context |= {
        "suggest_edit": f"{repository}/edit/main/{pagename}.md",
        "new_issue": f"{repository}/issues/new?{query}",
        "citation": citation(title, pagename, context.get("pageurl") or ""),
    }
    return {"page.html": "site_page.html", "search.html": "site_search.html"}.get(template)


def remove_unused(app: Sphinx, exception: Exception | None) -> None:
    """Leave in ``_static`` only what our pages ask for; the theme brings megabytes more."""
    if exception or app.builder.name != "html":
        return
    folder = Path(app.outdir) / "_static"
    kept = {"site.css", "favicon.svg", *_SCRIPTS, *_FOR_SEARCH}
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(folder).as_posix() not in kept:
            path.unlink()


def _has_filters(context: dict) -> bool:
    return "data-filters=" in context.get("body", "")


def citation(title: str, pagename: str, address: str) -> dict[str, str]:
    """How to cite one page, or on the front page the book: ``apa`` and ``bibtex``."""
    version = rare_earths.__version__
    title = re.sub(r"^\d+\. ", "", title)
    whole = title == BOOK
    stop = "" if title.endswith(("?", "!", ".")) else "."
    place = title if whole else f"{title}{stop} In {BOOK}"
    apa = (
        f"{AUTHOR}. ({RELEASED.year}, {RELEASED:%B} {RELEASED.day}). {place} "
        f"(Version {version}). {address}"
    )
    fields = {
        "author": f"{{{AUTHOR}}}",
        "title": title,
        "booktitle": BOOK,
        "year": str(RELEASED.year),
        "month": RELEASED.strftime("%b").lower(),
        "version": version,
        "url": address,
    }
    if whole:
        del fields["booktitle"]
    lines = "".join(f"  {key} = {{{value}}},\n" for key, value in fields.items() if value)
    name = "seventeen-elements" + ("" if whole else f"-{pagename.rsplit('/', 1)[-1]}")
    return {
        "apa": apa.strip(),
        "bibtex": f"@{'book' if whole else 'inbook'}{{{name},\n{lines}}}",
    }


def setup(app: Sphinx) -> None:
    app.connect("config-inited", configure, priority=100)  # before Sphinx looks for the files
    app.connect("builder-inited", add_assets)
    app.connect("html-page-context", complete_context, priority=900)  # after the theme's own
    app.connect("build-finished", remove_unused)
