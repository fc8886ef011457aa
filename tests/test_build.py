"""Promise: a build does what changed and no more; what is wrong stops it and is named; the
last good site stands.

Each test builds a small book of two chapters with its own copy of two tables.
"""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from rare_earths.site import execution

pytestmark = pytest.mark.xdist_group("small book")  # one book for all of them


def make(book: Path) -> subprocess.CompletedProcess:
    """What ``make book`` runs, on the small book."""
    return subprocess.run(
        [sys.executable, "-m", "rare_earths.site.build"],
        cwd=book, env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip


@contextmanager
def edited(path: Path, old: str, new: str):
    """The file with one passage changed, and as it was afterwards."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} not in {path}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    yield
    path.write_text(text, encoding="utf-8")


def executed(done: subprocess.CompletedProcess) -> set[str]:
    return set(re.findall(r"\] (\w+) executed in", done.stdout))


@pytest.fixture(scope="module")
def built(small_book):
    done = make(small_book)
    assert done.returncode == 0, done.stdout
    assert executed(done) == {"one", "two"}
    return small_book


def page(book: Path, name: str) -> str:
    return (book / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")


def test_only_what_changed_is_executed_again(built):
    assert executed(make(built)) == set()
    with edited(built / "one.md", "The largest is", "By far the largest is"):
        assert executed(make(built)) == set(), "prose alone needs no execution"
        assert "By far the largest is" in page(built, "one")
    with edited(built / "one.md", "mark_bar()", "mark_point()"):
        assert executed(make(built)) == {"one"}


def test_a_changed_figure_shows_on_exactly_the_pages_that_use_it(built):
    make(built)
    assert "44\u202f000\u202f000.0" in page(built, "one")
    before = page(built, "two")
    with edited(built / "data" / "reserves.csv", ",44000000,", ",45000000,"):
        done = make(built)
        assert done.returncode == 0, done.stdout
        assert executed(done) == {"one"}
        assert "45\u202f000\u202f000.0" in page(built, "one")
        assert page(built, "two") == before


def test_a_changed_map_or_correction_has_the_chapters_that_use_it_executed(built, root):
    """Both change what a cell gets, though no table's file changes."""
    maps, corrections = built / "data" / "maps", built / "data" / "corrections.csv"
    shutil.copytree(root / "data" / "maps", maps)
    corrections.write_text(
        "table,key,column,as_published,used,reason,source,date\n"
        "crustal_abundance,symbol=Ce,upper_crust_ppm,63,62,a trial,usgs-mcs-2024,2026-11-21\n"
    )
    with edited(built / "one.md", "ree.use_theme()", "ree.use_theme()\nree.load_map('world')"):
        assert executed(make(built)) == {"one", "two"}
        with edited(maps / "world_110m.topo.json", '"Topology"', ' "Topology"'):
            assert executed(make(built)) == {"one"}
            with edited(corrections, ",63,62,", ",63,61,"):
                assert executed(make(built)) == {"two"}
    shutil.rmtree(maps)
    corrections.unlink()


def test_changed_code_of_the_package_has_every_chapter_executed_that_may_run_it(
    built, root, tmp_path, monkeypatch
):
    shutil.copytree(root / "src", tmp_path / "src")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "src"))
    make(built)
    assert executed(make(built)) == set(), "the same code in another place"
    package = tmp_path / "src" / "rare_earths"
    with edited(package / "site" / "templates" / "chart.html", "chart-foot", "chart-feet"):
        assert executed(make(built)) == set(), "cells do not see the code that writes the pages"
        assert "chart-feet" in page(built, "one")
    with edited(package / "numbers.py", "def publish(", "# a comment\ndef publish("):
        assert executed(make(built)) == {"one", "two"}


def test_the_tests_read_what_the_build_executed(built):
    make(built)
    said = []
    execution.refresh(built, built / "_build" / ".jupyter_cache", said.append)
    assert said == []


