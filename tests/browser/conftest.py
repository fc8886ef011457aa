"""One visit to a page for several tests; and the file that the page on accessibility prints, which
``make checks`` has these tests write.
"""

import json
from datetime import date

import pytest

from .axe import STANDARD, THEMES, WIDTHS
from .reading import Reading
from .visits import CHECKS


def pytest_addoption(parser):
    parser.addoption("--write-checks", action="store_true", help=f"write {CHECKS.name} anew")


@pytest.fixture(scope="session")
def reading(chromium, address, request):
    """Page -> what one visit to it shows; several tests look at the same visit."""
    all_views = request.config.getoption("--write-checks", default=False)
    known: dict[str, Reading] = {}

    def read(page: str) -> Reading:
        if page not in known:
            known[page] = Reading.of(chromium, address, page, all_views)
        return known[page]

    return read


def pytest_sessionfinish(session):
    """Gather what the tests of all pages recorded, whichever worker ran them."""
    config = session.config
    if not config.getoption("--write-checks", default=False) or hasattr(config, "workerinput"):
        return
    reports = config.pluginmanager.get_plugin("terminalreporter").stats
    records = [
        value
        for outcome in ("passed", "failed")
        for report in reports.get(outcome, ())
        for name, value in report.user_properties
        if name == "axe"
    ]
    if records:
        CHECKS.write_text(json.dumps(summary(records), indent=2) + "\n", encoding="utf-8")


def summary(records: list[dict]) -> dict:
    """The results of all pages in the form that ``rare_earths.site.checks`` reads."""
    broken: dict[str, dict] = {}
    for record in records:
        for rule in record["violations"]:
            entry = {"rule": rule["id"], "impact": rule["impact"], "pages": 0, "elements": 0}
            entry = broken.setdefault(rule["id"], entry)
            entry["pages"] += 1
            entry["elements"] += rule["elements"]
    return {
        "date": date.today().isoformat(),
        "engine": records[0]["engine"],
        "standard": STANDARD,
        "rules": records[0]["rules"],
        "pages": len(records),
        "themes": THEMES,
        "widths": WIDTHS,
        "violations": [broken[rule] for rule in sorted(broken)],
        "undecided": sorted({rule for record in records for rule in record["undecided"]}),
    }
