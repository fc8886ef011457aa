"""A scripted newcomer: clone, add a chapter, a table and a chart, break each gate once.

Each step is a command of the guides. A step that does not end as it should, or a message that does
not name the file and say what to do, ends the run with status 1. Times are printed, as Markdown.

    .venv/bin/python benchmarks/newcomer.py                      everything, from an empty folder
    .venv/bin/python benchmarks/newcomer.py --environment .venv  with an environment that exists
    .venv/bin/python benchmarks/newcomer.py --results            with the results of the last build

The clone is made from the last commit of this repository, in a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "supply/recycling-plants"
CHAPTER = f"book/{NAME}.md"
CHART = """
```{code-cell} python
:tags: [hide-input]
:mystnb:
:  figure:
:    name: fig-recycling-plants-newcomer
:    caption: "A chart that a newcomer added (USD per kilogram, as the table has them)"
prices = ree.load("recycling_plants", everything=True).dropna(subset="price_low_usd_per_kg")
alt.Chart(prices).mark_point().encode(
    x=alt.X("year:Q", title="Year", scale=alt.Scale(zero=False), axis=alt.Axis(format="d")),
    y=alt.Y("price_low_usd_per_kg:Q", title="USD per kg"),
    tooltip=ree.tips(year="Year", price_low_usd_per_kg="USD per kg"),
).properties(
    description="Points: prices in US dollars per kilogram by year, as the newcomer's table has them.",
    usermeta=ree.source(prices))
```

