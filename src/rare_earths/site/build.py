"""``make book``: build the site aside, and put it in the place of the last one only if it is whole.

Jupyter Book does the building.  It writes below ``_build/aside``; when it succeeds the result
is copied and takes the place of ``_build/html`` by renaming, so that a reader of that folder
sees the old site or the new one, never a part.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ASIDE = Path("_build") / "aside"
SITE = Path("_build") / "html"


def build(root: Path) -> int:
    """Build the book at `root`; return 0, or the exit status of what failed."""
    recover(root)
    started = time.perf_counter()
    program = str(Path(sys.executable).with_name("jupyter-book"))
    command = [program, "build", ".", "-W", "-n", "--keep-going", "--path-output", str(ASIDE)]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command,
        cwd=root,
        env=environment,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    shown, log = Progress(), []
    for line in process.stdout:
        log.append(line)
        shown.take(line)
    status = process.wait()
    (root / "_build").mkdir(exist_ok=True)
    (root / "_build" / "build.log").write_text("".join(log), encoding="utf-8")
    if status:
        shown.explain(log)
        stands = "the last good site still stands" if (root / SITE).is_dir() else "there is no site"
        print(f"The book was not built; {stands} in {SITE}/. The whole log: _build/build.log")
        return status
    publish(root / ASIDE / SITE, root / SITE)
    print(f"Built in {time.perf_counter() - started:.1f} s: {root / SITE / 'index.html'}")
    print("Serve it with: make serve   (http://127.0.0.1:8000/)")
    return 0


class Progress:
    """Says of Jupyter Book's output what a contributor wants to know."""

    WANTED = ("executed in", "FAILED", "tables,", "build succeeded")

    def take(self, line: str) -> None:
        text = _plain(line).strip()
        if any(mark in text for mark in self.WANTED):
            print(text, flush=True)

    def explain(self, log: list[str]) -> None:
        """The messages that name a cause: each warning, and an error to its end; else the tail."""
        causes: list[str] = []
        in_error = False
        for line in (_plain(line).rstrip() for line in log):
            if "ExtensionError: " in line:
                in_error, line = True, line.split("ExtensionError: ", 1)[1]
            elif line.startswith(("The above exception", "Traceback", "====", "RuntimeError")):
                in_error = False
            warns = ("WARNING: " in line or "ERROR: " in line) and "Parser" not in line
            if (in_error or warns) and line not in causes:
                causes.append(line)
        print("\n".join(causes or map(str.rstrip, log[-30:])).strip() + "\n")


def _plain(line: str) -> str:
    """The line without colour codes."""
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", line)


def publish(built: Path, site: Path) -> None:
    """Copy `built` beside `site`, then swap the two by renaming."""
    new, old = site.with_name(site.name + ".new"), site.with_name(site.name + ".old")
    shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(built, new)
    if site.exists():
        site.rename(old)
    new.rename(site)
    shutil.rmtree(old, ignore_errors=True)


def recover(root: Path) -> None:
    """Finish what an interrupted swap left: the old site goes back to its place."""
    site = root / SITE
    old = site.with_name(site.name + ".old")
    if old.is_dir() and not site.exists():
        old.rename(site)


if __name__ == "__main__":
    raise SystemExit(build(Path.cwd()))
