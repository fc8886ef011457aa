"""Promise: each chapter can be taken along as a notebook, shows its results anywhere, and runs."""

import os
import subprocess
import sys
from urllib.parse import urljoin

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import CHAPTERS
from nbclient import NotebookClient

from rare_earths.numbers import NUMBER_MIME
from rare_earths.site import notebooks
from rare_earths.site.number_records import GLUED

NAMES = [chapter.docname for chapter in CHAPTERS]
TRIED = "book/elements/what-are-rare-earths"
NO_NETWORK = """\
import socket
_known = socket.getaddrinfo
def getaddrinfo(host, *rest, **more):
    if host not in ("localhost", "127.0.0.1", None):
        raise OSError(f"no network: {host}")
    return _known(host, *rest, **more)
socket.getaddrinfo = getaddrinfo
"""


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


def test_a_notebook_runs_with_nothing_of_ours_but_the_wheel(site, tmp_path):
    installed, hidden, elsewhere = (tmp_path / name for name in ("installed", "hidden", "work"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", str(installed), str(site / notebooks.WHEEL)], check=True)
    hidden.mkdir()
    for name in ("myst_nb", "sphinx", "vl_convert"):  # what only the site needs
        (hidden / f"{name}.py").write_text(f"raise ImportError('no {name} here')\n")
    (hidden / "sitecustomize.py").write_text(NO_NETWORK)
    elsewhere.mkdir()
    notebook = read(site, TRIED)
    notebook.cells.append(nbformat.v4.new_code_cell("print(ree.__file__)"))
    asks = "import socket\ntry: socket.getaddrinfo('example.org', 443)\nexcept OSError as no: print(no)"
    notebook.cells.append(nbformat.v4.new_code_cell(asks))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RARE_EARTHS")}
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": elsewhere}}
    )
    client.execute(env=environment | {"PYTHONPATH": f"{hidden}{os.pathsep}{installed}"})
    assert str(installed) in notebook.cells[-2].outputs[0].text
    assert "no network" in notebook.cells[-1].outputs[0].text
    assert any("text/html" in data for data in outputs(notebook)), "charts for any viewer"
    offered = [data[NUMBER_MIME] for data in outputs(read(site, TRIED)) if NUMBER_MIME in data]
    computed = [data[GLUED] for data in outputs(notebook) if GLUED in data]
    assert computed == offered and len(computed) > 10
