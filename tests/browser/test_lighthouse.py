"""Promise: Lighthouse gives full marks for accessibility, best practices and search engines.

Its marks for speed differ from run to run; ``make bench`` measures them.
"""

import json
import subprocess
import sys

import pytest
from site_visits import CHAPTERS, CHART_PAGES, ROOT

HEAVIEST = max(CHAPTERS, key=lambda page: (ROOT / page).with_suffix(".md").stat().st_size)
MARKS = {"accessibility": 100, "best-practices": 100, "seo": 100}


@pytest.mark.parametrize("page", ["index.html", HEAVIEST, *CHART_PAGES[:1]])
def test_full_marks(site, page):
    command = [sys.executable, "benchmarks/lighthouse.py", page, "--categories", *MARKS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)[page]
    assert {name: found[name] for name in MARKS} == MARKS, found["faults"]
