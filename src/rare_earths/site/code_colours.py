"""Colours of code: one style for light, one for dark, and no mark on a word that has none."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import IO

from pygments.formatters import HtmlFormatter
from pygments.styles import get_style_by_name
from pygments.token import Operator, Text, _TokenType
from sphinx.application import Sphinx
from sphinx.highlighting import PygmentsBridge

LIGHT, DARK = "a11y-high-contrast-light", "a11y-high-contrast-dark"  # those of the theme


def style_sheet(light: str, dark: str) -> str:
    """Rules for code under two selectors, of pages that are light and of those that are dark."""
    return HtmlFormatter(style=LIGHT).get_style_defs(light) + HtmlFormatter(
        style=DARK
    ).get_style_defs(dark)


@cache
def is_plain(kind: _TokenType) -> bool:
    """Whether words of this kind look like the text of the block around them.

    Signs such as = and + are set plain, too: marking each took a fiftieth of a page's bytes.
    """
    styles = [dict(get_style_by_name(name)) for name in (LIGHT, DARK)]
    if any(kind not in style for style in styles):
        return is_plain(kind.parent)  # a lexer's own kind looks like what it is a kind of
    return kind is Operator or all(style[kind] == style[Text] for style in styles)


class Formatter(HtmlFormatter):
    """Writes code without the marks that change nothing."""

    def format(self, tokensource: Iterable[tuple[_TokenType, str]], outfile: IO[str]) -> None:
        shown = ((Text if is_plain(kind) else kind, text) for kind, text in tokensource)
        super().format(shown, outfile)


def setup(app: Sphinx) -> None:
    PygmentsBridge.html_formatter = Formatter
