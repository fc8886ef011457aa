"""How heavy and how fast our pages are, beside a page by hand and a default Jupyter Book page.

Prints the table of book/about/performance.md and writes the figures it shows:

    python benchmarks/bench_pages.py              # every page of the site; some 20 minutes
    python benchmarks/bench_pages.py --pages 2    # the first two, to try it out

Bytes are compressed by gzip, for a first visit with an empty cache that reads to the end. Marks
and times come from Lighthouse, which simulates a mobile phone and its network. Times say something
only when the machine does nothing else meanwhile.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import statistics
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import axe
import lighthouse
import page_faults
import peers
from playwright.sync_api import sync_playwright
from site_visits import CHAPTERS, EVERY_PAGE, SHEET, SITE, Visit, launched

from rare_earths.site import checks
from rare_earths.site.hosting import hosted, published_path, weight
from rare_earths.site.measures import as_markdown

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "book" / "about" / "performance.json"
CHECKS = ROOT / "book" / "about" / "checks.json"
GALLERY = "book/about/charts.html"  # loads a picture of each chart as one scrolls to it
RUNS = 3  # of Lighthouse on each page
OUR_CHARTS, THEIR_CHARTS = "figure.chart-figure", ".cell_output"

# Charts of which nothing can be seen, or that run out of the window or the sheet of paper.
CHARTS_LOST = """([charts, tallest]) => [...document.querySelectorAll(charts)].filter((chart) =>
  ![chart, ...chart.querySelectorAll("svg, canvas, img")].some((part) => {
    const box = part.getBoundingClientRect();
    return part.matches("svg, canvas, img") && part.checkVisibility() && box.height > 40
      && box.height < tallest && box.left > -1 && box.right < innerWidth + 1;
  })).length"""
# As a reader does: pictures further down load when they come near, which takes them a while.
SCROLL = """async () => {
  const pause = document.querySelector("[loading=lazy]") ? 100 : 16;
  for (let y = 0; y < document.body.scrollHeight; y += 500) {
    scrollTo(0, y);
    await new Promise((done) => setTimeout(done, pause));
  }
}"""
BEYOND = "() => document.documentElement.scrollWidth - innerWidth"


@dataclass
class Row:
    """One goal: what must be reached, what is aimed at, and what is."""

    goal: str
    must: str
    aim: str
    key: str  # of a page's figures
    better: str = "less"  # or "more"
    digits: int = 0


ROWS = [
    Row("Bytes of a first visit, kB", "≤ 120", "≤ 60", "kilobytes", digits=1),
    Row("Requests", "≤ 10", "≤ 6", "requests"),
    Row("Requests to other hosts", "0", "0", "foreign"),
    Row("Lighthouse: performance", "≥ 95", "≥ 99", "performance", "more"),
    Row("Lighthouse: accessibility", "100", "100", "accessibility", "more"),
    Row("Lighthouse: best practices", "100", "100", "best-practices", "more"),
    Row("Lighthouse: search engines", "100", "100", "seo", "more"),
    Row("Largest paint, as a multiple of the limit's", "≤ 2.2", "≤ 1.5", "paint_ratio", digits=2),
    Row("Blocking time, ms", "≤ 200", "limit + 50", "blocking_ms"),
    Row("Layout shift", "≤ 0.02", "0", "shift", digits=3),
    Row("Errors in the HTML", "0", "0", "html_errors"),
    Row("Errors and warnings in the console", "0", "0", "complaints"),
    Row("Broken links, anchors and files", "0", "0", "broken_links"),
    Row("Images without words", "0", "0", "without_words"),
    Row("Charts not seen without JavaScript", "0", "0", "lost_without_script"),
    Row("Charts not seen or cut in print", "0", "0", "lost_in_print"),
    Row("Pixels beyond a window of 320", "0", "0", "beyond"),
]


def visit(browser, address: str, page: str, charts: str) -> dict:
    """What a first visit that scrolls to the end asks for and shows; then print, then no script."""
    with Visit(browser, address, page, "phone") as seen:
        tab = seen.page
        tab.evaluate(SCROLL)
        tab.wait_for_load_state("networkidle")
        arrived = {one.url: one.sizes()["responseBodySize"] for one in seen.finished}
        asked = {url for url in seen.requests if url.startswith("http")}
        foreign = {url for url in seen.foreign() if url in asked}
        tab.set_viewport_size({"width": 320, "height": 640})
        beyond = tab.evaluate(BEYOND)
        tab.set_viewport_size(SHEET)
        tab.emulate_media(media="print")
        lost_in_print = tab.evaluate(CHARTS_LOST, [charts, SHEET["height"]])
    with Visit(browser, address, page, "phone", script=False) as bare:
        lost_without_script = bare.page.evaluate(CHARTS_LOST, [charts, 10_000])
    return {
        "kilobytes": sum(arrived.values()) / 1000,
        "requests": len(asked),
        "foreign": len(foreign),
        "foreign_answered": foreign <= set(arrived),
        # that no other host answers here is not the page's fault
        "complaints": len([text for text in seen.complaints if "net::ERR_" not in text]),
        "lost_without_script": lost_without_script,
        "lost_in_print": lost_in_print,
        "beyond": max(0, beyond),
    }


def visits(browser, site: Path, pages: list[str], charts: str, at: str = "") -> dict[str, dict]:
    """Page -> all that is seen on it in a browser, and in its file."""
    parsed = page_faults.parsed(site, pages)
    with hosted(site, at) as address:
        found = {page: visit(browser, address, page, charts) for page in pages}
    errors = Counter(path for path, _ in page_faults.html_errors(site / page for page in pages))
    broken = Counter(page for page, _ in page_faults.broken_links(site, parsed, at))
    for page, one in found.items():
        one["html_errors"] = errors[(site / page).resolve()]
        one["broken_links"] = broken[page]
        one["without_words"] = len(page_faults.without_words(parsed[page]))
    return found


def table(ours: dict[str, dict], default: dict, limit: dict) -> list[list[str]]:
    """The rows as text: goal, pages, must, aim, ours at worst and in the median, default, limit."""
    for one in (*ours.values(), default, limit):
        if "largest_paint_ms" in one:
            one["paint_ratio"] = one["largest_paint_ms"] / limit["largest_paint_ms"]

    def text(row: Row, value: float) -> str:
        return f"{value:.{row.digits}f}"

    rows = []
    for row in ROWS:
        values = [one[row.key] for one in ours.values() if row.key in one]
        worst = max(values) if row.better == "less" else min(values)
        shown = [worst, statistics.median(values), default[row.key], limit[row.key]]
        pages = str(len(values))
        rows.append([row.goal, pages, row.must, row.aim, *(text(row, value) for value in shown)])
    return rows


def of_the_gallery(seen: dict) -> list[str]:
    """A row of its own for the gallery, which is left out of those on bytes and requests."""
    text = f"{seen.pop('kilobytes'):.1f} ({seen.pop('requests')})"
    return ["The gallery of charts, all the way down, kB (requests)", "1", "", "", text, "", "", ""]


def of_the_site() -> list[list[str]]:
    """Rows on what pages share: the runtime of charts, single pictures, all files."""
    (runtime,) = SITE.glob("charts/vega-*.js")
    pictures = [
        len(gzip.compress(str(svg).encode(), 9)) / 1000
        for page in CHAPTERS
        for svg in page_faults.parsed(SITE, [page])[page].select(".chart-wide svg")
    ]
    kilobytes, megabytes = weight(runtime) / 1000, sum(map(weight, page_faults.needed(SITE))) / 1e6
    return [
        ["What draws a chart anew, loaded when one is touched, kB", "", "≤ 305", "≤ 240",
         f"{kilobytes:.1f}", "", "", ""],
        ["One chart as a picture, kB", str(len(CHAPTERS)), "≤ 8", "≤ 4",
         f"{max(pictures):.1f}", f"{statistics.median(pictures):.1f}", "", ""],
        ["The whole site without downloads, MB", "", "≤ 6", "≤ 4", f"{megabytes:.1f}", "", "", ""],
    ]  # fmt: skip


def rules_broken(browser, site: Path, page: str) -> str:
    """How many rules of axe a page that ours are compared with breaks, in some views."""
    with hosted(site) as address:
        broken = set()
        for script in (True, False):
            with Visit(browser, address, page, script=script) as seen:
                wanted = [view for view in axe.SOME_VIEWS if view.script == script]
                for found in axe.views(seen.page, wanted).values():
                    broken |= {rule["id"] for rule in found["violations"]}
    return str(len(broken))


def of_axe(default: str, limit: str) -> list[str]:
    """The row on accessibility; ours is what ``make checks`` found in every view of every page."""
    kept = checks.read(CHECKS)
    broken = len(kept["violations"])
    day = date.fromisoformat(kept["date"])
    return [
        f"Rules of axe broken (ours: tested on {day.day} {day:%B %Y})", str(kept["pages"]), "0", "0",
        str(broken), "" if broken else "0", default, limit,
    ]  # fmt: skip


def machine() -> str:
    """The class of this machine, not its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, {system}"


