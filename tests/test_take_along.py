"""Promise: what a pupil takes home runs there, to the same results, without a network.

Home is an environment of its own. It holds the book's wheel from the site, a Jupyter kernel, and
what these two ask for, in the versions that requirements.txt pins; nothing else of the book's.
Some of the notebooks run here, and all by hand: ``BOOK_NOTEBOOKS=all pytest tests/test_take_along.py``.
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import nbformat
import pytest
import yaml
from conftest import CHAPTERS, ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from taught import EACH, notes

from rare_earths.numbers import NUMBER_MIME, number
from rare_earths.site import notebooks
from rare_earths.site.number_records import GLUED
from rare_earths.site.teach import units

KERNEL = ["ipykernel", "nbclient"]
NAMES = [chapter.docname for chapter in CHAPTERS]
# Among them they import all that any chapter imports: a test sees to it.
TAKEN = [
    "book/elements/what-are-rare-earths",
    "book/supply/the-chokepoint",
    "book/deal/what-lies-under-ukraine",
    "book/deal/what-was-signed",
]
# Two numbers of an answer that explain why its last step cannot be done.
NOT_IN_THE_TABLE = {"lists_uk_known", "lists_uk_2024"}
REFUSE_NETWORK = """\
import sys

def refuse(event, arguments):
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # else a file of this machine
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in (None, "", "localhost", "127.0.0.1", "::1"):
        raise OSError(f"no network here: {host}")

