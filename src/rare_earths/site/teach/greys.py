"""Charts in grey, for paper: what looks apart here looks apart from any copier."""

from __future__ import annotations

import re
from dataclasses import replace

from rare_earths import charts
from rare_earths.site.teach.book_page import Chart

# Seven greys, each a third lighter than the one before (contrast ratio of neighbours 1.33), none
# so light that white letters on it fall below 3:1.
GREYS = {
    "5": "#1d1d1d",
    "3": "#333333",
    "1": "#464646",
    "accent": "#464646",
    "6": "#585858",
    "4": "#6b6b6b",
    "2": "#7f7f7f",
    "muted": "#949494",
}
# What captions and questions call a colour of the screen, and what it is on paper.
_WORDS = {"light blue": "pale grey", "blue": "dark grey", "orange": "middle grey"}
_COLOUR_WORD = re.compile(rf"\b({'|'.join(_WORDS)})\b", flags=re.IGNORECASE)
_BY_COLOUR = {charts.PALETTE[name][0]: grey for name, grey in GREYS.items()}


def for_paper(chart: Chart) -> Chart:
    """The chart in grey, with words that are true of it."""
    return replace(
        chart,
        caption=in_words(chart.caption),
        description=in_words(chart.description),
        svg=in_words(picture(chart.svg)),
    )


def in_words(text: str) -> str:
    """The text with the greys named that stand for its colours: a caption says “blue: …”."""

    def grey(match: re.Match) -> str:
        word = _WORDS[match[0].lower()]
        return word.capitalize() if match[0][0].isupper() else word

    return _COLOUR_WORD.sub(grey, text)


def in_both_words(text: str) -> str:
    """The text with the grey after each colour, for who may look at the screen or at the paper."""
    return _COLOUR_WORD.sub(lambda match: f"{match[0]} (on paper {_WORDS[match[0].lower()]})", text)


def picture(svg: str) -> str:
    """A stand-alone picture in grey: the palette by the table above, the rest as light as it was."""
    return re.sub(r"#[0-9a-fA-F]{6}\b", lambda match: _grey(match[0].lower()), svg)


def _grey(colour: str) -> str:
    return _BY_COLOUR.get(colour) or _shade(luminance(colour))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG) of ``#rrggbb``."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _shade(light: float) -> str:
    part = light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return "#" + f"{round(part * 255):02x}" * 3
