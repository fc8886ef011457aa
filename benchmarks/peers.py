"""Two pages to compare ours with: one written by hand, and one of a book with default settings.

Both say what a chapter of ours says, in its own words, and show charts. The page by hand is the
limit: text, inline CSS, three pictures, one file. The other is what ``jupyter-book build`` makes
of the same text and three Altair charts when nobody changes a setting.
"""

from __future__ import annotations

import subprocess
import sys
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup

CHARTS = 3
CSS = (
    "body{max-width:42rem;margin:0 auto;padding:1rem;font:1rem/1.6 system-ui,sans-serif;"
    "color:#111;background:#fff}svg{width:100%;height:auto}:root{--chart-paper:#fff}"
)
CELL = """```{{code-cell}} python
import altair as alt
import rare_earths as ree
rows = ree.load({table})
alt.Chart(rows.head(500)).mark_bar().encode(x="{x}:N", y="count()")
```
"""
NOTEBOOK = """---
file_format: mystnb
kernelspec:
  name: python3
---
"""
TABLES = {
    '"mine_production", series="usgs_mcs"': "country",
    '"reserves"': "country",
    '"elements"': "symbol",
}


def words(page: Path) -> list[tuple[str, str]]:
    """Headings and paragraphs of one of our pages, as (element, text) in their order."""
    article = BeautifulSoup(page.read_text("utf-8"), "html.parser").article
    for aside in article.select("figure, details, aside, .quiz, .cell_input, a.headerlink"):
        aside.decompose()
    return [(one.name, one.get_text(" ", strip=True)) for one in article.select("h1, h2, p")]


def limit(page: Path, folder: Path) -> str:
    """Write the page by hand, with the words and the first charts of `page`; its file name."""
    article = BeautifulSoup(page.read_text("utf-8"), "html.parser").article
    pictures = [str(svg) for svg in article.select(".chart-wide svg")[:CHARTS]]
    texts = [f"<{tag}>{escape(text)}</{tag}>" for tag, text in words(page)]
    step = max(1, len(texts) // (len(pictures) + 1))
    for number, picture in enumerate(pictures, 1):
        texts.insert(number * step + number - 1, picture)
    title = escape(words(page)[0][1])
    (folder / "limit.html").write_text(
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="description" content="{title}"><link rel="icon" href="data:,">'
        f"<style>{CSS}</style></head>\n<body><main>\n"
        + "\n".join(texts)
        + "\n</main></body></html>",
        encoding="utf-8",
    )
    return "limit.html"


def default(pages: list[Path], folder: Path) -> tuple[Path, str]:
    """Build a book of the words of `pages` with default settings; its site, and the first page.

    Only the first page has charts: the others are there for the contents and the search index.
    """
    source = folder / "default"
    source.mkdir()
    (source / "_config.yml").write_text("title: A book\nauthor: Somebody\n", encoding="utf-8")
    names = [f"page{number}" for number in range(len(pages))]
    toc = "".join(f"  - file: {name}\n" for name in names[1:])
    (source / "_toc.yml").write_text(
        f"format: jb-book\nroot: {names[0]}\nchapters:\n{toc}", encoding="utf-8"
    )
    for name, page in zip(names, pages, strict=True):
        marks = {"h1": "# ", "h2": "## ", "p": ""}
        texts = [marks[tag] + _plain(text) for tag, text in words(page)]
        if name == names[0]:
            cells = [CELL.format(table=table, x=x) for table, x in TABLES.items()]
            texts = [NOTEBOOK, *texts, *cells]
        (source / f"{name}.md").write_text("\n\n".join(texts) + "\n", encoding="utf-8")
    program = Path(sys.executable).with_name("jupyter-book")
    done = subprocess.run(
        [program, "build", source], capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise SystemExit(f"error: the default book could not be built\n{done.stdout[-2000:]}")
    site = source / "_build" / "html"
    if "output traceback" in (site / f"{names[0]}.html").read_text("utf-8"):
        raise SystemExit(f"error: a cell of the default page failed: {source}/{names[0]}.md")
    return site, f"{names[0]}.html"


def _plain(text: str) -> str:
    """Text without what MyST would read as markup."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#$|~^" else sign for sign in text)