sys.addaudithook(refuse)
"""


def pins() -> dict[str, str]:
    """Name -> version, of all that requirements.txt locks for this Python and system."""
    lines = re.findall(r"^(\w.*?) *\\$", (ROOT / "requirements.txt").read_text("utf-8"), flags=re.M)
    locked = [one for one in map(Requirement, lines) if not one.marker or one.marker.evaluate()]
    return {one.name: str(one.specifier).removeprefix("==") for one in locked}


def closure(requirements: list[str]) -> dict[str, metadata.Distribution]:
    """Name -> installed distribution of all that these requirements ask for, directly or not."""
    found: dict[str, metadata.Distribution] = {}
    waiting = [(Requirement(one), "") for one in requirements]
    while waiting:
        wanted, extra = waiting.pop()
        if wanted.marker and not wanted.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(wanted.name)
        if name in found and not wanted.extras:
            continue
        found[name] = metadata.distribution(name)
        needs = [Requirement(one) for one in found[name].requires or []]
        waiting += [(need, extra) for need in needs for extra in ("", *wanted.extras)]
    return found


def put(distribution: metadata.Distribution, packages: Path) -> None:
    """Link what an installed distribution holds into another environment; its programs stay."""
    for entry in {file.parts[0] for file in distribution.files} - {"..", "__pycache__"}:
        here, there = distribution.locate_file(entry), packages / entry
        if entry.endswith(".dist-info"):  # by which installers know it; they follow no link
            shutil.copytree(here, there)
        else:
            there.symlink_to(here)


class Home:
    """An environment without a network, to run programs in."""

    def __init__(self, folder: Path, wheel: Path):
        self.folder = folder
        venv.create(folder / "env", symlinks=True)
        self.python = folder / "env" / "bin" / "python"
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        packages = folder / "env" / "lib" / version / "site-packages"
        (declared,) = metadata.distributions(path=[str(wheel)])
        for distribution in closure([*declared.requires, *KERNEL]).values():
            put(distribution, packages)
        # this looks for what the wheel asks for, and would fail if one were not there
        install = [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "install",
            "--quiet",
            "--no-index",
            "--no-cache",
        ]
        subprocess.run([*install, "--python", self.python, wheel], check=True)
        (packages / "refuse_network.py").write_text(REFUSE_NETWORK)
        (packages / "refuse_network.pth").write_text("import refuse_network\n")

    def run(self, *arguments) -> subprocess.CompletedProcess:
        environment = {"HOME": str(self.folder), "PATH": f"{self.python.parent}:{os.defpath}"}
        return subprocess.run(
            [self.python, *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
        )


@pytest.fixture(scope="session")
def home(site, tmp_path_factory) -> Home:
    return Home(tmp_path_factory.mktemp("home"), site / notebooks.WHEEL)


def test_home_holds_what_the_wheel_and_a_kernel_ask_for_as_locked(home):
    listed = home.run("-c", "from importlib import metadata as m; "
                      "print(*(f'{d.name}=={d.version}' for d in m.distributions()))")  # fmt: skip
    there = dict(one.split("==") for one in listed.stdout.split())
    there = {canonicalize_name(name): version for name, version in there.items()}
    assert there.pop("rare-earths")
    assert {"pandas", "altair", *KERNEL} <= set(there)
    assert there.items() <= pins().items()
    assert not {"sphinx", "myst-nb", "jupyter-book", "vl-convert-python", "pip"} & set(there)


@pytest.mark.parametrize("host", ["example.org", "192.0.2.1"])
def test_home_has_no_network(home, host):
    done = home.run("-c", f"import socket; socket.create_connection(('{host}', 443), 1)")
    assert f"no network here: {host}" in done.stderr


def results(notebook: nbformat.NotebookNode) -> list[list]:
    """What the code cells show, cell by cell: numbers, tables and texts; of a chart, that it is one."""
    return [[shown(one) for one in cell.outputs if shown(one)] for cell in code(notebook)]


def code(notebook: nbformat.NotebookNode) -> list:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(output: nbformat.NotebookNode):
    data = output.get("data", {})
    if record := data.get(NUMBER_MIME) or data.get(GLUED):
        return record
    if "text/markdown" in data:  # the caption above a picture, in the notebook to download
        return None
    if "image/svg+xml" in data or "vega-embed" in data.get("text/html", ""):
        return "chart"
    return data.get("text/html") or data.get("text/plain") or output.get("text")


@pytest.mark.parametrize("name", NAMES if os.environ.get("BOOK_NOTEBOOKS") == "all" else TAKEN)
def test_a_notebook_runs_at_home_to_the_same_results(site, home, name):
    offered = site / f"{name}.ipynb"
    taken = home.folder / f"{name.replace('/', '-')}.ipynb"
    shutil.copy(offered, taken)
    execute = "from nbclient.cli import main; main()"
    done = home.run("-c", execute, "--inplace", "--timeout=300", taken.name)
    assert done.returncode == 0, done.stderr
    expected, computed = (results(nbformat.read(path, as_version=4)) for path in (offered, taken))
    assert computed == expected
    assert sum(map(len, computed)) > 10


def test_the_notebooks_that_run_import_all_that_any_imports(site):
    imported = {name: set(imports(site / f"{name}.ipynb")) for name in NAMES}
    assert set.union(*imported.values()) == set.union(*(imported[name] for name in TAKEN))


def imports(path: Path) -> Iterator[str]:
    """The modules that the cells of a notebook import."""
    for cell in code(nbformat.read(path, as_version=4)):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import):
                yield from (one.name for one in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield node.module


@pytest.fixture(scope="session")
def done_tasks(site, home) -> dict[str, dict]:
    """Chapter -> what its spreadsheet task gives, done at home from the class files."""
    folder = home.folder / "class"
    for chapter in CHAPTERS:
        archive = site / f"{units.address(chapter.docname)}-class.zip"
        if archive.is_file():
            zipfile.ZipFile(archive).extractall(folder)
    done = home.run(ROOT / "tests" / "class_tasks.py", *sorted(folder.iterdir()))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@EACH
def test_the_task_of_the_class_files_gives_what_the_key_says(site, done_tasks, docname):
    notebook = nbformat.read(site / f"{docname}.ipynb", as_version=4)
    data = [output.get("data", {}) for cell in code(notebook) for output in cell.outputs]
    published = {one[NUMBER_MIME]["name"]: one[NUMBER_MIME] for one in data if NUMBER_MIME in one}
    found = done_tasks[docname.rsplit("/", 1)[-1]]
    notes_file = yaml.safe_load((ROOT / units.notes_file(docname)).read_text("utf-8"))
    key = set(re.findall(r"\{(\w+)\}", notes_file["spreadsheet"]["answer"]))
    assert set(found) == key - NOT_IN_THE_TABLE
    for name, value in found.items():
        text = published[name]["text"]
        digits = len(text.partition(".")[2])
        assert text == (value if isinstance(value, str) else number(value, digits)), name
        assert text in notes(docname).spreadsheet.answer, name