"""


@dataclass
class Run:
    """The clone, what each step took, and what went otherwise than it should."""

    clone: Path
    environment: Path | None
    steps: list[tuple[str, float, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def step(self, what: str, *command: str, fails: bool = False, says=(), only: str = "") -> None:
        """Run a command in the clone; note its time, its end and what it should have said."""
        more = {"PYTEST_ADDOPTS": f"-k '{only}'"} if only else {}
        if self.environment:
            more["PYTHONPATH"] = str(self.clone / "src")
        started = time.perf_counter()
        done = subprocess.run(
            command, cwd=self.clone, env=os.environ | more, capture_output=True, text=True, check=False,
        )  # fmt: skip
        seconds = time.perf_counter() - started
        said = done.stdout + done.stderr
        missing = [text for text in says if not re.search(text, said)]
        as_wanted = (done.returncode != 0) == fails and not missing
        self.steps.append((what, seconds, "as it should" if as_wanted else "**otherwise**"))
        print(f"{seconds:7.1f} s  {what}{'' if as_wanted else '   <- otherwise'}", flush=True)
        if not as_wanted:
            self.wrong.append(
                f"{what}: status {done.returncode}, not said: {missing}\n{said[-3000:]}"
            )

    @contextmanager
    def broken(self, name: str, old: str, new: str) -> Iterator[None]:
        """One passage of a file changed, and mended afterwards."""
        path = self.clone / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        yield
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.clone / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def build(run: Run) -> None:
    run.step("make book, from nothing", "make", "book", says=[r"_build/html/index\.html"])


def add_a_chapter(run: Run) -> None:
    title = "TITLE=Who recycles magnets?"
    line = f"      - file: book/{NAME}"
    run.step("make chapter", "make", "chapter", f"NAME={NAME}", title, says=[line])
    before = "      - file: book/supply/who-builds-what\n"
    run.edit("_toc.yml", before, f"{before}{line}\n")
    run.step("make lint, with the chapter", "make", "lint")
    run.step("make book, with the chapter", "make", "book", says=[f"book/{NAME} executed in"])


def add_a_table(run: Run) -> None:
    """As the guide says: copy one of the shortest, its description too, and stamp it."""
    data = run.clone / "data"
    package = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    entry = next(one for one in package["resources"] if one["name"] == "scandium_prices")
    copy = entry | {"name": "recycling_plants", "path": "recycling_plants.csv"}
    copy["title"] = "A table that a newcomer added"
    package["resources"] = sorted([*package["resources"], copy], key=lambda one: one["name"])
    text = json.dumps(package, ensure_ascii=False, indent=1)
    (data / "datapackage.json").write_text(f"{text}\n", encoding="utf-8")
    shutil.copy(data / "scandium_prices.csv", data / "recycling_plants.csv")
    run.step("stamp the table", ".venv/bin/python", "-m", "rare_earths.datapackage", "stamp")
    run.step("make data, with the table", "make", "data")


def add_a_chart(run: Run) -> None:
    run.edit(CHAPTER, "## What this does not show", f"{CHART}## What this does not show")
    run.step("make book, with table and chart", "make", "book", says=[f"book/{NAME} executed in"])
    page = (run.clone / f"_build/html/book/{NAME}.html").read_text(encoding="utf-8")
    if page.count("fig-recycling-plants-newcomer") < 2 or "recycling_plants.html" not in page:
        run.wrong.append("the chart or the link to its table is not on the page")


def break_each_gate(run: Run) -> None:
    name = re.escape(CHAPTER)
    with run.broken(CHAPTER, "ree.use_theme()", "ree.use_theme(colour)"):
        says = [rf"{name}:\d+:\d+: F821 .*colour", r"ruff rule"]
        run.step("lint: a name no cell knows", "make", "lint", fails=True, says=says)
    with run.broken(CHAPTER, "## Key points", "## Points"):
        says = [rf"{name}: no section “## Key points”", "make chapter NAME="]
        run.step("lint: a section missing", "make", "lint", fails=True, says=says)
    with run.broken("data/reserves.csv", ",44000000,", ",many,"):
        says = [r"reserves\.csv", r"line \d+|row \d+", "reserves_tonnes_reo", "many"]
        run.step("data: a word for a figure", "make", "data", fails=True, says=says)
    with run.broken(
        CHAPTER, 'ppm["gold"], 4, unit="ppm", table="crustal_abundance"', 'ppm["gold"]'
    ):
        says = ["does not say which table it comes from", r"requirements\.md"]
        only = "every_published_number and recycling"
        run.step(
            "chapters: a number of no table", "make", "chapters", fails=True, says=says, only=only
        )
    with run.broken(CHAPTER, "ree.use_theme()", "ree.use_theme()\n1 / 0"):
        says = [rf"{name}, cell at line \d+: ZeroDivisionError", "the last good site still stands"]
        run.step("site: a failing cell", "make", "site", fails=True, says=says)
    with run.broken(CHAPTER, "## Key points", "[A page](no-such-page.md)\n\n## Key points"):
        says = [rf"{name}:\d+: WARNING: .*no-such-page"]
        run.step("site: a link to nothing", "make", "site", fails=True, says=says)
    wide = '<div style="width: 1500px">A passage that is too wide.</div>\n\n## Key points'
    with run.broken(CHAPTER, "## Key points", wide):
        says = ["recycling-plants", r"requirements\.md"]
        only = "runs_out_of_the_page and recycling"
        run.step("browser: wider than a phone", "make", "browser", fails=True, says=says, only=only)
    run.step("make lint, all mended", "make", "lint")
    run.step("make book, all mended", "make", "book")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--environment", type=Path, help="an environment to use, such as .venv")
    parser.add_argument("--results", action="store_true", help="do not run all chapters again")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newcomer-") as folder:
        clone = Path(folder) / "seventeen-elements"
        environment = asked.environment and asked.environment.resolve()
        run = Run(clone, environment)
        started = time.perf_counter()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        if environment:
            (clone / ".venv").symlink_to(environment)
        if asked.results:
            for kept in (".jupyter_cache", "aside/_build/.charts"):
                shutil.copytree(ROOT / "_build" / kept, clone / "_build" / kept)
        for part in (build, add_a_chapter, add_a_table, add_a_chart, break_each_gate):
            part(run)
        total = time.perf_counter() - started
    print("\n| step | seconds | ended |\n|---|---|---|")
    print("\n".join(f"| {what} | {seconds:.1f} | {end} |" for what, seconds, end in run.steps))
    print(f"\nAll of it: {total / 60:.1f} minutes.")
    print("\n".join(run.wrong))
    return int(bool(run.wrong))


if __name__ == "__main__":
    sys.exit(main())
