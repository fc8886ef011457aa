"""The site around the chapters: styles, scripts, and what the theme adds."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

import rare_earths
from rare_earths import charts

YEAR = "2026"  # of this version, for citations
_STATIC = Path(__file__).parent / "static"


def palette_css() -> str:
    """The palette as CSS custom properties: light, dark, and for print."""

    def block(selector: str, colours: dict[str, str], paper: str) -> str:
        lines = [f"  --chart-{name}: {colour};" for name, colour in colours.items()]
        return f"{selector} {{\n" + "\n".join([*lines, f"  --chart-paper: {paper};"]) + "\n}\n"

    light, dark = ({name: pair[i] for name, pair in charts.PALETTE.items()} for i in (0, 1))
    paper = "var(--pst-color-background)"
    no_choice = "html:not([data-theme])"  # pages without the theme's switch
    return (
        block(":root", light, paper)
        + block('html[data-theme="dark"]', dark, paper)
        + f"@media (prefers-color-scheme: dark) {{\n{block(no_choice, dark, paper)}}}\n"
        + f"@media print {{\n{block('html, html[data-theme]', charts.PRINT, '#ffffff')}}}\n"
    )


def configure(app: Sphinx, config) -> None:
    """Favicon, our template over the theme's, and what that template prints."""
    config.html_favicon = config.html_favicon or str(_STATIC / "favicon.svg")
    config.templates_path.append(str(Path(__file__).parent / "templates" / "theme"))
    config.html_context |= {"book_version": rare_earths.__version__, "book_year": YEAR}


def add_assets(app: Sphinx) -> None:
    """Our style and script, beside the palette written from the package's own."""
    generated = Path(app.doctreedir).parent / ".generated"
    generated.mkdir(parents=True, exist_ok=True)
    (generated / "palette.css").write_text(palette_css(), encoding="utf-8")
    app.config.html_static_path.extend([str(_STATIC), str(generated)])
    app.add_css_file("palette.css")
    app.add_css_file("book.css")
    app.add_js_file("book.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    app.connect("config-inited", configure, priority=100)  # before Sphinx looks for the files
    app.connect("builder-inited", add_assets)
