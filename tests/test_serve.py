"""Promise: `make serve` shows an edit in the open page by itself, and a slip with file and line,
in the browser as in the terminal; files for teachers and translations follow the book.
"""

import re
import subprocess
import sys
import threading
import time

import pytest
from playwright.sync_api import expect
from test_build import edited

from rare_earths.site import serve
from rare_earths.site.warm_kernels import POSSIBLE

pytestmark = pytest.mark.xdist_group("small book, served")
PATIENCE = 120_000  # ms; how fast it is, `make bench` tells


@pytest.fixture(scope="module")
def served(small_book):
    """The book, the address it is served at, and what the terminal shows."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "rare_earths.site.serve", "--port", "0"],
        cwd=small_book, stdout=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    told = []
    for line in process.stdout:
        told.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+/(?= \()", line):
            break
    threading.Thread(target=lambda: told.extend(process.stdout), daemon=True).start()
    yield small_book, found.group(), told
    process.terminate()
    process.wait(30)


@pytest.fixture
def page(served, chromium):
    page = chromium.new_page()
    page.goto(served[1] + "one.html")
    yield page
    page.close()


def test_an_edit_shows_in_the_open_page(served, page):
    book, _, told = served
    with edited(book / "one.md", "The largest is", "By far the largest is"):
        expect(page.get_by_text("By far the largest is")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("By far the largest is")).to_have_count(0, timeout=PATIENCE)
    assert not POSSIBLE or "one is shown; the book follows\n" in told


def test_a_slip_shows_with_file_and_line_until_it_is_mended(served, page):
    book, address, told = served
    alert = page.get_by_role("alert")
    with edited(book / "two.md", "ree.use_theme()", "ree.use_theme()\n1 / 0"):
        expect(alert).to_contain_text(
            "two.md, cell at line 13: ZeroDivisionError", timeout=PATIENCE
        )
        assert any("two.md, cell at line 13: ZeroDivisionError" in line for line in told)
        page.goto(address + "two.html")
        expect(alert).to_contain_text("ZeroDivisionError")
    expect(alert).to_have_count(0, timeout=PATIENCE)


STEP = """
import sys, time
from pathlib import Path
kind = Path(sys.argv[0]).stem
log = open("log", "a")
print(kind, file=log, flush=True)
if kind == "follows":
    how = Path("how").read_text()
    time.sleep(600 if how == "slow" else 0)
    print("ended", file=log, flush=True)
    sys.exit("error: no handout" if how == "broken" else 0)
"""


@pytest.fixture
def steps(tmp_path, monkeypatch):
    """A workshop whose steps only note that they ran, and a way to wait for their notes."""
    for name in ("book", "follows"):
        (tmp_path / f"{name}.py").write_text(STEP, encoding="utf-8")
    monkeypatch.setattr(serve, "BOOK", "book")
    monkeypatch.setattr(serve, "FOLLOWING", ("follows",))
    monkeypatch.setattr(serve.Workshop, "_stand_by", lambda self: None)
    builds = serve.Builds()
    workshop = serve.Workshop(tmp_path, builds)

    def wait_for(*notes):
        for _ in range(PATIENCE // 50):
            if (tmp_path / "log").read_text().split() == list(notes):
                return
            time.sleep(0.05)
        pytest.fail((tmp_path / "log").read_text())

    (tmp_path / "how").write_text("well")
    workshop.begin()
    wait_for("book", "follows", "ended")
    yield workshop, builds, tmp_path / "how", wait_for
    workshop.end()


def test_what_stands_on_the_book_follows_it_and_gives_way_to_the_next_edit(steps):
    workshop, _, how, wait_for = steps
    done = ["book", "follows", "ended"]
    how.write_text("slow")
    workshop.changed([])
    wait_for(*done, "book", "follows")
    how.write_text("well")
    workshop.changed([])
    wait_for(*done, "book", "follows", *done)


def test_what_stops_the_steps_after_the_book_is_told(steps):
    workshop, builds, how, wait_for = steps
    how.write_text("broken")
    workshop.changed([])
    wait_for(*["book", "follows", "ended"] * 2)
    assert builds.after(2) == {"build": 3, "error": "error: no handout\n"}


def test_the_site_itself_knows_nothing_of_the_preview(served):
    pages = list((served[0] / "_build" / "html").rglob("*.html"))
    assert pages and not any("/-/" in path.read_text(encoding="utf-8") for path in pages)
