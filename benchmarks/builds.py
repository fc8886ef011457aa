"""How long builds take, in ratios, beside plain `jupyter-book build` on the same sources.

1 is our own build that writes every page anew, while the results of the cells and the pictures of
the charts are at hand.  Times differ from machine to machine; their ratios hardly do.  That build
and the cold one are done twice, and the faster one counts; the others are done once, so let the
machine do nothing else.  Builds happen on copies in a temporary folder.

    python benchmarks/builds.py            prints the table, writes book/about/builds.json
    python benchmarks/builds.py --growth   with books of 4, 16 and 40 chapters (much longer)
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psutil
import yaml
from jupyter_cache import get_cache

from rare_earths.site import execution, new_chapter

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "book" / "about" / "builds.json"  # for the page about performance
OURS = [sys.executable, "-m", "rare_earths.site.build"]
SERVE = [sys.executable, "-u", "-m", "rare_earths.site.serve", "--port", "0"]
PLAIN = [str(Path(sys.executable).with_name("jupyter-book")), "build", "."]
CHAPTER = Path("book/supply/reserves-and-mines.md")
PROSE = ("\n## Key points\n", "\nA sentence more.\n\n## Key points\n")
CHART = (".mark_bar(size=16)", ".mark_bar(size=15)")
CHART_SERVED = (".mark_bar(size=16)", ".mark_bar(size=14)")  # not in the cache
TABLE, FIGURE = Path("data/reserves.csv"), (",44000000,", ",45000000,")
READING = 45  # seconds from one edit to the next: the build that follows the first has ended
SERVED = {"prose edited": (PROSE, 3), "chart edited": (CHART_SERVED, 4)}  # at most so many seconds
LIMITS = {  # what the book promises at most
    "cold, everything executed": 2.5,
    "nothing changed": 0.4,
    "one page, prose edited": 0.5,
    "one page, one chart edited": 0.6,
}


@dataclass(frozen=True)
class Run:
    """One build: how long, how much memory all its processes had at most, what it printed."""

    seconds: float
    mib: int
    output: str


def run(command: list[str], book: Path) -> Run:
    """Build the book, and look at the memory meanwhile; stops the benchmark if it fails."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=book, env=environment(book), stdout=log, stderr=subprocess.STDOUT
        )
        most = 0
        while process.poll() is None:
            most = max(most, memory(psutil.Process(process.pid)))
            time.sleep(0.1)
        seconds = time.perf_counter() - started
        log.seek(0)
        output = log.read()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed in {book}:\n{output}")
    print(f"  {seconds:7.1f} s {most >> 20:5} MiB", file=sys.stderr, flush=True)
    return Run(seconds, most >> 20, output)


def environment(book: Path) -> dict[str, str]:
    return os.environ | {"RARE_EARTHS_DATA": str(book / "data")}


def memory(process: psutil.Process) -> int:
    """Bytes of a process and all below it; what they share is counted once (on Linux)."""
    total = 0
    try:
        for each in [process, *process.children(recursive=True)]:
            found = each.memory_full_info()
            total += getattr(found, "pss", found.rss)
    except psutil.Error:  # one ended meanwhile
        pass
    return total


