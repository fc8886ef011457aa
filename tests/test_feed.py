"""Promise: the Atom feed says what the changelog says, in a form that feed readers accept."""

import re
from datetime import datetime
from xml.etree import ElementTree

import pytest

from rare_earths.site import feed

NAMES = {"atom": feed.ATOM}
SAMPLE = """# Changelog

What changed.

## Unreleased

- Not yet.

## 0.2.0 – 5 March 2027

- A **second** edition: 2 < 3.

## 0.1.0 – 21 November 2026

First edition.
"""


def parsed(changelog=SAMPLE, base_url=""):
    return ElementTree.fromstring(feed.feed(changelog, "Some contributors", base_url))


def texts(element, path):
    return [found.text for found in element.findall(path, NAMES)]


def links(element):
    return {link.get("rel"): link.get("href") for link in element.findall("atom:link", NAMES)}


def test_entries_are_the_releases_of_the_changelog(root):
    changelog = (root / feed.CHANGELOG).read_text(encoding="utf-8")
    headings = re.findall(r"^## (?!Unreleased)(\S+)", changelog, flags=re.M)
    titles = texts(parsed(changelog), "atom:entry/atom:title")
    assert titles == [f"Seventeen Elements {version}" for version in headings]


def test_the_feed_has_what_atom_requires():
    root = parsed()
    assert root.tag == f"{{{feed.ATOM}}}feed"
    for element in [root, *root.findall("atom:entry", NAMES)]:
        for required in ("title", "id", "updated"):
            (text,) = texts(element, f"atom:{required}")
            assert text.strip()
    assert texts(root, "atom:author/atom:name") == ["Some contributors"]
    assert links(root)["self"] == "changelog.xml"


def test_dates_are_those_of_the_releases_as_rfc_3339():
    root = parsed()
    moments = texts(root, "atom:entry/atom:updated")
    assert moments == ["2027-03-05T00:00:00Z", "2026-11-21T00:00:00Z"]
    assert all(datetime.fromisoformat(moment).tzinfo for moment in moments)
    assert texts(root, "atom:updated") == [max(moments)]


def test_ids_stay_the_same_wherever_the_site_stands():
    here, there = parsed(), parsed(base_url="https://example.org/book/")
    ids = texts(here, ".//atom:id")
    assert ids == texts(there, ".//atom:id")
    assert len(set(ids)) == len(ids) and all(name.startswith("tag:") for name in ids)
    assert links(there)["self"] == "https://example.org/book/changelog.xml"
    assert links(there)["alternate"] == "https://example.org/book/book/about/changelog.html"


def test_notes_are_carried_as_html():
    (first, _) = parsed().findall("atom:entry/atom:content", NAMES)
    assert first.get("type") == "html"
    assert "<strong>second</strong>" in first.text and "2 &lt; 3" in first.text


@pytest.mark.parametrize("heading", ["0.3.0", "0.3.0 – 31 June 2027", "0.3.0 - 5 March 2027"])
def test_a_heading_without_version_or_day_is_named(heading):
    with pytest.raises(ValueError, match=re.escape(heading)):
        list(feed.releases(SAMPLE.replace("0.2.0 – 5 March 2027", heading)))


def test_the_site_carries_the_feed_and_pages_name_it(site, root):
    published = ElementTree.parse(site / feed.FEED).getroot()
    changelog = (root / feed.CHANGELOG).read_text(encoding="utf-8")
    assert texts(published, ".//atom:id") == texts(parsed(changelog), ".//atom:id")
    assert (site / feed.PAGE).is_file()
    for page in ("index.html", feed.PAGE):
        html = (site / page).read_text(encoding="utf-8")
        (link,) = re.findall(r"<link [^>]*application/atom\+xml[^>]*>", html)
        address = re.search(r'href="([^"]+)"', link).group(1)
        assert ((site / page).parent / address).resolve() == (site / feed.FEED).resolve()
