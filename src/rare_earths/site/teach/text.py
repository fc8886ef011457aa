"""Texts of teaching files: inline Markdown to HTML, and to plain text."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

from markdown_it import MarkdownIt
from markupsafe import Markup


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    # no raw HTML: what looks like a tag in a teaching file is text
    return MarkdownIt("commonmark", {"html": False, "typographer": True}).enable("smartquotes")


def html(text: str) -> Markup:
    """One line of inline Markdown as HTML, with typographic quotation marks."""
    return Markup(_kept_together(_markdown().renderInline(text)))


def blocks(text: str) -> Markup:
    """A longer text, with paragraphs and lists, as HTML."""
    return Markup(_kept_together(_markdown().render(text)))


def _kept_together(html: str) -> str:
    """No line ends between a figure and its percent sign."""
    return re.sub(r"(?<=\d) %", "\u00a0%", html)


def plain(text: str) -> str:
    """One line of inline Markdown without any markup."""
    return unescape(re.sub(r"<[^>]+>", "", str(html(text))))
