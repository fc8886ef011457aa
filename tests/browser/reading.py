"""One visit to a page, from opening it to printing it, and all that was seen on the way."""

from __future__ import annotations

from dataclasses import dataclass, field

import axe
from site_visits import SHEET, SIZES, Visit

UNFOLD = "() => document.querySelectorAll('details').forEach((part) => (part.open = true))"
WIDE = "() => document.documentElement.scrollWidth"

SHIFTS = """() => new Promise((resolve) => {
  let sum = 0;
  const add = (list) => list.forEach((entry) => (sum += entry.value));
  const watch = new PerformanceObserver((list) => add(list.getEntries()));
  watch.observe({type: "layout-shift", buffered: true});
  setTimeout(() => { add(watch.takeRecords()); resolve(sum); }, 200);
})"""

STORED = """async () => ({
  local: Object.keys(localStorage), session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length, cookie: document.cookie,
})"""
NOTHING = {"local": [], "session": [], "databases": 0, "caches": 0, "workers": 0, "cookie": ""}

SKELETON = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  return {
    levels: all("h1, h2, h3, h4, h5, h6").map((e) => Number(e.localName[1])),
    navigation: all("nav, [role=navigation]").map((e) => e.ariaLabel),
  };
}"""

# Pictures of charts that can be seen, and where they stand.
PICTURES = """() => [...document.querySelectorAll("figure.chart-figure")].map((figure) => {
  const seen = [...figure.querySelectorAll(".chart-wide svg, .chart-narrow svg")]
    .filter((svg) => svg.checkVisibility()).map((svg) => svg.getBoundingClientRect());
  return {name: figure.id, seen: seen.length, height: seen[0]?.height ?? 0,
    left: seen[0]?.left ?? 0, right: seen[0]?.right ?? 0};
})"""

# Words in charts: smaller than 12 px, or cut off at the picture's edge.
WORDS = """() => {
  const small = [], cut = [];
  for (const svg of document.querySelectorAll(".chart-picture svg")) {
    const frame = svg.getBoundingClientRect();
    if (!frame.width) continue;
    const name = svg.closest("[data-chart]").dataset.chart;
    const scale = frame.width / svg.viewBox.baseVal.width;
    for (const text of svg.querySelectorAll("text")) {
      const size = parseFloat(getComputedStyle(text).fontSize) * scale;
      if (size < 11.95) small.push(`${name}: ${text.textContent} at ${size.toFixed(1)} px`);
      const box = text.getBoundingClientRect();
      const out = Math.max(frame.left - box.left, box.right - frame.right);
      if (out > 6) cut.push(`${name}: ${text.textContent} by ${out.toFixed(0)} px`);
    }
  }
  return {small, cut};
}"""

# Parts whose content does not fit and cannot be scrolled to.
CUT = """() => [...document.querySelectorAll("main :is(p, li, h1, h2, h3, summary, button, label),"
  + " header *")].filter((e) => e.checkVisibility() && !e.closest(".hidden-text, .table-scroll, svg")
  && ["hidden", "clip"].includes(getComputedStyle(e).overflowX)
  && e.scrollWidth > e.clientWidth + 1).map((e) => e.outerHTML.slice(0, 100))"""

MOVING = """() => document.getAnimations().length + [...document.querySelectorAll(
  "html, header *, main *:not(svg *, td, th, tr)")].filter((e) => {
  const s = getComputedStyle(e);
  return s.scrollBehavior === "smooth" || parseFloat(s.transitionDuration) > 0
    || (s.animationName !== "none" && parseFloat(s.animationDuration) > 0);
}).length"""


@dataclass
class Reading:
    """What a visit to one page showed."""

    requests: list[str]  # of the first visit, before anything is touched
    shifts: dict[str, float]  # size of the screen -> layout shift while loading
    skeleton: dict
    wide: dict[str, tuple[float, int]]  # state -> width of the page, and of its window
    words: dict[int, dict]  # width -> words in charts that are small or cut
    cut: list[str]  # of text twice as large
    moving: int  # for readers who asked that nothing move
    stored: list[dict]  # before and after a choice of colours
    cookies: list
    touched: dict  # what axe finds on a chart that was touched
    printed: list[dict]
    unwanted_in_print: int
    axe: dict[str, dict]  # view -> what it finds
    foreign: list[str]
    complaints: list[str]
    without_script: dict[str, list[dict]] = field(default_factory=dict)

    @classmethod
    def of(cls, browser, address: str, page: str, views: list[axe.View]) -> Reading:
        seen = cls(*[None] * 15)
        with Visit(browser, address, page) as visit:
            seen._open(visit.page)
            seen.requests = list(visit.requests)
            seen._enlarge(visit.page)
            seen._choose_colours(visit.page)
            seen._touch(visit.page)
            seen._print(visit.page)
            seen.cookies = visit.context.cookies()
            visit.page.emulate_media(media="screen", reduced_motion="no-preference")
            visit.page.set_viewport_size(SIZES["phone"])
            visit.page.goto(visit.url)
            seen.shifts["phone"] = visit.page.evaluate(SHIFTS)
            seen.axe = axe.views(visit.page, [view for view in views if view.script])
            seen.foreign, seen.complaints = visit.foreign(), visit.complaints
        seen._without_script(browser, address, page, [view for view in views if not view.script])
        return seen

    def _open(self, page) -> None:
        self.shifts = {"desk": page.evaluate(SHIFTS)}
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.wait_for_load_state("networkidle")
        self.stored = [page.evaluate(STORED)]
        self.skeleton = page.evaluate(SKELETON)

    def _enlarge(self, page) -> None:
        self.wide, self.words = {}, {}
        for width in (1280, 360, 320):
            page.set_viewport_size({"width": width, "height": 800})
            self.wide[f"{width} px"] = page.evaluate(WIDE), width
            self.words[width] = page.evaluate(WORDS)
        page.emulate_media(reduced_motion="reduce")
        page.evaluate(UNFOLD)
        self.wide["320 px, unfolded"] = page.evaluate(WIDE), 320
        self.moving = page.evaluate(MOVING)
        page.set_viewport_size({"width": 640, "height": 450})  # 1280 by 900 at 200 %
        self.wide["page at 200 %"] = page.evaluate(WIDE), 640
        page.set_viewport_size(SIZES["desk"])
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        self.wide["text at 200 %"] = page.evaluate(WIDE), 1280
        self.cut = page.evaluate(CUT)
        page.evaluate("document.documentElement.style.fontSize = ''")

    def _choose_colours(self, page) -> None:
        switch = page.locator(".theme-switch")
        if switch.count():
            switch.click()
            self.stored.append(page.evaluate(STORED))
            page.evaluate("localStorage.clear(); delete document.documentElement.dataset.theme")

    def _touch(self, page) -> None:
        chart = page.locator("[data-live] .chart-picture").first
        self.touched = {"violations": []}
        if chart.count():
            chart.click(timeout=10_000)
            page.wait_for_selector(".chart-live svg", timeout=10_000)
            part = f"#{page.locator('figure:has(.is-live)').first.get_attribute('id')}"
            self.touched = axe.run(page, part, off=("color-contrast",))

    def _print(self, page) -> None:
        page.set_viewport_size(SHEET)
        page.emulate_media(media="print")
        self.printed = page.evaluate(PICTURES)
        self.wide["print"] = page.evaluate(WIDE), SHEET["width"]
        unwanted = page.locator(".chart-controls, .chart-live, .site-bar, .site-contents")
        self.unwanted_in_print = unwanted.filter(visible=True).count()

    def _without_script(self, browser, address, name, views) -> None:
        with Visit(browser, address, name, script=False) as visit:
            for scheme in ("light", "dark"):
                visit.page.emulate_media(color_scheme=scheme)
                for size, window in SIZES.items():
                    visit.page.set_viewport_size(window)
                    state = f"{size}, {scheme}, no script"
                    self.without_script[state] = visit.page.evaluate(PICTURES)
                    self.wide[state] = visit.page.evaluate(WIDE), window["width"]
            self.axe |= axe.views(visit.page, views)
            self.foreign += visit.foreign()
            self.complaints += visit.complaints