FAULTS = {
    "a failing cell": (
        "two.md",
        "ree.use_theme()",
        "ree.use_theme()\n1 / 0",
        [r"two\.md, cell at line 13: ZeroDivisionError: division by zero"],
    ),
    "text in a number column": (
        "data/reserves.csv",
        ",44000000,",
        ",44 million,",
        [
            r"data/reserves\.csv, line \d+, column reserves_tonnes_reo: found '44 million'",
            r"expected a (whole )?number in t REO",
        ],
    ),
    "an unknown source": (
        "data/reserves.csv",
        "usgs-mcs-2024",
        "usgs-mcs-2204",
        [r"data/reserves\.csv, line \d+, column source: found 'usgs-mcs-2204'"],
    ),
    "a chart that draws nothing": (
        "one.md",
        ".mark_bar()",
        '.mark_bar().transform_filter("datum.reserves_tonnes_reo < 0")',
        [r"one\.md, line \d+: chart fig-one-bars: the chart drew no mark"],
    ),
    "a chart without rows": (
        "one.md",
        "alt.Chart(rows)",
        "alt.Chart(rows.iloc[:0])",
        [r"one\.md, line \d+: chart fig-one-bars: has no data"],
    ),
    "a chart without description": (
        "one.md",
        "    description=",
        "    name=",
        [r"chart fig-one-bars: needs \.properties\(description="],
    ),
    "a chart without source": (
        "one.md",
        "usermeta=ree.source(rows),",
        "",
        [r"chart fig-one-bars: needs \.properties\(usermeta=ree\.source"],
    ),
    "a chart without caption": (
        "one.md",
        ':    caption: "One is far larger than the others"\n',
        "",
        [r"chart fig-one-bars: needs a caption"],
    ),
    "a number that is not published": (
        "one.md",
        "`one_largest`.",
        "`one_smallest`.",
        [r"one\.md:\d+: .*one_smallest"],
    ),
    "a broken link": ("index.md", "(two.md)", "(three.md)", [r"index\.md:\d+: .*three\.md"]),
    "settings that are not YAML": (
        "_config.yml",
        "author: ",
        'author: "',
        [r"_config\.yml, line \d+, column \d+: not valid YAML: "],
    ),
    "contents that name no page": (
        "_toc.yml",
        "file: two",
        "file: three",
        [r"_toc\.yml: found 'three', expected a file three\.md"],
    ),
    "a table that is not there": (
        "data/datapackage.json",
        '"reserves.csv"',
        '"reserve.csv"',
        [r"data/reserve\.csv: not found, but datapackage\.json lists it"],
    ),
    "a map that is not there": (
        "one.md",
        "ree.use_theme()",
        "ree.use_theme()\nree.load_map('world')",
        [r"one\.md, cell at line 13: .*data/maps/world_110m\.topo\.json"],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_stops_the_build_and_is_named(built, fault):
    name, old, new, messages = FAULTS[fault]
    site = built / "_build" / "html"
    before = {path: path.read_bytes() for path in site.rglob("*.html")}
    with edited(built / name, old, new):
        done = make(built)
    assert done.returncode != 0
    for message in messages:
        assert re.search(message, done.stdout), done.stdout
    assert "last good site still stands" in done.stdout
    assert {path: path.read_bytes() for path in site.rglob("*.html")} == before


def test_an_interrupted_swap_is_finished_by_the_next_build(built):
    site = built / "_build" / "html"
    site.rename(site.with_name("html.old"))
    with edited(built / "two.md", "ree.use_theme()", "ree.use_theme()\n1 / 0"):
        assert make(built).returncode != 0
    assert "far ahead" in page(built, "one")


def test_an_epub_holds_the_charts_as_described_images(built):
    program = str(Path(sys.executable).with_name("jupyter-book"))
    command = [program, "build", ".", "--builder", "custom", "--custom-builder", "epub"]
    done = subprocess.run(
        [*command, "--path-output", "_build/epub"],
        cwd=built, env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (book,) = (built / "_build" / "epub").rglob("*.epub")
    with zipfile.ZipFile(book) as epub:
        page = epub.read("one.xhtml").decode()
        name = re.search(r'<img[^>]*src="([^"]+)"', page).group(1)
        assert "the largest is far ahead" in page and name.endswith(".svg")
        assert b"var(" not in epub.read(name)


def test_an_old_python_is_told_so(root):
    code = "import sys; sys.version_info = (3, 9, 2); sys.argv = ['environment.py', 'x'];"
    code += "exec(open('tools/environment.py').read())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0 and "Python 3.11 or newer is needed" in done.stderr
