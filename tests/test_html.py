"""Promise: every page is valid HTML, has its frame, and lets no foreign script run."""

import base64
import hashlib
import re

import page_faults
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT

from rare_earths.site.translation.catalogues import languages

pytestmark = pytest.mark.xdist_group("html")  # the pages are parsed once


@pytest.fixture(scope="module")
def pages(site) -> dict[str, BeautifulSoup]:
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in sorted(site.rglob("*.html"))
    }


def test_the_checker_of_html_finds_no_error(site):
    """All pages, with the Nu Html Checker of the WHATWG and the W3C."""
    found = list(page_faults.html_errors(sorted(site.rglob("*.html"))))
    assert not found, "\n".join(f"{path}, {fault}" for path, fault in found[:20])


def test_every_page_has_its_frame(pages):
    """Language, one viewport, one main heading in one main part, a text for every picture."""
    for name, page in pages.items():
        folder = name.partition("/")[0]
        language = folder if folder in languages(ROOT) else "en"
        assert page.html["lang"].startswith(language), name
        for part in ("h1", "main", 'meta[name="viewport"]'):
            assert len(page.select(part)) == 1, f"{name}: {part}"
        assert page_faults.without_words(page) == [], name


def test_links_to_other_sites_are_marked(pages):
    """``rel`` tells the style sheet to mark them, and the browser to keep our page apart."""
    number = 0
    for name, page in pages.items():
        for link in page.find_all("a", href=re.compile("^https?:")):
            assert {"external", "noopener"} <= set(link.get("rel", [])), f"{name}: {link}"
            number += 1
    assert number > 1000


def directives(page: BeautifulSoup) -> dict[str, list[str]]:
    """The page's Content-Security-Policy: directive -> allowed sources."""
    (meta,) = page.find_all("meta", attrs={"http-equiv": "Content-Security-Policy"})
    return {
        words[0]: words[1:]
        for part in meta["content"].split(";")
        if (words := part.strip().split())
    }


def scripts_allowed(page: BeautifulSoup) -> list[str]:
    policy = directives(page)
    return policy.get("script-src", policy["default-src"])


def test_the_policy_allows_scripts_of_this_site_only(pages):
    for name, page in pages.items():
        policy = directives(page)
        assert policy["default-src"] in (["'self'"], ["'none'"]), name  # none: papers to print
        assert policy.get("object-src", policy["default-src"]) == ["'none'"], name
        assert "'unsafe-eval'" not in str(policy), name
        assert not {"'unsafe-inline'", "*", "data:", "https:"} & set(scripts_allowed(page)), name
        meta = page.head.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
        early = [*meta.find_all_previous("link", rel="stylesheet"), *running(page, before=meta)]
        assert not early, f"{name}: the policy comes too late"


def running(page: BeautifulSoup, before=None) -> list:
    """Scripts that run; data in the form of a script are none."""
    scripts = before.find_all_previous("script") if before else page.find_all("script")
    return [one for one in scripts if one.get("type") != "application/ld+json"]


def test_inline_scripts_are_those_the_policy_names(pages):
    kinds = set()
    for name, page in pages.items():
        for script in running(page):
            if script.get("src"):
                continue
            digest = hashlib.sha256(script.string.encode()).digest()
            mark = f"'sha256-{base64.b64encode(digest).decode()}'"
            assert mark in scripts_allowed(page), f"{name}: {script.string[:60]}"
            kinds.add(mark)
    assert len(kinds) == 2


def test_no_page_carries_an_event_handler(pages):
    for name, page in pages.items():
        for tag in page.find_all(True):
            strange = [attribute for attribute in tag.attrs if attribute.lower().startswith("on")]
            assert not strange, f"{name}: {strange}"
            assert not str(tag.get("href", "")).lower().startswith("javascript:"), name
