"""``make book``: build the site aside, and put it in the place of the last one only if it is whole.

Jupyter Book does the building.  It writes below ``_build/aside``; when it succeeds the result
is copied and changes places with ``_build/html``, so that a reader of that folder sees the old
site or the new one, never a part.  A build may be cut off at any moment: the next one starts
from what is whole.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rare_earths.site.causes import causes, plain

BUILD = Path("_build")
ASIDE = BUILD / "aside"
SITE = BUILD / "html"
UNFINISHED = BUILD / "unfinished"  # there while a build runs, and after one that was cut off
INTERRUPTED = 130  # as a shell reports Ctrl+C
# The C library of Linux keeps freed memory less long: a small machine has little to spare.
FRUGAL = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "65536"}
PAGE_NOT_WRITTEN = "error writing file"  # Sphinx goes on, and takes the page for done


def build(root: Path) -> int:
    """Build the book at `root`; return 0, or the exit status of what failed."""
    started = time.perf_counter()
    try:
        (root / BUILD).mkdir(exist_ok=True)
        with alone(root / BUILD / "lock") as lock:
            status = _build(root, lock)
    except KeyboardInterrupt:
        status = INTERRUPTED
        print("\nInterrupted.")
    except OSError as error:  # no room on the disk, no right to write
        status = 1
        print(f"error: {_first(error)}")
    if status:
        stands = "the last good site still stands" if (root / SITE).is_dir() else "there is no site"
        print(f"The book was not built; {stands} in {SITE}/. The whole log: _build/build.log")
        return status
    print(f"Built in {time.perf_counter() - started:.1f} s: {root / SITE / 'index.html'}")
    print("Serve it with: make serve   (http://127.0.0.1:8000/)")
    return 0


def _build(root: Path, lock: int) -> int:
    recover(root)
    (root / UNFINISHED).touch()
    output = Output()
    status = _jupyter_book(root, lock, output)
    if status:
        print("\n".join(causes(output.log, root)).strip() + "\n")
    (root / BUILD / "build.log").write_text("".join(output.log), encoding="utf-8")
    if status < 0:
        print(f"Jupyter Book was stopped by the system: {signal.Signals(-status).name}.")
        return 128 - status
    if not status:
        publish(root / ASIDE / SITE, root / SITE)
    if not any(PAGE_NOT_WRITTEN in line for line in output.log):
        (root / UNFINISHED).unlink()
    return status


def _jupyter_book(root: Path, lock: int, output: Output) -> int:
    """Run Jupyter Book and return its exit status; negative is the signal that ended it."""
    program = str(Path(sys.executable).with_name("jupyter-book"))
    command = [program, "build", ".", "-W", "-n", "--keep-going", "--path-output", str(ASIDE)]
    process = subprocess.Popen(
        command,
        cwd=root,
        env=os.environ | FRUGAL | {"PYTHONUNBUFFERED": "1"},
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=[lock],  # should we be killed and not it, the next build waits for its end
    )
    try:
        for line in process.stdout:
            output.take(line)
        return process.wait()
    finally:
        process.kill()  # nothing to it after its end


@contextmanager
def alone(lock: Path) -> Iterator[int]:
    """Hold the lock of this book's builds; the system lets go of it whenever its holders end."""
    with open(lock, "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another build of this book is running; waiting for its end ...", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()


def _first(error: OSError) -> str:
    """What went wrong; where a copy of many files failed, what went wrong with the first."""
    return error.args[0][0][-1] if isinstance(error, shutil.Error) else str(error)


class Output:
    """Keeps what Jupyter Book prints, and says of it what a contributor wants to know."""

    WANTED = ("executed in", "FAILED", "tables,", "build succeeded")

    def __init__(self):
        self.log: list[str] = []

    def take(self, line: str) -> None:
        self.log.append(line)
        text = plain(line).strip()
        if any(mark in text for mark in self.WANTED):
            print(text, flush=True)


def _beside(site: Path) -> tuple[Path, Path]:
    """Where the next site is put together, and where the last one waits, if it must."""
    return site.with_name(site.name + ".new"), site.with_name(site.name + ".old")


def publish(built: Path, site: Path) -> None:
    """Copy `built` beside `site`, then let the two change places.

    Sphinx's note of its settings stays behind: paths of this machine are in its hash.
    """
    new, old = _beside(site)
    try:
        shutil.copytree(built, new, ignore=shutil.ignore_patterns(".buildinfo"))
        if not site.exists():
            new.rename(site)
        elif not exchange(new, site):
            site.rename(old)
            new.rename(site)
    finally:
        _finish_swap(site)


def exchange(one: Path, other: Path) -> bool:
    """Have two folders change places in a single step; False where the system knows none."""
    here, swap = -100, 2  # AT_FDCWD; RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS
    system = ctypes.CDLL(None)
    paths = os.fsencode(one), os.fsencode(other)
    if hasattr(system, "renameat2"):
        return system.renameat2(here, paths[0], here, paths[1], swap) == 0
    if hasattr(system, "renamex_np"):
        return system.renamex_np(*paths, swap) == 0
    return False


def _finish_swap(site: Path) -> None:
    new, old = _beside(site)
    if old.is_dir() and not site.exists():
        old.rename(site)
    shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def recover(root: Path) -> None:
    """Undo what a build left that was cut off: a swap half done, pages half written."""
    _finish_swap(root / SITE)
    if (root / UNFINISHED).exists():
        # Sphinx takes a page for done by its date; of an error it clears up itself.
        for name in ("html", ".doctrees"):
            shutil.rmtree(root / ASIDE / "_build" / name, ignore_errors=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    raise SystemExit(build(Path.cwd()))
