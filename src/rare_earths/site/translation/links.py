"""Each page names its other languages: to readers in a line at its top, to machines by hreflang."""

from __future__ import annotations

import posixpath
from pathlib import Path

from babel.dates import format_date
from sphinx.application import Sphinx

from rare_earths.site import pages
from rare_earths.site.translation import catalogues
from rare_earths.site.translation.words import of

ORIGINAL = "en"
OWN_NAME = "The name of this language"  # what each catalogue of the site calls its own language


def complete(app: Sphinx, pagename: str, template: str, context: dict, doctree) -> None:
    """What the templates say of the page's languages; nothing where there is only one."""
    locale = app.config.rare_earths_locale
    root = Path(locale or app.srcdir)
    language = app.config.language
    translated = {
        name: catalogues.coverage(root, name, pagename)
        for name in catalogues.languages(root)
        if pagename in catalogues.pages(root, name)
    }
    context["coverage"] = translated.get(language)
    context["languages"] = []
    context["original_page"] = ""
    if locale:
        context["book_date"] = format_date(pages.RELEASED, "long", locale=language)
    if not translated:
        return
    up = posixpath.relpath(".", posixpath.dirname(pagename) or ".")
    whole = f"{up}/.." if locale else up  # a translation stands in a folder of the whole site
    base = app.config.html_baseurl
    if locale:
        base = base.removesuffix(f"{language}/")
        context["original_page"] = f"{whole}/{pagename}.html"
    places = {ORIGINAL: ""} | {name: f"{name}/" for name in translated}
    context["languages"] = [
        {
            "code": name,
            "address": f"{base}{folder}{pagename}.html",
            "link": f"{whole}/{folder}{pagename}.html",
            "name": of(root, name).get(OWN_NAME, name),
            "percent": translated[name].percent if name in translated else None,
            "here": name == language,
        }
        for name, folder in places.items()
    ]


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", complete)
