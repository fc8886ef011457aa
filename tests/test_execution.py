"""Promise: each chapter runs in a kernel of its own, started warm where the system can fork; what
is edited while it runs, or ends its kernel, goes unnoticed by nobody.
"""

import os
import time

import nbformat
import pytest

from rare_earths.charts import VEGALITE_MIME
from rare_earths.site import drawing, execution, pictures, pixels, svg, warm_kernels
from rare_earths.site.warm_kernels import WarmProcess

HEAD = """---
kernelspec:
  name: python3
  display_name: Python 3
---
# A chapter
"""
FORK = pytest.mark.skipif(not warm_kernels.POSSIBLE, reason="kernels start cold on this system")


def chapter(folder, *cells: str) -> execution.Chapter:
    """A page of these code cells."""
    path = folder / "page.md"
    fences = "".join(f"\n```{{code-cell}} python\n{cell}\n```\n" for cell in cells)
    path.write_text(HEAD + fences, encoding="utf-8")
    return execution.Chapter("page", path)


def printed(folder, cell: str, warm: WarmProcess) -> str:
    """What a page of one cell prints."""
    notebook = execution.execute(chapter(folder, cell), warm).notebook
    (output,) = notebook.cells[-1].outputs
    return output.text.strip()


def runs(pid: int) -> bool:
    """Whether the process is there a second later."""
    for _ in range(10):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.1)
    return True


@FORK
def test_a_warm_kernel_knows_the_libraries_and_none_of_our_code(tmp_path):
    """Else an edit of the package would not reach the chapters."""
    cell = "import sys\nprint(*sorted({'pandas', 'altair', 'rare_earths'} & set(sys.modules)))"
    with WarmProcess() as warm:
        assert printed(tmp_path, cell, warm) == "altair pandas"


@FORK
def test_what_a_chapter_does_to_its_kernel_no_other_chapter_sees(tmp_path):
    cell = "import os, pandas\nprint(hasattr(pandas, 'mark'), os.getppid())\npandas.mark = 1"
    with WarmProcess() as warm:
        first, second = (printed(tmp_path, cell, warm) for _ in "12")
    assert first == second and first.startswith("False")


@FORK
def test_no_process_is_left_behind(tmp_path):
    with WarmProcess() as warm:
        processes = printed(tmp_path, "import os\nprint(os.getpid(), os.getppid())", warm)
        kernel, origin = (int(pid) for pid in processes.split())
        assert not runs(kernel) and runs(origin)
    assert not runs(origin)


def test_without_fork_a_chapter_runs_in_a_plain_kernel(tmp_path, monkeypatch):
    monkeypatch.setattr(warm_kernels, "POSSIBLE", False)
    with WarmProcess() as warm:
        assert printed(tmp_path, "print('ran')", warm) == "ran"


@pytest.mark.parametrize("possible", [True, False])
def test_a_kernel_that_dies_is_reported_with_the_cell(tmp_path, monkeypatch, possible):
    monkeypatch.setattr(warm_kernels, "POSSIBLE", possible and warm_kernels.POSSIBLE)
    page = chapter(tmp_path, "import os", "os._exit(1)", "print('never')")
    with WarmProcess() as warm, pytest.raises(execution.ChapterError) as error:
        execution.execute(page, warm)
    assert "page.md, cell at line 12: its kernel died" in str(error.value)


def test_what_is_edited_while_a_chapter_runs_has_it_run_again(small_book, monkeypatch):
    """A result must not be taken for one of the edited table."""
    run, said = execution.execute, []
    table = small_book / "data" / "reserves.csv"

    def run_and_edit(chapter, warm):
        done = run(chapter, warm)
        table.write_text(table.read_text("utf-8").replace(",44000000,", ",45000000,"), "utf-8")
        return done

    monkeypatch.setattr(execution, "execute", run_and_edit)
    execution.refresh(small_book, small_book / "cache", said.append)
    assert len(said) == 2
    monkeypatch.setattr(execution, "execute", run)
    execution.refresh(small_book, small_book / "cache", said.append)
    assert len(said) == 3 and "one executed" in said[2]


def test_charts_are_drawn_before_sphinx_asks_for_them(small_book, tmp_path, monkeypatch):
    one, _ = execution.chapters(small_book)
    notebook = execution.execute(one).notebook
    drawing.draw([drawing.work_of(notebook.cells)], tmp_path)
    monkeypatch.setattr(svg, "_exact", pytest.fail)
    monkeypatch.setattr(pixels, "draw", pytest.fail)
    ((name, spec),) = drawing.charts_of(notebook.cells)
    for width, mark in ((svg.WIDE, "w"), (svg.NARROW, "n")):
        picture = svg.Painter(tmp_path).draw(spec, width, f"{name}-{mark}")
        assert picture.svg.startswith("<svg")
        if width == svg.WIDE:
            assert pictures.kept_png(tmp_path, picture.svg).startswith(b"\x89PNG")


def test_a_chart_that_cannot_be_drawn_is_left_to_sphinx_which_says_where(tmp_path):
    """And the charts after it are drawn."""
    good = {"data": {"values": [{"x": 1}]}, "mark": "bar", "encoding": {"x": {"field": "x"}}}
    bad = good | {"mark": "no such mark"}
    outputs = [[{"data": {VEGALITE_MIME: spec}}] for spec in (bad, good)]
    cells = [
        {"metadata": {"mystnb": {"figure": {"name": f"fig-{n}"}}}, "outputs": shown}
        for n, shown in enumerate(outputs)
    ]
    drawing.draw([drawing.work_of(nbformat.from_dict(cells))], tmp_path)
    assert len(list(tmp_path.glob("*.json"))) == 2, "wide and narrow"