def copy_to(book: Path) -> Path:
    """The sources of the book, as they are in the working folder."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (book / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, book / name)
    return book


def edited(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise SystemExit(f"{path} has no {old!r} any more: change benchmarks/builds.py")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def forget_pages(book: Path) -> None:
    """Leave the results of cells and the pictures of charts, and nothing else."""
    for name in ("html", ".doctrees"):
        shutil.rmtree(book / "_build" / "aside" / "_build" / name)


def digest(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def executed(output: str) -> set[str]:
    return set(re.findall(r"\] (\S+) executed in", output))


def readers_of(table: str, book: Path) -> set[str]:
    """Chapters that have read a table when they were last executed."""
    cache = get_cache(book / "_build" / ".jupyter_cache")
    return {
        chapter.docname
        for chapter in execution.chapters(book)
        if table in cache.match_cache_notebook(chapter.read()).data["stands_on"]["read"]
    }


def steps(book: Path, command: list[str]) -> dict[str, Run]:
    """Cold, without a change, after an edit of prose, after an edit of a chart."""
    found = {"cold, everything executed": run(command, book)}
    found["nothing changed"] = run(command, book)
    edited(book / CHAPTER, *PROSE)
    found["one page, prose edited"] = run(command, book)
    edited(book / CHAPTER, *CHART)
    found["one page, one chart edited"] = run(command, book)
    return found


def plain(book: Path) -> Path:
    """The same sources with no extension of ours."""
    config = yaml.safe_load((book / "_config.yml").read_text("utf-8"))
    config["sphinx"]["config"]["extensions"].remove("rare_earths.site")
    (book / "_config.yml").write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    return book


def compare(folder: Path) -> dict:
    """Our builds and plain ones."""
    book = copy_to(folder / "ours")
    again = copy_to(folder / "in" / "another" / "folder")
    print("ours", file=sys.stderr)
    first = run(OURS, again)
    ours = steps(book, OURS)
    cold = "cold, everything executed"
    ours[cold] = min(ours[cold], first, key=lambda each: each.seconds)
    edited(book / CHAPTER, *reversed(CHART))
    edited(book / CHAPTER, *reversed(PROSE))
    back = run(OURS, book)
    same = digest(book / "_build" / "html") == digest(again / "_build" / "html")
    readers = readers_of(TABLE.stem, book)
    edited(book / TABLE, *FIGURE)
    table = run(OURS, book)
    units = []
    for one in (book, again):
        forget_pages(one)
        units.append(run(OURS, one))
    unit = min(units, key=lambda each: each.seconds)
    served = serving(book)
    print("plain jupyter-book", file=sys.stderr)
    theirs = steps(plain(copy_to(folder / "plain")), PLAIN)
    everything = [*ours.values(), first, back, table, *units]
    return {
        "unit_seconds": round(unit.seconds, 1),
        "ratios": {
            name: {
                "ours": round(ours[name].seconds / unit.seconds, 2),
                "plain": round(theirs[name].seconds / unit.seconds, 2),
                "at_most": LIMITS[name],
            }
            for name in ours
        },
        "serve": {
            name: {
                "seconds": round(seconds, 1),
                "at_most": SERVED[name][1],
                "ratio": round(seconds / unit.seconds, 2),
            }
            for name, seconds in served.items()
        },
        "memory_mib": {
            "ours": max(each.mib for each in everything),
            "plain": max(each.mib for each in theirs.values()),
            "at_most": 400,
        },
        "table_edited": {
            "table": TABLE.stem,
            "read_by": sorted(readers),
            "executed": sorted(executed(table.output)),
        },
        "same_bytes_in_two_folders": same,
    }


def serving(book: Path) -> dict[str, float]:
    """Seconds from the edit of a page to its being served, with `make serve`."""
    process = subprocess.Popen(
        SERVE, cwd=book, env=environment(book), stdout=subprocess.PIPE, text=True
    )
    try:
        said = iter(process.stdout)
        address = next(m[0] for line in said if (m := re.search(r"http://\S+:\d+/(?= \()", line)))
        threading.Thread(target=lambda: list(said), daemon=True).start()
        page = f"{address}{CHAPTER.with_suffix('.html')}"
        time.sleep(READING)

        def shown() -> bytes:
            # the number of the build, which the preview adds to the page, changes with each
            text = urllib.request.urlopen(page, timeout=60).read()
            return re.sub(rb'data-build="\d+"', b"", text)

        def seconds(edit: tuple[str, str]) -> float:
            before, started = shown(), time.perf_counter()
            edited(book / CHAPTER, *edit)
            while shown() == before:
                time.sleep(0.05)
            took = time.perf_counter() - started
            time.sleep(READING)
            return took

        return {name: seconds(edit) for name, (edit, _) in SERVED.items()}
    finally:
        process.terminate()
        process.wait()


def growth(folder: Path) -> dict[str, dict[str, float]]:
    """Number of chapters -> ratios to the smallest book, for sample chapters."""
    found: dict[int, dict[str, float]] = {}
    for count in (4, 16, 40):
        book = folder / f"of-{count}"
        write_samples(book, count)
        print(f"{count} chapters", file=sys.stderr)
        cold, nothing = run(OURS, book), run(OURS, book)
        edited(book / "book" / "trial" / "a-a.md", *PROSE)
        prose = run(OURS, book)
        found[count] = {
            "cold": cold.seconds, "nothing": nothing.seconds, "prose": prose.seconds,
        }  # fmt: skip
    least = found[min(found)]
    return {
        str(count): {name: round(value / least[name], 1) for name, value in times.items()}
        for count, times in found.items()
    }


def write_samples(book: Path, count: int) -> None:
    """A book of this many sample chapters, with the tables and settings of this one."""
    shutil.copytree(ROOT / "data", book / "data")
    shutil.copy(ROOT / "_config.yml", book)
    (book / "book" / "trial").mkdir(parents=True)
    shutil.copy(ROOT / "book" / "bibliography.md", book / "book")
    (book / "index.md").write_text("# A book of samples\n", encoding="utf-8")
    names = [f"trial/{chr(97 + n // 26)}-{chr(97 + n % 26)}" for n in range(count)]
    for name in names:
        new_chapter.write(book, name, f"Sample {name[-3:]}")
    pages = [{"file": f"book/{name}"} for name in [*names, "bibliography"]]
    toc = {"format": "jb-book", "root": "index", "chapters": pages}
    (book / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")


def in_folder(work: Callable[[Path], dict]) -> dict:
    with tempfile.TemporaryDirectory(prefix="builds-") as folder:
        return work(Path(folder))


def table(found: dict) -> str:
    """The results as text."""
    lines = [f"{'build (ours, every page written anew = 1)':46} ours plain at most"]
    for name, row in found["ratios"].items():
        lines.append(f"{name:46} {row['ours']:4} {row['plain']:5} {row['at_most']:7}")
    for name, row in found["serve"].items():
        lines.append(f"make serve, {name:34} {row['ratio']:4}   in seconds: {row['seconds']}")
    memory = found["memory_mib"]
    lines.append(f"{'peak memory (MiB)':46} {memory['ours']:4} {memory['plain']:5} {400:7}")
    one = found["table_edited"]
    lines.append(f"{one['table']} edited: executed {one['executed']}, read by {one['read_by']}")
    lines.append(f"two folders, the same bytes: {found['same_bytes_in_two_folders']}")
    for count, row in found.get("growth", {}).items():
        lines.append(f"{count} sample chapters (4 = 1): {row}")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--growth", action="store_true")
    found = {
        "date": date.today().isoformat(),
        "machine": {
            "cores": os.cpu_count(),
            "memory_gib": round(psutil.virtual_memory().total / 2**30),
            "system": platform.system(),
            "python": platform.python_version(),
        },
    }
    grown = parser.parse_args().growth
    found |= in_folder(compare)
    if grown:
        found["growth"] = in_folder(growth)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(table(found))
