"""Which pages the built site has, and a visit to one of them in a browser.

The tests in a browser and the benchmark of pages both stand on this.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Playwright

from rare_earths.site import execution
from rare_earths.site.teach.pdf import SWITCHES, chromium
from rare_earths.site.translation.catalogues import languages

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}
SHEET = {"width": 680, "height": 912}  # px that fit between the margins of A4 and of Letter
LOST = "404.html"  # a host answers with it where nothing is


def pages_in(folder: str = "", pattern: str = "*.html") -> list[str]:
    """Addresses of the built pages in one folder of the site."""
    return sorted(path.relative_to(SITE).as_posix() for path in (SITE / folder).glob(pattern))


# Where no site was built yet, the fixture `site` of the tests says so.
CHAPTERS = [f"{chapter.docname}.html" for chapter in execution.chapters(ROOT)]
BOOK = [*pages_in(), *pages_in("book", "**/*.html")] or CHAPTERS
DATA_PAGES, CHART_PAGES = pages_in("data"), pages_in("charts")
TAUGHT = pages_in("teach", "**/*.html")
TRANSLATED = [page for language in languages(ROOT) for page in pages_in(language, "**/*.html")]
EVERY_PAGE = [*BOOK, *DATA_PAGES, *CHART_PAGES, *TAUGHT, *TRANSLATED]


def launched(playwright: Playwright) -> Browser:
    """The system's Chromium, else Playwright's, without a window."""
    return playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)


def file_of(url: str, address: str) -> str:
    """The file of the site that is asked for, by its path in the folder."""
    return urlsplit(url).path.removeprefix(f"{urlsplit(address).path}/")


class Visit:
    """One page in one browser context, with all it asked for and complained of."""

    def __init__(self, browser, address, page, size="desk", scheme="light", script=True, **more):
        self.context = browser.new_context(
            viewport=SIZES[size], color_scheme=scheme, java_script_enabled=script, **more
        )
        self.page = self.context.new_page()
        self.address = address
        self.url = f"{address}/{'book/no/such/page.html' if page == LOST else page}"
        self.requests, self.finished, self.complaints = [], [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("requestfinished", lambda request: self.finished.append(request))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._console)
        answer = self.page.goto(self.url)
        assert answer.status == (404 if page == LOST else 200), f"{page}: {answer.status}"

    def _console(self, message):
        missing = message.text.startswith("Failed to load resource")
        if missing and message.location.get("url") == self.url:
            return  # the 404 that was asked for
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def foreign(self) -> list[str]:
        """Requests that went to another host."""
        return [url for url in self.requests if not url.startswith((self.address, "data:"))]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()
