"""Promise: in a real browser every chart is visible, whole, playable by keyboard, and private.

System Chromium through Playwright: JavaScript on and off, light and dark, 1280 and 360 px.
"""

import json

import pytest
from bs4 import BeautifulSoup
from conftest import CHAPTERS

PAGES = [f"{chapter.docname}.html" for chapter in CHAPTERS]
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}


class Visit:
    """One page in one browser context, with all it asked for and complained of."""

    def __init__(self, browser, address, page, size="desk", scheme="light", script=True):
        self.context = browser.new_context(
            viewport=SIZES[size], color_scheme=scheme, java_script_enabled=script
        )
        self.page = self.context.new_page()
        self.requests, self.complaints = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._console)
        self.page.goto(f"{address}/{page}")

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("page", PAGES)
def test_every_chart_is_there_before_any_script(chromium, address, page, size, scheme):
    with Visit(chromium, address, page, size, scheme, script=False) as visit:
        pictures = visit.page.locator(".chart-picture svg").filter(visible=True)
        assert pictures.count() == visit.page.locator("figure.chart-figure").count() > 0
        across = SIZES[size]["width"]
        for picture in pictures.all():
            box = picture.bounding_box()
            assert box["height"] > 40 and box["x"] >= -1 and box["x"] + box["width"] <= across + 1
        assert all(url.startswith(address) for url in visit.requests)


MEASURE = """() => {
  const wide = document.documentElement.scrollWidth, small = [], cut = [];
  for (const svg of document.querySelectorAll(".chart-picture svg")) {
    const frame = svg.getBoundingClientRect();
    if (!frame.width) continue;
    const name = svg.closest("[data-chart]").dataset.chart;
    for (const text of svg.querySelectorAll("text")) {
      const size = parseFloat(getComputedStyle(text).fontSize) * frame.width / svg.viewBox.baseVal.width;
      if (size < 11.95) small.push(`${name}: ${text.textContent} at ${size.toFixed(1)} px`);
      const box = text.getBoundingClientRect();
      if (box.left < frame.left - 6 || box.right > frame.right + 6)
        cut.push(`${name}: ${text.textContent} by ${Math.max(frame.left - box.left, box.right - frame.right).toFixed(0)} px`);
    }
  }
  return {wide, small, cut};
}"""


@pytest.mark.parametrize("width", [1280, 360, 320])
@pytest.mark.parametrize("page", PAGES)
def test_text_in_charts_is_readable_and_nothing_runs_out_of_the_page(
    chromium, address, page, width
):
    with Visit(chromium, address, page) as visit:
        visit.page.set_viewport_size({"width": width, "height": 800})
        found = visit.page.evaluate(MEASURE)
        assert found["small"] == [] or width == 320
        assert found["cut"] == []
        assert found["wide"] <= width
        assert visit.complaints == []


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_loaded_for_charts_until_one_is_touched(chromium, address, page):
    with Visit(chromium, address, page) as visit:
        visit.page.wait_for_load_state("networkidle")
        assert not [url for url in visit.requests if "/charts/" in url]
        assert all(url.startswith(address) for url in visit.requests)
        assert visit.context.cookies() == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("page", PAGES)
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
        assert all(url.startswith(address) for url in visit.requests)


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


@pytest.mark.parametrize("page", PAGES)
def test_what_a_label_says_stands_also_in_the_table(site, page):
    html = BeautifulSoup((site / page).read_text("utf-8"), "html.parser")
    for figure in html.select("figure.chart-figure"):
        spec = json.loads((site / "charts" / f"{figure['id']}.vl.json").read_text("utf-8"))
        head = (site / "charts" / f"{figure['id']}.csv").read_text("utf-8").splitlines()[0]
        columns = set(head.split(","))
        for other in (site / "charts").glob(f"{figure['id']}-[0-9].csv"):
            columns |= set(other.read_text("utf-8").splitlines()[0].split(","))
        computed = set(names_made_by_transforms(spec))
        for field in tooltip_fields(spec):
            assert field in columns | computed, f"{figure['id']}: {field}"


