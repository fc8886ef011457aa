"""Promise: the repository is in order: code style, spelling, lock, metadata."""

import re
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest
import yaml

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "src", "tests", "tools"],
        ["ruff", "format", "--check", "src", "tests", "tools"],
        ["codespell"],
    ],
    ids=" ".join,
)
def test_code_style_and_spelling(root, command):
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


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
    assert citation["cff-version"] == "1.2.0" and citation["authors"] and citation["title"]
    assert project["version"] in (root / "CHANGELOG.md").read_text("utf-8")
