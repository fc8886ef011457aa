"""Promise: whatever happens to a build, the last good site stands, and the next build mends all.

Builds are killed at random moments: twice here, as often as ``BOOK_KILLS`` says by hand
(``BOOK_KILLS=10 pytest tests/test_robust.py``).  ``BOOK_SEED`` repeats the moments of a run.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from test_build import edited, make

from rare_earths.site.build import publish

pytestmark = pytest.mark.xdist_group("small book, killed")

KILLS = int(os.environ.get("BOOK_KILLS", "2"))
SEED = int(os.environ.get("BOOK_SEED", random.randrange(10**6)))
BUILD = [sys.executable, "-m", "rare_earths.site.build"]


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a site."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def built(small_book):
    done = make(small_book)
    assert done.returncode == 0, done.stdout
    return small_book


@pytest.fixture(scope="module")
def site(built):
    return built / "_build" / "html"


@pytest.fixture(scope="module")
def first(site):
    """The site as it was built first."""
    return content(site)


def test_two_builds_of_the_same_sources_are_the_same_bytes(built, first, tmp_path, monkeypatch):
    """In another folder, time zone and order of hashes; after another state of the sources."""
    copy = tmp_path / "some" / "where" / "else"
    shutil.copytree(built, copy, ignore=shutil.ignore_patterns("_build"))
    monkeypatch.setenv("RARE_EARTHS_DATA", str(copy / "data"))
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("PYTHONHASHSEED", "17")
    with edited(copy / "one.md", "Chapter one", "First chapter"):
        done = make(copy)
    assert done.returncode == 0, done.stdout
    assert content(copy / "_build" / "html") != first
    assert make(copy).returncode == 0
    again = content(copy / "_build" / "html")
    assert sorted(again) == sorted(first)
    assert [name for name in first if first[name] != again[name]] == []


def test_killed_at_any_moment_the_site_is_the_old_or_the_new_one(built, site, first):
    def write(chapter: str, figure: str) -> None:
        for path, text in ((built / "two.md", chapter), (built / "data" / "reserves.csv", figure)):
            path.write_text(text, encoding="utf-8")

    chapter = (built / "two.md").read_text(encoding="utf-8")
    figure = (built / "data" / "reserves.csv").read_text(encoding="utf-8")
    states = [
        (chapter, figure),
        (
            chapter.replace("mark_bar()", "mark_bar(size=9)").replace("largest is", "greatest is"),
            figure.replace(",44000000,", ",45000000,"),
        ),
    ]
    write(*states[1])
    started = time.monotonic()
    assert make(built).returncode == 0
    seconds = time.monotonic() - started
    sites = [first, content(site)]
    assert sites[0] != sites[1]

    moments = random.Random(SEED)
    for number in range(1, KILLS + 1):
        how = signal.SIGKILL if number % 2 else signal.SIGINT
        after = moments.uniform(0, seconds)
        told = f"seed {SEED}, kill {number}: {how.name} after {after:.2f} of {seconds:.2f} s"
        wanted = 1 - number % 2  # back and forth
        write(*states[wanted])
        process = subprocess.Popen(
            BUILD, cwd=built, start_new_session=True, stdout=subprocess.DEVNULL
        )
        time.sleep(after)
        os.killpg(process.pid, how)
        process.wait(timeout=30)
        assert content(site) in sites, told
        assert left_behind(built) == [], told
        done = make(built)
        assert done.returncode == 0, told + done.stdout
        assert content(site) == sites[wanted], told
    write(*states[0])


def left_behind(book: Path) -> list[str]:
    """Processes at work in the book's folder five seconds later (where the system tells)."""
    for _ in range(50):
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if (entry / "cwd").resolve().is_relative_to(book):
                    found.append((entry / "cmdline").read_text().replace("\0", " "))
            except OSError:  # ended meanwhile, or not ours
                continue
        if not found:
            break
        time.sleep(0.1)
    return found


def test_a_reader_never_finds_the_site_missing(tmp_path):
    if sys.platform not in ("linux", "darwin"):
        pytest.skip("this system cannot exchange two folders in one step")
    site = tmp_path / "html"
    editions = [tmp_path / "one", tmp_path / "two"]
    for edition in editions:
        edition.mkdir()
        (edition / "index.html").write_text(edition.name)
    publish(editions[0], site)
    missed, stop = [], threading.Event()

    def read():
        while not stop.is_set():
            if not (site / "index.html").is_file():
                missed.append(time.monotonic())

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(300):
        publish(editions[number % 2], site)
    stop.set()
    reader.join()
    assert not missed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["html", "one", "two"]


def test_two_builds_at_once_take_turns(built, site):
    with edited(built / "one.md", "The largest is", "In turn, the largest is"):
        first, second = (
            subprocess.Popen(BUILD, cwd=built, stdout=subprocess.PIPE, text=True) for _ in "12"
        )
        said = first.communicate()[0] + second.communicate()[0]
        assert (first.returncode, second.returncode) == (0, 0), said
        assert "Another build of this book is running" in said
        assert "In turn, the largest is" in (site / "one.html").read_text(encoding="utf-8")


def test_on_a_full_disk_the_site_stands_and_the_message_says_so(built):
    """On a disk in memory, in a mount namespace of its own, which ends with the commands."""
    commands = """
        mount -t tmpfs -o size=200m none "$1"
        cp -r "$2" "$1/book"
        cd "$1/book"
        export RARE_EARTHS_DATA="$PWD/data"
        sed -i 's/^The largest is/On a full disk, the largest is/' one.md
        sum() { find _build/html -type f -exec sha256sum {} + | sort | sha256sum; }
        before=$(sum)
        used=$(df -k "$1" | awk 'END {print $3}')
        mount -o "remount,size=$((used + 400))k" "$1"
        if "$3" -m rare_earths.site.build; then exit 3; fi
        test "$before" = "$(sum)"
        mount -o remount,size=200m "$1"
        "$3" -m rare_earths.site.build
        grep -q "On a full disk" _build/html/one.html
    """
    apart = ["unshare", "--map-root-user", "--mount"]
    disk = built.parent / "disk"
    disk.mkdir()
    try:
        trial = ["sh", "-c", f'mount -t tmpfs none "{disk}"']
        subprocess.run([*apart, *trial], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system does not let us mount a small disk")
    done = subprocess.run(
        [*apart, "sh", "-euc", commands, "sh", str(disk), str(built), sys.executable],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No space left on device" in done.stdout
    assert "last good site still stands" in done.stdout
