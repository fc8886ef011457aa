"""How many wrong digits would the data checks catch?

Changes one digit of one random number, fixes the checksum, and runs the checks of ``make data``;
again and again, each time from the unchanged tables.  Tables are those that the executed
chapters read.  ``--without-totals`` leaves out the control totals, so that only types, ranges,
publishers' totals and cross-checks are at work.

    python benchmarks/mutate_data.py --changes 40 --seed 1
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import random
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jupyter_cache import get_cache

from rare_earths import datapackage
from rare_earths.site import execution

ROOT = Path(__file__).resolve().parents[1]


def tables_of_chapters() -> list[str]:
    """Tables that the chapters read when they were last executed."""
    cache = get_cache(ROOT / "_build" / ".jupyter_cache")
    read: set[str] = set()
    for chapter in execution.chapters(ROOT):
        record = cache.match_cache_notebook(chapter.read())
        read |= set(record.data["stands_on"]["read"])
    tables = read & set(datapackage.tables())  # not the maps
    return sorted(tables - {"flags", "sources", "countries", "oblasts"})


def numbers_of(table: str) -> list[tuple[int, str]]:
    """``(row, column)`` of every figure of a table: measured values, not years or order."""
    fields = datapackage.descriptor(table)["schema"]["fields"]
    wanted = [
        f["name"]
        for f in fields
        if f["type"] in ("number", "integer") and not f["name"].endswith(("year", "order", "id"))
    ]
    frame = datapackage.read(table)
    return [(row, name) for name in wanted for row in frame.index[frame[name].notna()]]


def change_digit(text: str, chance: random.Random) -> str:
    """The number with one of its first three significant digits changed."""
    places = [i for i, char in enumerate(text) if char.isdigit()]
    first = next((n for n, i in enumerate(places) if text[i] != "0"), 0)
    place = chance.choice(places[first : first + 3])
    digit = chance.choice([d for d in "0123456789" if d != text[place]])
    return text[:place] + digit + text[place + 1 :]


def mutate(folder: Path, table: str, row: int, column: str, chance: random.Random) -> str:
    path = folder / datapackage.descriptor(table)["path"]
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    at = rows[0].index(column)
    before = rows[row + 1][at]
    rows[row + 1][at] = change_digit(before, chance)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")
    return f"{table}.csv, line {row + 2}, {column}: {before} -> {rows[row + 1][at]}"


def caught(job: tuple[int, str, int, str], seed: int, without_totals: bool) -> tuple[str, bool]:
    number, table, row, column = job
    chance = random.Random(f"{seed}-{number}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "data"
        shutil.copytree(ROOT / "data", folder)
        what = mutate(folder, table, row, column, chance)
        environment = os.environ | {"RARE_EARTHS_DATA": str(folder)}
        run = {"cwd": ROOT, "env": environment, "capture_output": True}
        stamp = [sys.executable, "-m", "rare_earths.datapackage", "stamp"]
        if subprocess.run(stamp, **run).returncode:
            return what, True
        tests = [sys.executable, "-m", "pytest", "tests/data", "-x", "-q", "-p", "no:cacheprovider"]
        if without_totals:
            tests += ["--ignore", "tests/data/test_control_totals.py"]
        return what, subprocess.run(tests, **run).returncode != 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--changes", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-totals", action="store_true")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    tables = tables_of_chapters()
    jobs = []
    for number in range(options.changes):  # each table is as likely as any other
        table = chance.choice([t for t in tables if numbers_of(t)])
        jobs.append((number, table, *chance.choice(numbers_of(table))))
    found = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        work = [pool.submit(caught, job, options.seed, options.without_totals) for job in jobs]
        for done in work:
            what, hit = done.result()
            found += hit
            print("caught " if hit else "MISSED ", what, flush=True)
    print(f"{found} of {len(jobs)} changes caught ({found / len(jobs):.0%})")


if __name__ == "__main__":
    main()
