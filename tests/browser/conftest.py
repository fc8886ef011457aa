"""One visit to a page for several tests; and the file that the page on accessibility prints, which
``make checks`` has these tests write.
"""

import json
from datetime import date

import pytest
from axe import EVERY_VIEW, SCREENS, SOME_VIEWS, STANDARD
from site_visits import (
    CHAPTERS,
    CHART_PAGES,
    DATA_PAGES,
    EVERY_PAGE,
    LOST,
    ROOT,
    TAUGHT,
    TRANSLATED,
)

from .reading import Reading

CHECKS = ROOT / "book" / "about" / "checks.json"
# Few faults show only without scripts or in print: `make test` looks at one page of each template.
OF_EACH_KIND = {"index.html", "search.html", LOST}
OF_EACH_KIND |= {
    page for kind in (CHAPTERS, DATA_PAGES, CHART_PAGES, TAUGHT, TRANSLATED) for page in kind[:1]
}


def pytest_addoption(parser):
    told = f"open every page in every view, and write {CHECKS.name} anew"
    parser.addoption("--every-page", action="store_true", help=told)


@pytest.fixture(scope="session")
def reading(chromium, address, request):
    """Page -> what one visit to it shows; several tests look at the same visit."""
    every = request.config.getoption("--every-page", default=False)
    known: dict[str, Reading] = {}

    def read(page: str) -> Reading:
        if page not in known:
            few = SOME_VIEWS if page in OF_EACH_KIND else SCREENS
            known[page] = Reading.of(chromium, address, page, EVERY_VIEW if every else few)
        return known[page]

    return read


def pytest_sessionfinish(session):
    """Gather what the tests of all pages recorded, whichever worker ran them."""
    config = session.config
    if not config.getoption("--every-page", default=False) or hasattr(config, "workerinput"):
        return
    reports = config.pluginmanager.get_plugin("terminalreporter").stats
    records = [
        value
        for outcome in ("passed", "failed")
        for report in reports.get(outcome, ())
        for name, value in report.user_properties
        if name == "axe"
    ]
    if len(records) == len(EVERY_PAGE):  # and not only those that `-k` chose
        CHECKS.write_text(json.dumps(summary(records), indent=2) + "\n", encoding="utf-8")


def summary(records: list[dict]) -> dict:
    """The results of all pages in the form that ``rare_earths.site.checks`` reads."""
    looks = [look for record in records for look in record.values()]
    broken: dict[str, dict] = {}
    for record in records:
        faults = [rule for look in record.values() for rule in look["violations"]]
        for rule in faults:
            entry = {"rule": rule["id"], "impact": rule["impact"], "pages": 0, "elements": 0}
            broken.setdefault(rule["id"], entry)["elements"] += rule["elements"]
        for name in {rule["id"] for rule in faults}:
            broken[name]["pages"] += 1
    return {
        "date": date.today().isoformat(),
        "engine": looks[0]["engine"],
        "standard": STANDARD,
        "rules": max(look["rules"] for look in looks),
        "pages": len(records),
        "views": [str(view) for view in EVERY_VIEW],
        "violations": [broken[rule] for rule in sorted(broken)],
        "undecided": sorted({rule for look in looks for rule in look["undecided"]}),
    }
