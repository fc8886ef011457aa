"""Print HTML files to tagged PDF with Chromium: one browser for all, several pages at a time."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

VERSION = 2  # of how pages are printed; a new one prints all files anew
SHEETS = {"a4": "A4", "letter": "Letter"}
SCALES = (1, 0.94, 0.88)  # the text is 10.5 pt at first; what is too long may be set smaller
_AT_ONCE = 3
_MARGIN = {"top": "15mm", "bottom": "17mm", "left": "17mm", "right": "17mm"}
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
SWITCHES += ["--disable-component-update", "--no-first-run"]
_DATE = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}[^)]*\)")
_FOOTER = (
    '<div style="width:100%;margin:0 17mm;font:8px Arial;color:#333;display:flex;'
    'justify-content:space-between"><span>{title}</span>'
    '<span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>'
)


class NoBrowser(RuntimeError):
    """No Chromium was found."""


@dataclass(frozen=True)
class Job:
    """A file to print: which HTML, on which sheet (``a4``, ``letter``), where to, how long."""

    source: Path
    sheet: str
    target: Path
    title: str
    most_pages: int | None = None


def chromium() -> str | None:
    """Path of an installed Chromium or Chrome; None leaves the choice to Playwright."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def print_all(jobs: Sequence[Job]) -> None:
    """Print all jobs.

    Raises
    ------
    NoBrowser
        If Chromium does not start.
    """
    if jobs:
        asyncio.run(_print_all(jobs))


async def _print_all(jobs: Sequence[Job]) -> None:
    from playwright.async_api import Error, async_playwright

    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        except Error as error:
            raise NoBrowser(str(error).splitlines()[0]) from None
        context = await browser.new_context(java_script_enabled=False, offline=True)
        waiting = list(reversed(jobs))

        async def worker() -> None:
            page = await context.new_page()
            while waiting:
                await _print(page, waiting.pop())

        await asyncio.gather(*(worker() for _ in range(min(_AT_ONCE, len(jobs)))))
        await browser.close()


async def _print(page, job: Job) -> None:
    await page.goto(job.source.resolve().as_uri())
    for scale in SCALES:
        content = await page.pdf(
            format=SHEETS[job.sheet],
            margin=_MARGIN,
            scale=scale,
            print_background=True,
            tagged=True,
            outline=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=_FOOTER.format(title=escape(job.title)),
        )
        if job.most_pages is None or pages(content) <= job.most_pages:
            break
    job.target.parent.mkdir(parents=True, exist_ok=True)
    job.target.write_bytes(undated(content))


def undated(content: bytes) -> bytes:
    """The PDF without the moment it was printed: same pages, same bytes."""
    return _DATE.sub(lambda match: b"/%s (D:20000101000000+00'00')" % match[1], content)


def pages(content: bytes) -> int:
    """Number of pages of a PDF that Chromium wrote."""
    return len(re.findall(rb"/Type\s*/Page\b", content))
