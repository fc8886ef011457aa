"""Promise: every page is open to all readers, private, small, and as wide as their screen.

All pages of the book, and some of the many of single charts, tables, lessons and translations;
``make checks`` opens every page of the site. Each is visited once (tests/browser/reading.py says
how), and every test asserts one thing seen on that visit. What ``make checks`` found by axe is kept
in ``book/about/checks.json``, and the page about accessibility prints it.
"""

import json
from collections import Counter
from itertools import pairwise

import axe
import pytest
from site_visits import (
    BOOK,
    CHAPTERS,
    CHART_PAGES,
    DATA_PAGES,
    EVERY_PAGE,
    SHEET,
    SIZES,
    TAUGHT,
    TRANSLATED,
    file_of,
)

from rare_earths.site.hosting import weight

from .conftest import CHECKS
from .reading import NOTHING

PAGE, REQUESTS = 120_000, 10  # bytes of a first visit as a web host sends them (gzip)
SHIFT = 0.005  # of the page's area; a busy machine may paint between two parts of the bar


def sample(pages: list[str], number: int = 5) -> list[str]:
    """The first, the last, and others evenly spaced between them."""
    if len(pages) <= number:
        return pages
    return [pages[round(i * (len(pages) - 1) / (number - 1))] for i in range(number)]


def pytest_generate_tests(metafunc):
    """Tests of one page run in one worker, so that they share a visit."""
    if "page" not in metafunc.fixturenames:
        return
    many = (DATA_PAGES, CHART_PAGES, TAUGHT, TRANSLATED)  # each kind by one template
    pages = [*BOOK, *(page for kind in many for page in sample(kind))]
    if metafunc.config.getoption("--every-page", default=False):
        pages = EVERY_PAGE
    together = [pytest.param(page, marks=pytest.mark.xdist_group(page)) for page in pages]
    metafunc.parametrize("page", together)


def test_axe_finds_no_fault(reading, page, record_property):
    found = reading(page).axe
    record_property("axe", found)
    faults = axe.places(found)
    assert not faults, faults
    touched = reading(page).touched["violations"]
    assert not touched, f"a chart that was touched: {touched}"


def test_the_page_has_a_skeleton(reading, page):
    """Headings leave no level out; the places to navigate have names of their own."""
    skeleton = reading(page).skeleton
    levels, names = skeleton["levels"], skeleton["navigation"]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels)), levels
    assert all(names) and max(Counter(names).values(), default=1) == 1, names


def test_a_visit_leaves_no_trace(reading, page):
    """Read to the end, touch a chart, change the colours: nobody else hears of it."""
    seen = reading(page)
    before, *after = seen.stored
    assert before == NOTHING
    assert all(stored == NOTHING | {"local": ["theme"]} for stored in after)
    assert seen.cookies == [] and seen.foreign == []


def test_the_browser_complains_of_nothing(reading, page):
    """No error, no exception, no breach of the policy of scripts."""
    assert reading(page).complaints == []


def test_a_first_visit_is_small(reading, page, site, address):
    seen = reading(page)
    requests = {url for url in seen.requests[1:] if not url.startswith("data:")}
    names = {page} | {file_of(url, address) for url in requests}
    names.add("_static/favicon.svg")  # not asked for without a window
    if page == "book/about/charts.html":  # one small picture of each chart, as one scrolls to it
        names -= {name for name in names if name.startswith("charts/") and name.endswith(".svg")}
    assert len(names) <= REQUESTS
    assert sum(weight(site / name) for name in names) <= PAGE
    assert not [name for name in names if name.startswith("charts/vega")], "loaded when touched"


def test_nothing_moves(reading, page):
    """Not while the page loads; and later not for those who asked for it."""
    assert max(reading(page).shifts.values()) <= SHIFT, reading(page).shifts
    assert reading(page).moving == 0


def test_nothing_runs_out_of_the_page(reading, page):
    """On a screen, a phone, a small phone, enlarged to 200 %, on paper; with and without script."""
    out = {s: (wide, window) for s, (wide, window) in reading(page).wide.items() if wide > window}
    assert not out
    assert reading(page).cut == []


def test_every_chart_is_there_without_a_script_and_on_paper(reading, page):
    seen = reading(page)
    if page in CHAPTERS:
        assert seen.printed, "a chapter without a chart"
    for state, pictures in seen.without_script.items():
        across = SIZES[state.partition(",")[0]]["width"]
        for one in pictures:
            assert one["seen"] == 1 and one["height"] > 40, f"{state}: {one}"
            assert one["left"] >= -1 and one["right"] <= across + 1, f"{state}: {one}"
    for one in seen.printed:
        assert one["seen"] == 1 and 40 < one["height"] < SHEET["height"], one
    assert seen.unwanted_in_print == 0


def test_words_in_charts_can_be_read(reading, page):
    for width, found in reading(page).words.items():
        assert found["small"] == [] or width == 320
        assert found["cut"] == [], width


def test_the_page_on_accessibility_tells_of_these_rules(reading, request):
    if request.config.getoption("--every-page", default=False):
        pytest.skip("it is about to be written anew")
    kept = json.loads(CHECKS.read_text("utf-8"))
    found = reading("search.html").axe[str(axe.PAPER)]
    again = "run: make checks"
    assert (kept["engine"], kept["standard"]) == (found["engine"], axe.STANDARD), again
    assert (kept["views"], kept["violations"]) == ([str(v) for v in axe.EVERY_VIEW], []), again
