"""Promise: ``make test`` gets the programs it needs in one go, or says what to run.

Nothing is installed here: the only programs in sight are stubs.
"""

import os
import re
import shutil
import subprocess
import sys

import programs
import pytest

BOTH = ["chromium", "libreoffice"]


class Machine:
    """A machine whose apt-get and Playwright note how they were called, and bring what they can."""

    def __init__(self, folder):
        self.bin, self.calls = folder / "bin", folder / "calls"
        self.bin.mkdir()
        self.calls.touch()

    def has(self, name, does="exit 0"):
        path = self.bin / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> "{self.calls}"\n{does}\n')
        path.chmod(0o755)
        return str(path)

    def apt_that_brings(self, *names):
        """An apt-get whose `install` puts these programs in place."""
        put = "\n".join(f'cp "$0" "{self.bin / name}"' for name in names)
        self.has("apt-get", f"[ $1 = install ] || exit 0\n{put}")

    @property
    def asked(self):
        return self.calls.read_text().splitlines()


@pytest.fixture
def machine(tmp_path, monkeypatch):
    machine = Machine(tmp_path)
    (machine.bin / "cp").symlink_to(shutil.which("cp"))
    monkeypatch.setenv("PATH", str(machine.bin))
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(sys, "executable", machine.has("python", "exit 1"))
    return machine


def test_what_is_there_is_left_alone(machine):
    machine.apt_that_brings(*BOTH)
    machine.has("google-chrome")
    machine.has("soffice")
    assert programs.main(BOTH) == 0
    assert machine.asked == []


def test_root_gets_all_that_is_missing_in_one_go(machine, capsys):
    machine.apt_that_brings("chromium", "soffice")
    assert programs.main(BOTH) == 0
    update, install = machine.asked
    assert update.startswith("apt-get update")
    assert install.split()[1:3] == ["install", "--no-install-recommends"]
    assert {"chromium", "libreoffice-writer-nogui", "-y"} <= set(install.split())
    assert "note" not in capsys.readouterr().out


def test_only_what_is_missing_and_asked_for_is_installed(machine):
    machine.apt_that_brings("chromium")
    assert programs.main(["chromium"]) == 0
    assert "libreoffice" not in machine.asked[-1]
    machine.apt_that_brings("soffice")
    assert programs.main(BOTH) == 0
    assert machine.asked[-1].split()[-1] == "libreoffice-writer-nogui"


def test_who_is_not_root_is_told_what_to_run(machine, monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine.apt_that_brings("chromium", "soffice")
    machine.has("chromium")
    assert programs.main(BOTH) == 0, "the tests run without LibreOffice"
    assert machine.asked == []
    told = capsys.readouterr().out
    assert "skipped" in told and programs.advice("libreoffice") in told


def test_playwright_may_bring_the_browser(machine, monkeypatch):
    machine.apt_that_brings()
    monkeypatch.setattr(sys, "executable", machine.has("python", "exit 0"))
    assert programs.main(["chromium"]) == 0
    assert machine.asked[-1] == "python -m playwright install chromium"


def test_without_any_browser_it_fails_and_says_how_to_get_one(machine):
    machine.apt_that_brings()
    assert programs.advice("chromium") in programs.main(BOTH)


@pytest.mark.parametrize("target", ["teach", "browser", "site", "test"])
def test_only_targets_that_open_documents_ask_for_libreoffice(root, target):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    would_do = subprocess.run(
        ["make", "-n", target],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    (asked,) = re.findall(r"tools/programs\.py (.+)", would_do.stdout)
    assert asked.split() == (BOTH if target in ("site", "test") else BOTH[:1])
