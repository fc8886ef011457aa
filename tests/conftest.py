"""What the tests share: the repository, the executed chapters, the built site."""

import json
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from site_visits import launched

from rare_earths.site import execution
from rare_earths.site.hosting import hosted, published_path

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / "_build" / ".jupyter_cache"
CHAPTERS = execution.chapters(ROOT)


# Modules about what the cells compute and what is made of it; they need no built site.
OF_CHAPTERS = {
    "test_chapters",
    "test_charts",
    "test_evidence",
    "test_maps",
    "test_numbers",
    "test_royalties",
    "test_supply_cut",
    "test_teaching",
}


def gate(item: pytest.Item) -> str:
    """The gate of a test, found by where it stands and what it asks for: each has just one."""
    folder = item.path.relative_to(ROOT / "tests").parts[0]
    if folder == "browser" or "chromium" in item.fixturenames:
        return "browser"
    if folder == "data" or item.path.stem == "test_tables":
        return "data"
    return "chapters" if item.path.stem in OF_CHAPTERS else "site"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(gate(item))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def executed() -> dict:
    """docname -> notebook with outputs; executes what the build has not executed already."""
    execution.refresh(ROOT, CACHE)
    return {c.docname: execution.executed(ROOT, CACHE, c) for c in CHAPTERS}


@pytest.fixture(scope="session")
def site() -> Path:
    """The built site. ``make test`` builds it; by hand, ``make book`` does."""
    folder = ROOT / "_build" / "html"
    assert (folder / "index.html").is_file(), "no site in _build/html: run `make book` first"
    return folder


@pytest.fixture(scope="module")
def small_book(tmp_path_factory):
    """A book of two chapters on two tables, for breaking: its own data, its own build folder."""
    book = tmp_path_factory.mktemp("small") / "book"
    shutil.copytree(ROOT / "tests" / "small_book", book)
    shutil.copy(ROOT / "_config.yml", book)
    data = book / "data"
    data.mkdir()
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    wanted = {"reserves", "crustal_abundance", "elements", "countries", "flags", "sources"}
    package["resources"] = [r for r in package["resources"] if r["name"] in wanted]
    (data / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    for resource in package["resources"]:
        shutil.copy(ROOT / "data" / resource["path"], data)
    (data / "sources.bib").write_text("@misc{usgs, title={Summaries}, year={2026}}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RARE_EARTHS_DATA", str(data))
        yield book


@pytest.fixture(scope="session")
def address(site):
    """Where the site is served as its host will serve it: in a folder, not at the root."""
    with hosted(site, published_path(site)) as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()
