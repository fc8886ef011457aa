"""How heavy and how fast our pages are, beside a page by hand and a default Jupyter Book page.

Prints the table of book/about/performance.md and writes the figures it shows:

    python benchmarks/bench_pages.py              # every chapter; some ten minutes
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
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import lighthouse
import peers
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

from rare_earths.site import execution
from rare_earths.site.hosting import hosted, weight
from rare_earths.site.measures import as_markdown

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
RESULT = ROOT / "book" / "about" / "performance.json"
RUNS = 3  # of Lighthouse on each of the pages that ours are compared with


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
]


def visit(browser, address: str, page: str) -> dict:
    """Requests of a first visit that scrolls to the end, and the bytes of those files."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    asked: list[str] = []
    arrived: dict[str, int] = {}

    def received(request):
        arrived[request.url] = request.sizes()["responseBodySize"]

    tab = context.new_page()
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("requestfinished", received)
    tab.goto(f"{address}/{page}")
    tab.evaluate("scrollTo(0, document.body.scrollHeight)")
    tab.wait_for_load_state("networkidle")
    context.close()
    asked = [url for url in dict.fromkeys(asked) if url.startswith("http")]
    foreign = [url for url in asked if not url.startswith(address)]
    return {
        "kilobytes": sum(arrived.values()) / 1000,
        "requests": len(asked),
        "foreign": len(foreign),
        "foreign_answered": all(url in arrived for url in foreign),
    }


def figures(browser, site: Path, pages: list[str], runs: int) -> dict[str, dict]:
    """Page -> all that is measured on it."""
    marks = lighthouse.measure(site, pages, lighthouse.CATEGORIES, runs)
    with hosted(site) as address:
        return {page: visit(browser, address, page) | marks[page] for page in pages}


def table(ours: dict[str, dict], default: dict, limit: dict) -> list[list[str]]:
    """The rows as text: goal, must, aim, ours at worst and in the median, default, limit."""
    for one in (*ours.values(), default, limit):
        one["paint_ratio"] = one["largest_paint_ms"] / limit["largest_paint_ms"]

    def text(row: Row, value: float) -> str:
        return f"{value:.{row.digits}f}"

    rows = []
    for row in ROWS:
        values = [one[row.key] for one in ours.values()]
        worst = max(values) if row.better == "less" else min(values)
        shown = [worst, statistics.median(values), default[row.key], limit[row.key]]
        rows.append([row.goal, row.must, row.aim, *(text(row, value) for value in shown)])
    return rows


def of_the_site(pages: list[str]) -> list[list[str]]:
    """Rows on what pages share: the runtime of charts, and single pictures."""
    (runtime,) = SITE.glob("charts/vega-*.js")
    pictures = [
        len(gzip.compress(str(svg).encode(), 9)) / 1000
        for page in pages
        for svg in BeautifulSoup((SITE / page).read_text("utf-8"), "html.parser").select(
            ".chart-wide svg"
        )
    ]
    kilobytes = weight(runtime) / 1000
    return [
        ["What draws a chart anew, loaded when one is touched, kB", "≤ 305", "≤ 240",
         *[f"{kilobytes:.1f}"] * 2, "", ""],
        ["One chart as a picture, kB", "≤ 8", "≤ 4",
         f"{max(pictures):.1f}", f"{statistics.median(pictures):.1f}", "", ""],
    ]  # fmt: skip


def machine() -> str:
    """The class of this machine, not its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, {system}"


def main(number: int | None) -> None:
    if not lighthouse.PROGRAM.is_file():
        raise SystemExit("error: Lighthouse is missing; run: python tools/node_packages.py")
    pages = [f"{chapter.docname}.html" for chapter in execution.chapters(ROOT)][:number]
    if not all((SITE / page).is_file() for page in pages):
        raise SystemExit("error: the site is not built; run: make book")
    quiet = os.getloadavg()[0] < 1
    if not quiet:
        print("note: other programs are running; times will be too high", file=sys.stderr)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(
            executable_path=lighthouse.chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        typical = sorted(pages, key=lambda page: weight(SITE / page))[len(pages) // 2]
        peers.limit(SITE / typical, folder)
        built, first = peers.default([SITE / page for page in [typical, *pages]], folder)
        limit = figures(browser, folder, ["limit.html"], RUNS)["limit.html"]
        default = figures(browser, built, [first], RUNS)[first]
        ours = figures(browser, SITE, pages, 1)
        found = {
            "date": date.today().isoformat(),
            "machine": machine(),
            "browser": f"Chromium {browser.version}",
            "lighthouse": lighthouse.version(),
            "pages": len(pages),
            "runs": RUNS,
            "quiet": quiet,
            "complete": default["foreign_answered"],
            "rows": table(ours, default, limit) + of_the_site(pages),
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
