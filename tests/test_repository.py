"""Promise: the repository is in order: lock, metadata, package. Style and spelling: test_lint.py."""

import datetime
import re
import subprocess
import sys
import tomllib
import zipfile
from itertools import chain

import yaml


def test_the_lock_pins_all_that_is_asked_for(root):
    lock = (root / "requirements.txt").read_text("utf-8")
    assert "://" not in lock, "the lock names a registry"
    pinned = set(re.findall(r"^([a-z0-9-]+)==", lock, flags=re.M))
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    for requirement in chain.from_iterable(groups):
        assert re.match(r"[\w-]+", requirement).group() in pinned, requirement


def test_the_citation_file_agrees_with_the_package(root):
    citation = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    assert citation["version"] == project["version"]
    assert project["version"] in (root / "CHANGELOG.md").read_text("utf-8")


def test_the_citation_file_fits_its_format(root):
    """What the Citation File Format 1.2.0 asks of the keys used here."""
    citation = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    required = {"cff-version", "message", "title", "authors"}
    others = {"type", "version", "date-released", "license", "keywords"}
    assert required <= set(citation) <= required | others
    assert citation["cff-version"] == "1.2.0" and citation["type"] in ("software", "dataset")
    assert all(isinstance(citation[key], str) and citation[key] for key in ("message", "title"))
    assert citation["authors"] and all(one["name"] for one in citation["authors"])
    date = citation["date-released"]  # a text of this shape, not a date of YAML
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", date) and datetime.date.fromisoformat(date)
    assert set(citation["license"]) <= {"MIT", "CC-BY-4.0"}, "names of the SPDX list"
    keywords = citation["keywords"]
    assert keywords and all(isinstance(one, str) for one in keywords)
    assert len(set(keywords)) == len(keywords)


def test_the_wheel_carries_the_data(root, tmp_path):
    """``pip install .`` gives ``import rare_earths`` with the tables inside."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=root, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    code = (
        "import rare_earths as ree; from rare_earths.datapackage import data_dir;"
        "print(data_dir(), len(ree.tables()), ree.load_map('world')['type'], len(ree.load('reserves')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "installed"), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    folder, tables, kind, rows = done.stdout.split()
    assert folder == str(tmp_path / "installed" / "rare_earths" / "data")
    assert int(tables) >= 60 and kind == "Topology" and int(rows) > 10
