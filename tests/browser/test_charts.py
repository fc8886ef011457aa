"""Promise: a chart can be played by keyboard, loads one file for that, and outlives its failure.

That every chart is visible, whole and readable is asserted page by page in test_pages.py.
"""

import pytest
from site_visits import CHAPTERS, SIZES, Visit, file_of

from rare_earths.site.hosting import weight

RUNTIME = 305_000  # bytes, compressed, of what draws a chart anew once a reader touches one


def test_the_runtime_is_one_file_for_all_charts(chromium, address, site):
    with Visit(chromium, address, CHAPTERS[1]) as visit:
        before = len(visit.requests)
        for chart in visit.page.locator("[data-live] .chart-picture").all()[:2]:
            chart.click()
        visit.page.locator(".is-live").nth(1).wait_for()
        scripts = [url for url in visit.requests[before:] if url.endswith(".js")]
        assert len(scripts) == 1
        assert weight(site / file_of(scripts[0], address)) <= RUNTIME


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("page", CHAPTERS)
def test_every_control_works_by_keyboard_and_changes_the_picture(chromium, address, page, size):
    with Visit(chromium, address, page, size, "dark") as visit:
        controls = visit.page.locator(".chart-controls :is(input, select)")
        assert controls.count() > 0
        for number in range(controls.count()):
            control = controls.nth(number)
            box = control.bounding_box()
            assert box["height"] >= 24, "a target too small to hit"
            before = drawn(control)
            operate(visit.page, control)
            visit.page.wait_for_function(
                "([e, before]) => e.closest('.chart').querySelector('.chart-live svg')"
                " && e.closest('.chart').querySelector('.chart-live svg').outerHTML !== before",
                arg=[control.element_handle(), before],
                timeout=10_000,
            )
        assert visit.complaints == []
        assert visit.foreign() == []


def drawn(control) -> str:
    """The live picture; where there is none yet, draw it first by focusing the control."""
    control.focus()
    control.evaluate(
        """async e => { const chart = e.closest('.chart');
        for (let i = 0; i < 200 && !chart.querySelector('.chart-live svg'); i++)
          await new Promise(r => setTimeout(r, 50)); }"""
    )
    return control.evaluate("e => e.closest('.chart').querySelector('.chart-live svg').outerHTML")


def operate(page, control) -> None:
    """Change a control with the keyboard alone."""
    kind = control.evaluate("e => e.type")
    if kind == "checkbox":
        page.keyboard.press("Space")
    elif kind == "radio":
        page.keyboard.press("Space" if not control.is_checked() else "ArrowDown")
    elif kind == "range":
        at_end = control.evaluate("e => e.value === e.max")
        for _ in range(3):
            page.keyboard.press("ArrowLeft" if at_end else "ArrowRight")
    else:
        last = control.evaluate("e => e.selectedIndex === e.options.length - 1")
        page.keyboard.press("ArrowUp" if last else "ArrowDown")


def test_a_failure_of_the_runtime_keeps_the_picture(chromium, address):
    with Visit(chromium, address, CHAPTERS[1]) as visit:
        visit.page.route("**/charts/vega-*.js", lambda route: route.abort())
        visit.page.locator("[data-live] .chart-picture").first.click()
        visit.page.wait_for_timeout(500)
        picture = visit.page.locator("[data-live] .chart-picture svg").filter(visible=True).first
        assert picture.is_visible()
        assert any("stays a picture" in text for text in visit.complaints)
