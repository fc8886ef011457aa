"""The look of the book's charts, and how a chart carries its sources.

A chapter cell returns a plain Altair chart.  :func:`use_theme` registers the theme and a
renderer that emits the Vega-Lite specification; the site draws it (``rare_earths.site``).

Colours are CSS: text is ``currentColor``, marks are ``var(--chart-…, #hex)``.  One picture thus
follows the page's light or dark theme; the hex value serves viewers without our stylesheet.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rare_earths.numbers import THIN_SPACE

if TYPE_CHECKING:  # imported where a chart is made: the site needs the colours only
    import altair as alt
    import pandas as pd

VEGALITE_MIME = "application/vnd.vegalite.v6+json"
_VEGALITE_5_MIME = "application/vnd.vegalite.v5+json"
_NOTEBOOK_WIDTH = 480
_PARTS = {"hconcat", "vconcat", "concat", "facet", "repeat", "spec"}  # charts of several views
FONT_SIZE = 13  # px at the width drawn; the site never shrinks a chart below 12 px

# (light, dark): each at least 3:1 on the page's background, told apart under the three common
# colour deficiencies; tests/test_charts.py measures both.
PALETTE = {
    "1": ("#0072b2", "#56b4e9"),
    "2": ("#d55e00", "#ff8a3d"),
    "3": ("#3d955d", "#0a9068"),
    "4": ("#933275", "#9e59b3"),
    "5": ("#584e00", "#fff286"),
    "6": ("#2f3f4c", "#8693a5"),
    "accent": ("#0072b2", "#56b4e9"),
    "muted": ("#858d99", "#8c95a3"),
}

# On paper, often without colour: the same hues in six shades of grey that can be told apart.
PRINT = {
    "1": "#0f5087",
    "2": "#da7546",
    "3": "#16412c",
    "4": "#ad5e9d",
    "5": "#262110",
    "6": "#5c646f",
    "accent": "#0f5087",
    "muted": "#8b919a",
}


def colour(name: str) -> str:
    """CSS colour of one palette entry, with its light value as fallback."""
    return f"var(--chart-{name}, {PALETTE[name][0]})"


COLOURS = [colour(str(i)) for i in range(1, 7)]
ACCENT = colour("accent")
MUTED = colour("muted")
INK = "currentColor"
PAPER = "var(--chart-paper, #ffffff)"
FAINT = "color-mix(in srgb, currentColor 15%, transparent)"
HATCH = "url(#chart-hatch)"  # what is not known; the site defines the pattern
# Tints of the accent, weak to strong, for ordered classes.
TINTS = [f"color-mix(in srgb, {ACCENT} {share}%, transparent)" for share in (12, 32, 52, 75, 100)]


def theme() -> dict[str, Any]:
    """Altair theme of the book, as a Vega-Lite ``config`` (see :func:`use_theme`)."""
    text = {"fontSize": FONT_SIZE, "color": INK, "fill": INK}
    axis = {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": FONT_SIZE,
        "titleFontSize": FONT_SIZE,
        "titleFontWeight": "normal",
        "gridColor": FAINT,
        "domainColor": "color-mix(in srgb, currentColor 45%, transparent)",
        "tickColor": "color-mix(in srgb, currentColor 45%, transparent)",
        "labelLimit": 240,
        "titlePadding": 8,
    }
    return {
        "config": {
            "background": "transparent",
            "aria": False,
            "font": "Liberation Sans",  # its widths are those of Arial and Helvetica
            "padding": 2,
            "view": {"stroke": None, "continuousHeight": 300, "discreteHeight": {"step": 24}},
            "locale": {
                "number": {
                    "decimal": ".",
                    "thousands": THIN_SPACE,
                    "grouping": [3],
                    "currency": ["", ""],
                    "minus": "\u2212",
                }
            },
            "axis": axis,
            "axisY": {"domain": False, "ticks": False, "labelPadding": 6},
            "axisX": {"labelFlush": False},
            "axisQuantitative": {"tickCount": 5},
            "axisBand": {"grid": False},
            "header": {
                "labelColor": INK,
                "titleColor": INK,
                "labelFontSize": FONT_SIZE,
                "titleFontSize": FONT_SIZE,
                "titleFontWeight": "normal",
            },
            "legend": {
                "labelColor": INK,
                "titleColor": INK,
                "labelFontSize": FONT_SIZE,
                "titleFontSize": FONT_SIZE,
                "titleFontWeight": "normal",
                "orient": "top",
                "labelLimit": 280,
                "symbolStrokeWidth": 2,
            },
            "range": {"category": COLOURS, "ordinal": TINTS},
            "mark": {"color": ACCENT, "tooltip": None},
            "bar": {"color": ACCENT},
            "point": {"color": ACCENT, "filled": True, "size": 70, "opacity": 1},
            "line": {"color": ACCENT, "strokeWidth": 2.2},
            "rule": {"color": INK},
            "text": text,
            "title": {"color": INK, "fontSize": FONT_SIZE, "fontWeight": "bold", "anchor": "start"},
        }
    }


def use_theme() -> None:
    """Make every chart of this session the book's: theme, renderer, no row limit.

    Call it once in a chapter's first cell.
    """
    import altair as alt

    alt.theme.register("seventeen_elements", enable=True)(theme)
    alt.renderers.register("seventeen_elements", _render)
    alt.renderers.enable("seventeen_elements")
    alt.data_transformers.disable_max_rows()


def tips(**titles: str) -> list[alt.Tooltip]:
    """Tooltips of several columns: ``tips(country="Country", mt="Reserves (million t REO)")``."""
    import altair as alt

    return [alt.Tooltip(column, title=title) for column, title in titles.items()]


def source(*frames: pd.DataFrame, narrow: dict | None = None) -> dict[str, Any]:
    """What a chart stands on, for its ``usermeta``: tables, editions, sources, units.

    Pass the frames that the chart's rows were taken from, as :func:`rare_earths.load` gave
    them or filtered: the source line then names the editions and publications of just those
    rows.

    Parameters
    ----------
    *frames
        One or more frames that still carry ``.attrs["table"]``.
    narrow
        Changes to the specification for a narrow screen (a JSON merge patch), where the
        automatic change of width is not enough.

    Raises
    ------
    ValueError
        If a frame does not say which table it comes from, or is empty.
    """
    entries: dict[str, dict] = {}
    titles, units = {}, {}
    for frame in frames:
        table = frame.attrs.get("table")
        if not table:
            raise ValueError("this frame names no table; pass what load() returned, or rows of it")
        if frame.empty:
            raise ValueError(f"no rows of table {table!r} are left: a chart of nothing")
        entry = entries.setdefault(table, {"table": table, "editions": [], "keys": []})
        entry["as_of"] = frame.attrs["as_of"]
        for part, found in (
            ("editions", _distinct(frame, "edition")),
            ("keys", _distinct(frame, "source", split=True) or list(frame.attrs["sources"])),
        ):
            entry[part] += [one for one in found if one not in entry[part]]
        titles |= frame.attrs["titles"]
        units |= frame.attrs["units"]
    if not entries:
        raise ValueError("source() takes at least one frame")
    return {"sources": list(entries.values()), "titles": titles, "units": units} | (
        {"narrow": narrow} if narrow else {}
    )


def _distinct(frame: pd.DataFrame, column: str, *, split: bool = False) -> list[str]:
    if column not in frame:
        return []
    values = frame[column].dropna()
    if split:  # publications: those that most rows rest on first
        values = values.str.split(";").explode()
        return [key for key, _ in sorted(Counter(values).items(), key=lambda kv: (-kv[1], kv[0]))]
    return sorted(values.unique())


def _render(spec: dict, **_: Any) -> dict[str, Any]:
    """Altair renderer: the specification with no more columns than it draws."""
    words = set(_words({k: v for k, v in spec.items() if k not in ("datasets", "usermeta")}))
    columns: dict[str, None] = {}  # notebooks are saved with sorted keys: remember the order
    for name, rows in spec.get("datasets", {}).items():
        columns |= dict.fromkeys(k for row in rows[:1] if isinstance(row, dict) for k in row)
        spec["datasets"][name] = [{k: v for k, v in row.items() if k in words} for row in rows]
    if meta := spec.get("usermeta"):
        meta["columns"] = [column for column in columns if column in words]
        for part in ("titles", "units"):
            if part in meta:
                meta[part] = {k: v for k, v in meta[part].items() if k in words}
    bundle = {VEGALITE_MIME: spec, "text/plain": spec.get("description", "chart")}
    if "RARE_EARTHS_TRACE" in os.environ:  # the book is being built: the site draws the chart
        return bundle
    return bundle | _for_notebooks(spec)


def _for_notebooks(spec: dict) -> dict[str, Any]:
    """What notebook programs show: Vega-Lite 5, which JupyterLab knows, and a picture for others."""
    plain = json.loads(json.dumps(spec).replace(HATCH, PALETTE["muted"][0]))
    plain["usermeta"] = {"embedOptions": {"renderer": "svg"}}  # a canvas knows no CSS colours
    config = plain.setdefault("config", {})
    config["background"] = "white"
    config["view"] = {**config.get("view", {}), "continuousWidth": _NOTEBOOK_WIDTH}
    if not _PARTS & plain.keys():  # steps of height want a width, which the site's painter sets
        plain.setdefault("width", _NOTEBOOK_WIDTH)
    shown = {_VEGALITE_5_MIME: plain}
    with suppress(ImportError):  # of the extra `book`
        import vl_convert

        shown["image/svg+xml"] = vl_convert.vegalite_to_svg(plain)
    return shown


def _words(node: Any):
    """Every identifier in the specification's strings: the columns it may refer to."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from _words(value)
    elif isinstance(node, list):
        for value in node:
            yield from _words(value)
    elif isinstance(node, str):
        yield node
        yield from re.findall(r"\w+", node)
