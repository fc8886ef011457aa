"""Promise: `make serve` shows an edit in the open page by itself, and a slip with file and line,
in the browser as in the terminal.
"""

import re
import subprocess
import sys
import threading

import pytest
from playwright.sync_api import expect
from test_build import edited

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


def test_the_site_itself_knows_nothing_of_the_preview(served):
    pages = list((served[0] / "_build" / "html").rglob("*.html"))
    assert pages and not any("/-/" in path.read_text(encoding="utf-8") for path in pages)
