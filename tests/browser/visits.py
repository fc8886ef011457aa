"""What the browser tests share: which pages there are, and a visit to one of them."""

from __future__ import annotations

import pytest
from conftest import CHAPTERS as SOURCES
from conftest import ROOT

from rare_earths.site.translation.catalogues import languages

SITE = ROOT / "_build" / "html"
CHECKS = ROOT / "book" / "about" / "checks.json"  # what the page about accessibility prints
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}


def pages_in(folder: str = "", pattern: str = "*.html") -> list[str]:
    """Addresses of the built pages in one folder of the site."""
    return sorted(path.relative_to(SITE).as_posix() for path in (SITE / folder).glob(pattern))


def sample(pages: list[str], number: int = 5) -> list[str]:
    """The first, the last, and others evenly spaced between them."""
    if len(pages) <= number:
        return pages
    return [pages[round(i * (len(pages) - 1) / (number - 1))] for i in range(number)]


# Where no site was built yet, the fixture `site` says so.
CHAPTERS = [f"{chapter.docname}.html" for chapter in SOURCES]
BOOK = [*pages_in(), *pages_in("book", "**/*.html")] or CHAPTERS
BOOK = [page for page in BOOK if page != "404.html"]  # works only where the book is published
DATA_PAGES, CHART_PAGES = pages_in("data"), pages_in("charts")
TAUGHT = pages_in("teach", "**/*.html")
TRANSLATED = [page for language in languages(ROOT) for page in pages_in(language, "**/*.html")]
MANY = (DATA_PAGES, CHART_PAGES, TAUGHT, TRANSLATED)
PAGES = [*BOOK, *(page for pages in MANY for page in sample(pages))]


def together(pages: list[str]) -> list:
    """The pages as parameters whose tests run in one worker, so that they share a visit."""
    return [pytest.param(page, marks=pytest.mark.xdist_group(page)) for page in pages]


class Visit:
    """One page in one browser context, with all it asked for and complained of."""

    def __init__(self, browser, address, page, size="desk", scheme="light", script=True, **more):
        self.context = browser.new_context(
            viewport=SIZES[size], color_scheme=scheme, java_script_enabled=script, **more
        )
        self.page = self.context.new_page()
        self.address = address
        self.requests, self.complaints = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._console)
        self.page.goto(f"{address}/{page}")

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def foreign(self) -> list[str]:
        """Requests that went to another host."""
        return [url for url in self.requests if not url.startswith((self.address, "data:"))]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()
