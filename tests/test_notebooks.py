"""Promise: each chapter can be taken along as a notebook, shows its results anywhere.

That it runs there: test_take_along.py.
"""

from urllib.parse import urljoin

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import CHAPTERS

from rare_earths.site import notebooks

NAMES = [chapter.docname for chapter in CHAPTERS]
TRIED = "book/elements/what-are-rare-earths"


@pytest.fixture(scope="module")
def base(root) -> str:
    return yaml.safe_load((root / "_config.yml").read_text("utf-8"))["html"]["baseurl"]


def read(site, name) -> nbformat.NotebookNode:
    return nbformat.read(site / f"{name}.ipynb", as_version=4)


def outputs(notebook) -> list[dict]:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [output.get("data", {}) for cell in cells for output in cell.outputs]


@pytest.mark.parametrize("name", NAMES)
def test_each_chapter_offers_a_notebook_with_all_its_results(site, base, name):
    page = BeautifulSoup((site / f"{name}.html").read_text("utf-8"), "html.parser")
    (link,) = page.select(".page-foot a[href$='.ipynb']")
    assert urljoin(f"/{name}.html", link["href"]) == f"/{name}.ipynb"
    notebook = read(site, name)
    nbformat.validate(notebook)
    shown = outputs(notebook)
    pictures = [data["image/svg+xml"] for data in shown if "image/svg+xml" in data]
    assert len(pictures) == len(page.select("figure.chart-figure")) > 0
    assert all("<title>" in picture and "var(" not in picture for picture in pictures)
    assert all("text/plain" in data for data in shown)
    assert not any("papermill" in mime or "vega" in mime for data in shown for mime in data)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert "{glue:text}" not in text and ".md)" not in text and "](../" not in text
    assert f"{base}{notebooks.WHEEL}" in notebook.cells[0].source
    assert (site / notebooks.WHEEL).is_file()


def test_a_notebook_is_the_same_in_every_build(executed):
    made = [nbformat.writes(notebooks.notebook(executed[TRIED], {}, "", TRIED)) for _ in range(2)]
    assert made[0] == made[1]


def test_the_sources_hold_no_outputs(root):
    assert not list((root / "book").rglob("*.ipynb")) and not list(root.glob("*.ipynb"))
    for chapter in CHAPTERS:
        assert not any(cell.get("outputs") for cell in chapter.read().cells)
