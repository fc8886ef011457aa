"""A chart's picture for use away from the site: SVG with plain colours, and PNG.

The pictures on the pages take their colours from the page (CSS variables, ``currentColor``,
``color-mix``).  Drawing programs, slides and EPUB readers know none of these, so a download has
the light palette written out, a white ground, its own size, a title and a description.
"""

from __future__ import annotations

import hashlib
import re
from html import escape
from pathlib import Path

from rare_earths.site import pixels
from rare_earths.site.files import write_whole

_SCALE = 2  # pixels of a PNG for one of the drawing
INK, GROUND = "#1b1f24", "#ffffff"
_VARIABLE = re.compile(r"var\(--[\w-]+,\s*(#[0-9a-fA-F]{3,8})\)")
_TINT = re.compile(r"color-mix\(in srgb, (#[0-9a-fA-F]{6}) ([\d.]+)%, transparent\)")
_HATCH = (
    '<defs><pattern id="chart-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
    f'patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="6" stroke="{INK}" '
    'stroke-opacity=".45" stroke-width="1.6"/></pattern></defs>'
)


def plain_colour(text: str) -> str:
    """CSS colours of the book in a piece of SVG, written as hexadecimal on a white ground.

    >>> plain_colour("color-mix(in srgb, currentColor 50%, transparent)")
    '#8d8f92'
    """
    text = _VARIABLE.sub(r"\1", text).replace("currentColor", INK)
    return _TINT.sub(lambda match: _mix(match[1], float(match[2]) / 100), text)


def _mix(colour: str, share: float) -> str:
    """The colour laid over the white ground at the given opacity (0-1)."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - (255 - part) * share):02x}" for part in parts)


def standalone(svg: str, title: str, description: str) -> str:
    """A page's inline picture as a file of its own.

    Parameters
    ----------
    svg
        What :class:`rare_earths.site.svg.Painter` drew.
    title, description
        Go into the file's ``<title>`` and ``<desc>``.
    """
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
    start = svg.index(">") + 1
    head = svg[:start].replace(
        "<svg ", f'<svg width="{width}" height="{height}" font-family="Arial, sans-serif" ', 1
    )
    ground = f'<rect width="{width}" height="{height}" fill="{GROUND}"/>'
    hatch = _HATCH if "#chart-hatch" in svg else ""
    words = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    return plain_colour(f"{head}{words}{hatch}{ground}{svg[start:]}")


def png(svg: str) -> bytes:
    """A stand-alone picture as PNG, twice the size in pixels."""
    import vl_convert

    return vl_convert.svg_to_png(svg, scale=_SCALE)


def kept_png(cache: Path, inline: str) -> bytes:
    """A page's inline picture as PNG, kept in the folder; see :func:`png_job`."""
    path, drawing, scale = png_job(cache, inline)
    if not path.is_file():
        write_whole(path, pixels.draw(drawing, scale))
    return path.read_bytes()


def png_job(cache: Path, inline: str) -> tuple[Path, str, int]:
    """What :meth:`rare_earths.site.pixels.Pixels.begin` asks: file (named by a hash of the
    picture), stand-alone drawing, scale."""
    path = cache / f"{hashlib.sha256(inline.encode()).hexdigest()[:32]}.small.png"
    return path, standalone(inline, "", ""), _SCALE
