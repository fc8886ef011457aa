"""Promise: everything that surrounds the text works by keyboard, on a phone and without a script."""

import pytest
from site_visits import CHAPTERS, SIZES, Visit

ABOUT_FOCUS = """() => { const e = document.activeElement, box = e.getBoundingClientRect();
  return {name: e.ariaLabel || e.textContent.trim(), seen: box.top >= 0 && box.left >= 0 &&
    box.bottom <= innerHeight && getComputedStyle(e).outlineStyle !== "none"}; }"""
CHAPTER = CHAPTERS[2]


@pytest.mark.parametrize("size", SIZES)
def test_the_first_stops_of_the_tab_key(chromium, address, size):
    with Visit(chromium, address, CHAPTER, size) as visit:
        stops = []
        for _ in range(6):
            visit.page.keyboard.press("Tab")
            stop = visit.page.evaluate(ABOUT_FOCUS)
            assert stop["seen"], stop["name"]
            stops.append(stop["name"])
        wanted = ["Skip to main content", "Seventeen Elements", "Search the book", "Search"]
        if size == "phone":
            wanted.remove("Search the book")  # the button leads to the page for searching
        assert stops[: len(wanted)] == wanted
        assert stops[len(wanted)] == "Colours: as the system"
        assert stops[len(wanted) + 1] == "Contents"


@pytest.mark.parametrize("page", [CHAPTER, "search.html"])
def test_the_first_link_skips_to_the_text(chromium, address, page):
    with Visit(chromium, address, page) as visit:
        visit.page.keyboard.press("Tab")
        visit.page.keyboard.press("Enter")
        assert visit.page.evaluate("document.activeElement.localName") == "main"
        visit.page.keyboard.press("Tab")
        assert visit.page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("claim", ["am-01", "am-33", "u24-20", "u24-29"])
@pytest.mark.parametrize("size", SIZES)
def test_a_link_leads_to_its_claim_at_once(chromium, address, size, claim):
    """On a page of 67, laid out as far as it is in sight."""
    top = f"document.getElementById('{claim}').getBoundingClientRect().top"
    with Visit(chromium, address, f"book/check/claim-check.html#{claim}", size) as visit:
        assert 0 <= visit.page.evaluate(top) < 150
        visit.page.evaluate("scrollTo(0, 0)")
        visit.page.locator(f"table a[href='#{claim}']").first.focus()
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_function(f"{top} >= 0 && {top} < 150", timeout=1000)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("size", SIZES)
def test_the_contents_of_the_book_lead_to_a_chapter(chromium, address, size, script):
    with Visit(chromium, address, "index.html", size, script=script) as visit:
        contents = visit.page.locator(".site-contents")
        link = contents.get_by_role("link").nth(3)
        assert link.is_visible() == (script and size == "desk")
        if not link.is_visible():
            contents.locator("summary").focus()
            visit.page.keyboard.press("Enter")
        target = link.get_attribute("href")
        link.focus()
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url(f"**/{target}")
        current = visit.page.locator(".site-contents [aria-current=page], .site-contents .current")
        assert current.count() >= 1


@pytest.mark.parametrize("size", SIZES)
def test_the_contents_of_the_page_lead_to_a_section(chromium, address, size):
    with Visit(chromium, address, CHAPTER, size) as visit:
        contents = visit.page.locator(".page-contents")
        if size == "phone":
            contents.locator("summary").focus()
            visit.page.keyboard.press("Enter")
        link = contents.get_by_role("link").nth(2)
        link.focus()
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_function(
            """(anchor) => { const top = document.querySelector(anchor).getBoundingClientRect().top;
            return -1 <= top && top < 200; }""",
            arg=link.get_attribute("href"),
            timeout=10_000,
        )


def test_the_colours_are_chosen_by_keyboard_and_kept(chromium, address):
    ground = "getComputedStyle(document.body).backgroundColor"
    with Visit(chromium, address, "index.html") as visit:
        switch = visit.page.locator(".theme-switch")
        light = visit.page.evaluate(ground)
        switch.focus()
        visit.page.keyboard.press("Enter")  # light
        visit.page.keyboard.press("Enter")  # dark
        assert switch.inner_text().endswith("dark")
        dark = visit.page.evaluate(ground)
        assert dark != light
        visit.page.goto(f"{address}/{CHAPTER}")
        assert visit.page.evaluate(ground) == dark
        visit.page.locator(".theme-switch").press("Enter")  # as the system, which is light
        visit.page.reload()
        assert visit.page.evaluate(ground) == light


COLOURS = """() => [...document.querySelectorAll("body, header, main a, main p, summary, th, td,"
  + ".admonition, .chart-picture, button")].slice(0, 400).map((e) => { const s = getComputedStyle(e);
  return [e.localName, e.className, s.color, s.backgroundColor, s.borderTopColor].join(" "); })"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_chosen_are_those_of_the_system(chromium, address, scheme):
    other = {"light": "dark", "dark": "light"}[scheme]
    with Visit(chromium, address, CHAPTER, scheme=scheme, reduced_motion="reduce") as visit:
        by_system = visit.page.evaluate(COLOURS)
        visit.page.emulate_media(color_scheme=other)
        assert visit.page.evaluate(COLOURS) != by_system
        visit.page.evaluate("(scheme) => (document.documentElement.dataset.theme = scheme)", scheme)
        assert visit.page.evaluate(COLOURS) == by_system


def test_folded_code_says_what_a_press_will_do(chromium, address):
    with Visit(chromium, address, CHAPTER, script=False) as visit:
        label = visit.page.locator("details.hide > summary").first
        assert label.inner_text().strip() == "Show the code"
        label.press("Enter")
        assert label.inner_text().strip() == "Hide the code"
