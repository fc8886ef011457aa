"""The rules of axe, applied to a page that stands open in a browser."""

from dataclasses import dataclass
from itertools import product
from pathlib import Path

import axe_playwright_python
from site_visits import SHEET

SCRIPT = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# To a screen reader a chart is one picture with a name; the contrast of its colours is tested on
# the palette (tests/test_charts.py). Of what the site repeats by one template (code, data of
# charts, lists of numbers, rows of a table) the first stand for the others; folds are opened.
PREPARE = """() => {
  for (const svg of document.querySelectorAll(".chart-picture > div > svg")) svg.replaceChildren();
  for (const kind of ["details.hide", "details.chart-data", "details.number-list"])
    [...document.querySelectorAll(kind)].slice(1).forEach((part) => part.remove());
  for (const body of document.querySelectorAll("tbody"))
    [...body.rows].slice(10).forEach((row) => row.remove());
  for (const part of document.querySelectorAll("details")) part.open = true;
}"""

# Where scripts are off no timer ends and axe would wait for ever; promises are kept.
TIMERS = "() => { window.setTimeout = (work) => { Promise.resolve().then(work); }; }"

RUN = """([part, standard, off]) => axe.run(part || document, {
  runOnly: standard,
  rules: Object.fromEntries(off.map((rule) => [rule, {enabled: false}])),
  resultTypes: ["violations", "incomplete"],
  preload: false,
}).then(({violations, incomplete, passes, inapplicable, testEngine}) => ({
  engine: `axe-core ${testEngine.version}`,
  rules: violations.length + incomplete.length + passes.length + inapplicable.length,
  violations: violations.map(({id, impact, nodes}) => ({
    id, impact, elements: nodes.length,
    places: nodes.slice(0, 3).map((n) => `${n.target.join(" ")}: ${n.failureSummary}`),
  })),
  undecided: incomplete.map(({id}) => id),
}))"""


@dataclass(frozen=True)
class View:
    """One way to look at a page."""

    theme: str = "light"
    width: int = 1280  # of the window, in pixels
    script: bool = True
    medium: str = "screen"

    def __str__(self) -> str:
        if self.medium == "print":
            return "on paper"
        return f"{self.theme}, {self.width} px" + ("" if self.script else ", no JavaScript")


THEMES, WIDTHS = ("light", "dark"), (1280, 360)
PAPER = View(width=SHEET["width"], medium="print")
EVERY_VIEW = [
    *(View(*view, script) for script in (True, False) for view in product(THEMES, WIDTHS)),
    PAPER,
]
SCREENS = [View(), View("dark", 360)]  # theme and width have their faults apart
SOME_VIEWS = [*SCREENS, View("light", 360, script=False), PAPER]


def run(page, part: str | None = None, off: tuple[str, ...] = ()) -> dict:
    """What axe finds on a page, or in one part of it; rules in `off` are left out."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(SCRIPT)
    return page.evaluate(RUN, [part, STANDARD, list(off)])


def views(page, wanted: list[View]) -> dict[str, dict]:
    """What axe finds in each view of an open page, whose scripts run or do not run already."""
    page.evaluate(PREPARE)
    found = {}
    for view in wanted:
        page.set_viewport_size({"width": view.width, "height": 800})
        page.emulate_media(color_scheme=view.theme, media=view.medium)
        if not view.script:
            page.evaluate(TIMERS)
        found[str(view)] = run(page)
    return found


def places(found: dict[str, dict]) -> str:
    """The faults of all views, one a line, each with some of its places."""
    return "\n".join(
        f"{view}: {rule['id']}: {place}"
        for view, result in found.items()
        for rule in result["violations"]
        for place in rule["places"]
    )