def main(number: int | None) -> None:
    if not lighthouse.PROGRAM.is_file():
        raise SystemExit("error: Lighthouse is missing; run: python tools/node_packages.py")
    if not all((SITE / page).is_file() for page in CHAPTERS):
        raise SystemExit("error: the site is not built; run: make book")
    marked = CHAPTERS[:number]
    visited = marked if number else EVERY_PAGE
    quiet = os.getloadavg()[0] < 1
    if not quiet:
        print("note: other programs are running; times will be too high", file=sys.stderr)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = launched(playwright)
        typical = sorted(CHAPTERS, key=lambda page: weight(SITE / page))[len(CHAPTERS) // 2]
        by_hand = peers.limit(SITE / typical, folder)
        built, first = peers.default([SITE / page for page in [typical, *CHAPTERS]], folder)
        limit = visits(browser, folder, [by_hand], "svg")[by_hand]
        limit |= lighthouse.measure(folder, [by_hand], lighthouse.CATEGORIES, RUNS)[by_hand]
        default = visits(browser, built, [first], THEIR_CHARTS)[first]
        default |= lighthouse.measure(built, [first], lighthouse.CATEGORIES, RUNS)[first]
        ours = visits(browser, SITE, visited, OUR_CHARTS, published_path(SITE))
        for page, marks in lighthouse.measure(SITE, marked, lighthouse.CATEGORIES, RUNS).items():
            ours[page] |= marks
        more = [
            of_axe(rules_broken(browser, built, first), rules_broken(browser, folder, by_hand)),
            *([of_the_gallery(ours[GALLERY])] if GALLERY in ours else []),
            *of_the_site(),
        ]
        found = {
            "date": date.today().isoformat(),
            "machine": machine(),
            "browser": f"Chromium {browser.version}",
            "lighthouse": lighthouse.version(),
            "runs": RUNS,
            "quiet": quiet,
            "complete": default["foreign_answered"],
            "rows": [*table(ours, default, limit), *more],
        }
        browser.close()
    print(as_markdown(found))
    for page, one in ours.items():
        print(f"{page}: " + ", ".join(f"{k} {v}" for k, v in one.items() if k != "faults"))
    if number is None:
        RESULT.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"written: {RESULT.relative_to(ROOT)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--pages", type=int, help="measure so many chapters, and write nothing")
    sys.exit(main(parser.parse_args().pages))
