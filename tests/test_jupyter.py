"""Promise: a chapter opens and runs in JupyterLab as it is, saving it loses nothing, and the charts
are there; they are there too in a book built without our extension.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import jupytext
import pytest
import yaml
from conftest import CHAPTERS
from test_chapters import specs
from test_contribute import book_of_one

from rare_earths import charts

BIN = Path(sys.executable).parent
CHAPTER = "book/supply/reserves-and-mines.md"
SHOWN = {"application/vnd.vegalite.v5+json", "image/svg+xml"}  # JupyterLab 4; the others

pytestmark = pytest.mark.xdist_group("jupyter")


def environment(folder: Path) -> dict[str, str]:
    """As of a user without settings, outside a build of the book."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("RARE_EARTHS")}
    places = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "RUNTIME")}
    return inherited | places | {"PATH": f"{BIN}{os.pathsep}{inherited['PATH']}"}


class Lab:
    """A running JupyterLab, spoken to as the page in the browser does."""

    def __init__(self, folder: Path):
        self.runtime = folder / "RUNTIME"
        (found,) = self.runtime.glob("jpserver-*.json")
        self.about = json.loads(found.read_text("utf-8"))

    def ask(self, method: str, path: str, body: dict | None = None) -> dict:
        request = urllib.request.Request(
            self.about["url"] + path,
            method=method,
            data=json.dumps(body).encode() if body else None,
            headers={"Authorization": f"token {self.about['token']}"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or "{}")


@pytest.fixture(scope="module")
def lab(root, tmp_path_factory):
    """JupyterLab on a folder with one chapter and the settings of the repository."""
    folder = tmp_path_factory.mktemp("lab")
    work = folder / "work"
    (work / CHAPTER).parent.mkdir(parents=True)
    shutil.copy(root / CHAPTER, work / CHAPTER)
    shutil.copy(root / "jupytext.toml", work)
    command = [str(BIN / "jupyter-lab"), "--no-browser", "--allow-root", "--ServerApp.port=0"]
    with open(folder / "log", "w") as log:
        server = subprocess.Popen(
            [*command, f"--ServerApp.root_dir={work}"],
            cwd=work, env=environment(folder), stdout=log, stderr=log,
        )  # fmt: skip
    try:
        for _ in range(120):
            if list((folder / "RUNTIME").glob("jpserver-*.json")):
                break
            time.sleep(0.5)
        else:
            pytest.fail((folder / "log").read_text())
        yield Lab(folder)
    finally:
        server.terminate()
        server.wait(30)


def opened(lab: Lab) -> dict:
    return lab.ask("GET", f"api/contents/{CHAPTER}?type=notebook&content=1")["content"]


def test_a_chapter_opens_as_a_notebook_with_all_its_cells(lab, root):
    notebook = opened(lab)
    ours = [cell.source for cell in jupytext.read(root / CHAPTER).cells]
    assert ["".join(cell["source"]) for cell in notebook["cells"]] == ours
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"


def test_a_chapter_runs_and_shows_its_charts(lab):
    from jupyter_client import BlockingKernelClient

    cells = [cell for cell in opened(lab)["cells"] if cell["cell_type"] == "code"]
    kernel = lab.ask("POST", "api/kernels", {"name": "python3"})["id"]
    client = BlockingKernelClient(connection_file=str(lab.runtime / f"kernel-{kernel}.json"))
    client.load_connection_file()
    client.start_channels(hb=False)  # a busy machine may miss a beat
    try:
        client.wait_for_ready(timeout=60)
        for cell in cells:
            messages = []
            reply = client.execute_interactive(
                "".join(cell["source"]), output_hook=messages.append, timeout=120
            )["content"]
            assert reply["status"] == "ok", reply
            data = [m["content"]["data"] for m in messages if "data" in m["content"]]
            if "figure" in cell["metadata"].get("mystnb", {}):
                assert len(data) == 1 and data[0].keys() >= SHOWN
                assert "<svg" in data[0]["image/svg+xml"]
    finally:
        client.stop_channels()
        lab.ask("DELETE", f"api/kernels/{kernel}")


def test_saving_a_chapter_keeps_its_head_and_its_cells(lab, root):
    notebook = opened(lab)
    lab.ask("PUT", f"api/contents/{CHAPTER}", {"type": "notebook", "content": notebook})
    before, after = ((folder / CHAPTER).read_text("utf-8") for folder in (root, lab_folder(lab)))
    head = [yaml.safe_load(text.split("---\n")[1]) for text in (before, after)]
    assert head[1]["myst"] == head[0]["myst"] and head[1]["jupytext"] == head[0]["jupytext"]
    cells = [jupytext.reads(text, "md:myst").cells for text in (before, after)]
    assert [(c.source, c.metadata) for c in cells[1]] == [(c.source, c.metadata) for c in cells[0]]


def lab_folder(lab: Lab) -> Path:
    return Path(lab.about["root_dir"])


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.docname)
def test_every_chart_can_be_drawn_by_notebook_programs(chapter, executed):
    for cell, spec in specs(executed[chapter.docname]):
        assert "<svg" in charts._for_notebooks(spec)["image/svg+xml"], cell.metadata["mystnb"]


def test_without_our_extension_the_charts_are_pictures(small_book):
    """How to leave: Jupyter Book alone builds the chapter, and MyST-NB shows what cells return."""
    book_of_one(small_book, "supply/plain", "What is left?")
    config = yaml.safe_load((small_book / "_config.yml").read_text("utf-8"))
    config["sphinx"]["config"]["extensions"].remove("rare_earths.site")
    (small_book / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    done = subprocess.run(
        [str(BIN / "jupyter-book"), "build", "."],
        cwd=small_book, env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    html = (small_book / "_build" / "html" / "book" / "supply" / "plain.html").read_text("utf-8")
    assert html.count(".svg") >= 4 and "<figure" in html
    assert "Cerium is the most common rare earth" in html and "glue:text" not in html
