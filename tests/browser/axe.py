"""The rules of axe, applied to a page that stands open in a browser."""

from pathlib import Path

import axe_playwright_python

SCRIPT = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
THEMES, WIDTHS = ["light", "dark"], [1280, 360]

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


def run(page, part: str | None = None, off: tuple[str, ...] = ()) -> dict:
    """What axe finds on a page, or in one part of it; rules in `off` are left out."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(SCRIPT)
    return page.evaluate(RUN, [part, STANDARD, list(off)])


def views(page, all_views: bool) -> dict:
    """What axe finds in both themes and both widths, rule by rule, with the places.

    Theme and width have their faults apart: two views show them all. The record that the page on
    accessibility prints is made of all four.
    """
    page.evaluate(PREPARE)
    broken, undecided, places = {}, set(), []
    for number, theme in enumerate(THEMES):
        for width in WIDTHS if all_views else [WIDTHS[number]]:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=theme)
            found = run(page)
            undecided |= set(found["undecided"])
            for rule in found["violations"]:
                entry = broken.setdefault(rule["id"], rule | {"elements": 0})
                entry["elements"] += rule["elements"]
                places += [f"{theme}, {width}: {rule['id']}: {place}" for place in rule["places"]]
    return {
        "engine": found["engine"],
        "rules": found["rules"],
        "violations": list(broken.values()),
        "undecided": sorted(undecided),
        "places": places,
    }
