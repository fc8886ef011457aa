"""Have a Chromium for the browser tests: the system's, else Debian's package, else Playwright's."""

import os
import shutil
import subprocess
import sys


def find():
    """Path of an installed Chromium or Chrome, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    return None


def main():
    if find():
        return 0
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests ...", flush=True)
        quiet = {"stdout": subprocess.DEVNULL}
        subprocess.call(["apt-get", "update", "-qq"], **quiet)
        subprocess.call(["apt-get", "install", "-y", "-qq", "chromium"], **quiet)
        if find():
            return 0
    if subprocess.call([sys.executable, "-m", "playwright", "install", "chromium"]) == 0:
        return 0
    return "error: the browser tests need Chromium; as root: apt-get install chromium"


if __name__ == "__main__":
    sys.exit(main())
