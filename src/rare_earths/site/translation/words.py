"""The words that the site itself writes, in the language of the build.

Templates mark them: ``{{ say("Search") }}``. ``make gettext`` finds the marks.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from babel.dates import format_date
from sphinx.application import Sphinx

from rare_earths.site.translation import catalogues

_words: dict[str, str] = {}


def say(text: str, **values) -> str:
    """The text in the language of the build, with its ``{placeholders}`` filled."""
    text = _words.get(text, text)
    return text.format(**values) if values else text


def all_words() -> dict[str, str]:
    """English -> translation of all words of the site; empty in an English build."""
    return dict(_words)


def day(text: str) -> str:
    """A date as English writes it (21 November 2026) in the language of the build; else the text."""
    if not _words or not re.fullmatch(r"\d{1,2} [A-Z][a-z]+ \d{4}", text):
        return text
    return format_date(datetime.strptime(text, "%d %B %Y"), "long", locale=_words["en_GB"])


def use(app: Sphinx) -> None:
    """Take the words of this build's language; English needs none."""
    _words.clear()
    if folder := app.config.rare_earths_locale:
        _words.update(of(Path(folder), app.config.language))


def of(root: Path, language: str) -> dict[str, str]:
    """The words of a language, by their English."""
    return catalogues.texts(catalogues.path(root, language, catalogues.SITE))


def complete(app: Sphinx, pagename: str, template: str, context: dict, doctree) -> None:
    context["say"] = say


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", use)
    app.connect("html-page-context", complete)
