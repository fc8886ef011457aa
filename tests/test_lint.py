"""Promise: `make lint` finds what is wrong in the sources, names file and line, and says what to do;
each test has the mark of one gate."""

import re
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

from rare_earths.site import new_chapter

CHAPTER = "book/supply/recycling.md"


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """A small repository without faults: one chapter, one module, the lists and settings."""
    root = tmp_path_factory.mktemp("lint")
    for folder in ("book/supply", "data", "src", "tests", "tools", "benchmarks", "teach"):
        (root / folder).mkdir(parents=True)
    for name in ("pyproject.toml", "CITATION.cff", "_config.yml", "_toc.yml", "data/sources.bib"):
        shutil.copy(ROOT / name, root / name)
    (root / "index.md").write_text("# A book\n", encoding="utf-8")
    (root / "src" / "reserves.py").write_text("SHARE = 1\n", encoding="utf-8")
    new_chapter.write(root, CHAPTER.removeprefix("book/").removesuffix(".md"), "Who recycles?")
    return root


def lint(root):
    return subprocess.run(
        [sys.executable, str(ROOT / "tools" / "lint.py")],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_this_repository_has_no_fault(root):
    done = lint(root)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_clean_one_passes_without_a_word(clean):
    done = lint(clean)
    assert done.returncode == 0 and done.stdout == "", done.stdout + done.stderr


# Fault -> file, what stands there, what instead (None: nothing), what the message says.
FAULTS = {
    "an unused import": (
        "src/reserves.py", "SHARE", "import os\n\nSHARE",
        [r"src/reserves\.py:1:\d+: F401", r"mend with \.venv/bin/ruff check --fix"],
    ),
    "a line laid out otherwise": (
        "src/reserves.py", "SHARE = 1", "SHARE=1",
        [r"src/reserves\.py:1", r"mend with \.venv/bin/ruff format"],
    ),
    "a name that no cell knows": (
        CHAPTER, "ree.use_theme()", "ree.use_theme(them)",
        [r"book/supply/recycling\.md:22:\d+: F821 .*them", r"ruff rule"],
    ),
    "a word misspelt": (
        CHAPTER, "One comparison a chart", "One " + "compari" + "sion a chart",
        [r"recycling\.md:\d+: compari\wion ==> comparison", r"ignore-words-list"],
    ),
    "a key twice": (
        "_config.yml", "author:", "author: nobody\nauthor:",
        [r"_config\.yml:\d+:\d+: \[error\] duplication of key", r"correct the line"],
    ),
    "no limits named": (
        CHAPTER, "## What this does not show", "## Limits",
        [r"recycling\.md: no section “## What this does not show”", r"make chapter NAME="],
    ),
    "sections in another order": (
        CHAPTER, "## Key points", "## Check yourself\n\n## Key points",
        [r"recycling\.md, line \d+: “Check yourself” stands too early"],
    ),
    "a long answer": (
        CHAPTER, "## The answer in 60 seconds\n", "## The answer in 60 seconds\n" + "and so on " * 30,
        [r"recycling\.md, line \d+: the 60-second answer has \d+ words; expected at most 90"],
    ),
    "no quiz": (CHAPTER, "```{quiz}", "```{note}", [r"recycling\.md: has not the quiz"]),
    "an exercise without solution": (
        CHAPTER, ":::{dropdown} Solution\nThulium.\n:::\n", "",
        [r"recycling\.md: 3 exercises with 2 solutions"],
    ),
    "a picture pasted in": (
        CHAPTER, "Each step of the scale", "![](data:image/png;base64,AAAA) Each step of the scale",
        [r"recycling\.md, line \d+: a picture pasted into the text"],
    ),
    "an entry without day": (
        "data/sources.bib", "  urldate = {2026-11-21},\n", "",
        [r"data/sources\.bib, line 1: 999magnet-history has a url; expected urldate"],
    ),
    "a list that cannot be read": (
        "data/sources.bib", "title = {{History", "title {{History",
        [r"data/sources\.bib: .*line 3.*expected BibTeX"],
    ),
    "another version cited": (
        "CITATION.cff", "version: 0.1.0", "version: 9.9.9",
        [r"CITATION\.cff: version is 9\.9\.9, in pyproject\.toml 0\.1\.0"],
    ),
    "nobody to cite": (
        "CITATION.cff", "authors:\n  - name:", "authors:\n  - title:",
        [r"CITATION\.cff: an author without name"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_named_with_what_to_do(clean, fault):
    name, old, new, messages = FAULTS[fault]
    path = clean / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} not in {name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    try:
        done = lint(clean)
    finally:
        path.write_text(text, encoding="utf-8")
    assert done.returncode == 1 and "make lint found faults" in done.stdout
    for message in messages:
        assert re.search(message, done.stdout), done.stdout


def test_results_and_missing_notes_are_named(clean):
    notebook, notes = clean / "book" / "a.ipynb", clean / CHAPTER.replace(".md", ".teach.yml")
    notebook.write_text("{}", encoding="utf-8")
    kept = notes.read_text(encoding="utf-8")
    notes.unlink()
    try:
        said = lint(clean).stdout
    finally:
        notebook.unlink()
        notes.write_text(kept, encoding="utf-8")
    assert "book/a.ipynb: an .ipynb file holds results; expected a text notebook" in said
    assert "recycling.md: no recycling.teach.yml beside it" in said


def test_every_gate_has_tests_and_is_named_in_the_guides(root):
    makefile = (root / "Makefile").read_text("utf-8")
    gates = re.findall(r"pytest -m (\w+)", makefile)
    assert gates == ["data", "chapters", "site", "browser"], "fast to slow"
    for gate in ["lint", *gates, "test"]:
        assert re.search(rf"^{gate}:", makefile, flags=re.M), gate
        for guide in ("README.md", "CONTRIBUTING.md"):
            assert f"make {gate}" in (root / guide).read_text("utf-8"), f"{guide}: make {gate}"


def test_each_test_belongs_to_one_gate(request):
    gates = {"data", "chapters", "site", "browser"}
    for item in request.session.items:
        assert len(gates & {mark.name for mark in item.iter_markers()}) == 1, item.nodeid
