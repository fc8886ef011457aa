"""The picture that stands for a page where its address is shared: its title and first chart."""

from __future__ import annotations

import hashlib
import re
import textwrap
from html import escape
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from rare_earths.charts import PALETTE
from rare_earths.site import figures, pictures, pixels
from rare_earths.site.files import write_whole
from rare_earths.site.pixels import Pixels

FOLDER = "cards"
SIZE = (1200, 630)  # pixels, as previews of links want them
_PANEL = 410  # width of the part with the title
_MARGIN = 36


def address(docname: str) -> str:
    """Where the card of a page lies, from the site's root."""
    return f"{FOLDER}/{docname.replace('/', '-')}.png"


def words(env: BuildEnvironment, docname: str) -> str:
    """What the card of a page shows, for readers who do not see it."""
    title, chart = env.titles[docname].astext(), first_chart(env, docname)
    return f"{title} {chart['description']}" if chart else title


def first_chart(env: BuildEnvironment, docname: str) -> dict | None:
    """Record of the first chart on a page (:mod:`rare_earths.site.figures`)."""
    return next(iter(env.rare_earths_charts.get(docname, {}).values()), None)


def card(title: str, description: str, chart: dict | None) -> str:
    """SVG of one card: the title beside the chart, or where there is none, the description."""
    width, height = SIZE
    x, room = _PANEL + _MARGIN, width - _PANEL - 2 * _MARGIN
    size = 46 if len(title) < 60 else 38
    if chart:
        picture = pictures.standalone(chart["svg"]["wide"], chart["caption"], chart["description"])
        place = f'<svg x="{x}" y="{_MARGIN}" width="{room}" height="{height - 2 * _MARGIN}"'
        body = re.sub(r'^<svg width="[\d.]+" height="[\d.]+"', place, picture)
    else:
        body = _text(description, x, 36, room, pictures.INK)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'font-family="Arial, sans-serif"><rect width="{width}" height="{height}" '
        f'fill="{pictures.GROUND}"/><rect width="{_PANEL}" height="{height}" '
        f'fill="{PALETTE["accent"][0]}"/><text x="{_MARGIN}" y="66" font-size="26" '
        'fill="#ffffff">Seventeen Elements</text>'
        f"{_text(title, _MARGIN, size, _PANEL - 2 * _MARGIN, '#ffffff')}{body}</svg>"
    )


def _text(text: str, x: int, size: int, room: int, colour: str) -> str:
    """Text in lines of about `room` pixels, below the name of the book."""
    lines = textwrap.wrap(text, int(room / (0.52 * size)), break_long_words=False)
    rows = "".join(
        f'<tspan x="{x}" y="{160 + number * size * 1.25:.0f}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text font-size="{size}" fill="{colour}">{rows}</text>'


def begin(app: Sphinx, env: BuildEnvironment) -> None:
    """Have the cards drawn that changed, while the pages are written."""
    app.rare_earths_pixels = None
    wanted = {_kept(app, svg): svg for svg in _drawings(app).values()}
    missing = {path: svg for path, svg in wanted.items() if not path.is_file()}
    if missing and app.builder.name == "html":
        app.rare_earths_pixels = Pixels()
        for path, svg in missing.items():
            app.rare_earths_pixels.begin(path, svg)
        app.rare_earths_pixels.close()


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Put the cards into the site; remove those of pages that are gone."""
    if exception or app.builder.name != "html":
        return
    if app.rare_earths_pixels:
        app.rare_earths_pixels.wait()
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    wanted = set()
    for docname, svg in _drawings(app).items():
        kept, path = _kept(app, svg), Path(app.outdir) / address(docname)
        if not kept.is_file():
            write_whole(kept, pixels.draw(svg, 1))
        content = kept.read_bytes()
        wanted.add(path)
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)
    for path in set(folder.iterdir()) - wanted:
        path.unlink()


def _drawings(app: Sphinx) -> dict[str, str]:
    """Page -> SVG of its card."""
    env = app.env
    return {
        docname: card(
            env.titles[docname].astext(),
            env.metadata[docname].get("rare_earths_description", ""),
            first_chart(env, docname),
        )
        for docname in env.found_docs
    }


def _kept(app: Sphinx, svg: str) -> Path:
    name = f"card-{hashlib.sha256(svg.encode()).hexdigest()[:32]}.png"
    return figures.painter(app).cache / name


def setup(app: Sphinx) -> None:
    app.connect("env-updated", begin)
    app.connect("build-finished", write_files)
