"""``python -m rare_earths.site.teach [--full]``: the teaching files of the site in _build/html."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rare_earths.site.build import SITE
from rare_earths.site.teach import make

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    words = "also PDF files (needs Chromium) and the offline copy"
    parser.add_argument("--full", action="store_true", help=words)
    root = Path.cwd()
    sys.exit(make.run(root, root / SITE, full=parser.parse_args().full))