def tooltip_fields(node):
    if isinstance(node, dict):
        if "tooltip" in node and "mark" not in node:
            for channel in (
                node["tooltip"] if isinstance(node["tooltip"], list) else [node["tooltip"]]
            ):
                if isinstance(channel, dict) and isinstance(channel.get("field"), str):
                    yield channel["field"]
        for key, value in node.items():
            if key not in ("datasets", "config", "usermeta"):
                yield from tooltip_fields(value)
    elif isinstance(node, list):
        for value in node:
            yield from tooltip_fields(value)


def names_made_by_transforms(node):
    if isinstance(node, dict):
        made = node.get("as")
        yield from [made] if isinstance(made, str) else made or []
        for key, value in node.items():
            if key not in ("datasets", "config", "usermeta"):
                yield from names_made_by_transforms(value)
    elif isinstance(node, list):
        for value in node:
            yield from names_made_by_transforms(value)


@pytest.mark.parametrize("page", PAGES)
def test_a_change_of_theme_restyles_charts_without_reload(chromium, address, page):
    ink = "() => getComputedStyle(document.querySelector('.chart-picture svg')).color"
    with Visit(chromium, address, page) as visit:
        light = visit.page.evaluate(ink)
        visit.page.evaluate("document.documentElement.dataset.theme = 'dark'")
        assert visit.page.evaluate(ink) != light


@pytest.mark.parametrize("page", PAGES)
def test_print_shows_every_chart_whole_and_no_controls(chromium, address, page, tmp_path):
    with Visit(chromium, address, page) as visit:
        first = visit.page.locator("[data-live] .chart-picture").first
        first.click()
        visit.page.wait_for_selector(".is-live", timeout=10_000)
        visit.page.set_viewport_size({"width": 680, "height": 912})  # fits A4 and Letter
        visit.page.emulate_media(media="print")
        pictures = visit.page.locator(".chart-wide svg, .chart-narrow svg").filter(visible=True)
        assert pictures.count() == visit.page.locator("figure.chart-figure").count()
        for picture in pictures.all():
            assert picture.bounding_box()["height"] < 912
        assert visit.page.locator(".chart-controls").filter(visible=True).count() == 0
        assert visit.page.locator(".chart-live").filter(visible=True).count() == 0


def test_a_failure_of_the_runtime_keeps_the_picture(chromium, address):
    with Visit(chromium, address, PAGES[1]) as visit:
        visit.page.route("**/charts/vega-*.js", lambda route: route.abort())
        visit.page.locator("[data-live] .chart-picture").first.click()
        visit.page.wait_for_timeout(500)
        picture = visit.page.locator("[data-live] .chart-picture svg").filter(visible=True).first
        assert picture.is_visible()
        assert any("stays a picture" in text for text in visit.complaints)


@pytest.mark.parametrize("chart", ["fig-index-annex", "fig-index-chain"])
def test_a_chart_has_a_page_of_its_own(chromium, address, chart):
    with Visit(chromium, address, f"charts/{chart}.html", "phone") as visit:
        assert visit.page.locator("h1").inner_text()
        assert visit.page.locator(".chart-picture svg").filter(visible=True).count() == 1
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
        assert visit.complaints == []


def test_pictures_for_download_are_complete(site):
    folder = site / "charts"
    names = {path.name.split(".")[0] for path in folder.glob("fig-*.vl.json")}
    assert names
    for name in names:
        svg = (folder / f"{name}.svg").read_text("utf-8")
        assert "var(" not in svg and "currentColor" not in svg and "color-mix" not in svg, name
        assert "<title>" in svg and "<desc>" in svg
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        facts = json.loads((folder / f"{name}.json").read_text("utf-8"))
        assert facts["sources"] and facts["caption"] and (site / facts["files"]["html"]).is_file()
