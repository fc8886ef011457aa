"""Have the programs that no Python package brings: a Chromium, and LibreOffice for one test.

``python tools/programs.py chromium libreoffice`` asks for both. Run as root on Debian, it installs
the packages of all that are missing in one go; else it says what to run. Chromium prints the book
and is in all browser tests, so without one, nor one from Playwright, this fails; the test in
LibreOffice is skipped. Standard library only.
"""

import os
import shutil
import subprocess
import sys

COMMANDS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "libreoffice": ("soffice",),
}
PACKAGES = {
    "chromium": ("chromium", "fonts-liberation"),
    "libreoffice": ("libreoffice-writer-nogui",),
}
INSTALL = ["apt-get", "install", "--no-install-recommends"]


def find(program):
    """Path of the program on this machine, or None."""
    return next((path for name in COMMANDS[program] if (path := shutil.which(name))), None)


def advice(*programs):
    """The command that installs these programs on Debian and Ubuntu."""
    return " ".join(["sudo", *INSTALL, *(name for one in programs for name in PACKAGES[one])])


def may_install():
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(programs):
    """Install the Debian packages of these programs; what went wrong stands in the terminal."""
    print(f"Installing {' and '.join(programs)} (once) ...", flush=True)
    packages = [name for one in programs for name in PACKAGES[one]]
    quiet = {
        "stdout": subprocess.DEVNULL,
        "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    }
    subprocess.call(["apt-get", "update", "-qq"], **quiet)
    subprocess.call([*INSTALL, "-y", "-qq", *packages], **quiet)


def from_playwright():
    """Whether Playwright has a Chromium of its own, or could fetch one."""
    return subprocess.call([sys.executable, "-m", "playwright", "install", "chromium"]) == 0


def main(programs):
    missing = [one for one in programs if not find(one)]
    if missing and may_install():
        install(missing)
        missing = [one for one in missing if not find(one)]
    if "libreoffice" in missing:
        print(
            "note: no LibreOffice here, so the test that opens the documents for teachers in it is "
            f"skipped. To have it: {advice('libreoffice')}"
        )
    if "chromium" in missing and not from_playwright():
        return (
            f"error: no Chromium, which prints and tests the book. To have it: {advice('chromium')}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
