"""Promise: each page names itself, once, to search engines, previews and reference managers."""

import json
import re
import struct
from io import BytesIO
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import vl_convert
import yaml
from bs4 import BeautifulSoup
from conftest import CHAPTERS
from PIL import Image

from rare_earths.site import pages, png

UNLISTED = {"search.html", "404.html"}


@pytest.fixture(scope="module")
def base(root) -> str:
    return yaml.safe_load((root / "_config.yml").read_text("utf-8"))["html"]["baseurl"]


@pytest.fixture(scope="module")
def heads(site) -> dict[str, BeautifulSoup]:
    """Page -> its head."""
    found = {}
    for path in sorted(site.rglob("*.html")):
        text = path.read_text("utf-8")
        if "teach" in path.parts and 'class="site-bar"' not in text:
            continue  # papers to print
        head = text.partition("</head>")[0]
        found[path.relative_to(site).as_posix()] = BeautifulSoup(head, "html.parser").head
    return found


def meta(head, name: str) -> list[str]:
    tags = head.find_all("meta", attrs={"name": name}) + head.find_all("meta", property=name)
    return [tag["content"] for tag in tags]


def size_of(picture: bytes) -> tuple[int, int]:
    return struct.unpack(">II", picture[16:24])


def test_each_page_has_one_title_and_one_description_of_its_own(heads):
    seen = {}
    for name, head in heads.items():
        assert len(head.find_all("title")) == 1, name
        (description,) = meta(head, "description")
        assert 20 <= len(description) <= 160, f"{name}: {len(description)} characters"
        both = head.title.get_text(strip=True), description
        assert both not in seen, f"{name} and {seen[both]} describe themselves alike"
        seen[both] = name


def test_each_page_names_its_address(heads, base):
    for name, head in heads.items():
        canonical = [link["href"] for link in head.find_all("link", rel="canonical")]
        assert canonical == ([] if name in UNLISTED else [base + name])
        assert meta(head, "og:url") == canonical, name
        assert meta(head, "robots") == (["noindex"] if name in UNLISTED else [])


def test_each_page_has_a_picture_for_previews(site, heads, base):
    for name, head in heads.items():
        if name in UNLISTED:
            continue
        (address,), (words,) = meta(head, "og:image"), meta(head, "og:image:alt")
        assert address.startswith(base) and words, name
        picture = (site / address.removeprefix(base)).read_bytes()
        if not name.startswith("charts/"):  # there the chart itself is the picture
            assert size_of(picture) == (1200, 630), name
            assert meta(head, "og:image:width") == ["1200"]
            assert meta(head, "og:image:height") == ["630"]
            assert len(picture) <= 40_000, f"{name}: {len(picture)} bytes"
        assert meta(head, "og:title") and meta(head, "og:description"), name
        assert meta(head, "twitter:card") == ["summary_large_image"]


def test_each_page_can_be_cited_by_a_program(root, heads):
    citation = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    (author,) = citation["authors"]
    for name, head in heads.items():
        if name not in UNLISTED:
            assert meta(head, "citation_title") == meta(head, "og:title"), name
            assert meta(head, "citation_author") == [author["name"]]
            day = citation["date-released"].replace("-", "/")
            assert meta(head, "citation_publication_date") == [day]


def test_a_reader_can_cite_a_page_and_the_whole_book():
    asked = pages.citation("4. Magnets: how much?", "book/uses/magnets", "https://x.org/m.html")
    assert ". Magnets: how much? In Seventeen Elements (Version " in asked["apa"]
    assert asked["apa"].endswith("). https://x.org/m.html")
    assert asked["bibtex"].startswith("@inbook{seventeen-elements-magnets,\n")
    told = pages.citation("Glossary", "book/glossary", "")
    assert ". Glossary. In Seventeen Elements (Version " in told["apa"]
    assert "url = " not in told["bibtex"]
    whole = pages.citation("Seventeen Elements", "index", "https://x.org/")
    assert "). Seventeen Elements (Version " in whole["apa"]
    assert whole["bibtex"].startswith("@book{seventeen-elements,\n")
    assert "booktitle" not in whole["bibtex"]


def test_chapters_say_what_they_are_in_schema_org_terms(root, heads):
    released = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))["date-released"]
    for chapter in CHAPTERS:
        head = heads[f"{chapter.docname}.html"]
        (script,) = head.find_all("script", type="application/ld+json")
        facts = json.loads(script.string)
        assert facts["dateModified"] == released and facts["inLanguage"] == "en"
        assert facts["name"] and [facts["description"]] == meta(head, "description")
        minutes = re.search(r"Reading time:\*\* about (\d+) min", chapter.path.read_text("utf-8"))
        if minutes:
            assert facts["@type"] == ["Chapter", "LearningResource"]
            assert facts["timeRequired"] == f"PT{minutes[1]}M"
            assert facts["isPartOf"]["@type"] == "Book"
            notes = yaml.safe_load(chapter.path.with_suffix(".teach.yml").read_text("utf-8"))
            codes = [one["code"] for one in notes["standards"]]
            assert [one["targetName"] for one in facts["educationalAlignment"]] == codes
            assert len(facts["teaches"]) == len(notes["objectives"])
            assert facts["educationalLevel"]


def test_lessons_say_what_they_are_in_schema_org_terms(heads):
    lessons = [name for name in heads if name.startswith("teach/") and name != "teach/index.html"]
    assert len(lessons) >= 18
    for name in lessons:
        facts = json.loads(heads[name].find("script", type="application/ld+json").string)
        assert facts["@type"] == "LearningResource" and facts["teaches"], name


def test_pages_carry_dublin_core(heads):
    for name in set(heads) - UNLISTED:
        for term in ("title", "creator", "issued", "language", "license"):
            assert len(meta(heads[name], f"dcterms.{term}")) == 1, f"{name}: {term}"


def test_the_sitemap_lists_exactly_the_pages(site, heads, base):
    locations = ElementTree.parse(site / "sitemap.xml").iter(
        "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
    )
    listed = [location.text for location in locations]
    assert len(listed) == len(set(listed))
    assert set(listed) == {base + name for name in heads if name not in UNLISTED}
    assert f"Sitemap: {base}sitemap.xml" in (site / "robots.txt").read_text("utf-8")


def test_the_page_for_lost_readers_works_at_any_depth(site, base):
    page = BeautifulSoup((site / "404.html").read_text("utf-8"), "html.parser")
    root = urlsplit(base).path
    count = 0
    for attribute in ("href", "src", "action"):
        for tag in page.find_all(attrs={attribute: True}):
            address = tag[attribute]
            if address.startswith(("#", "https://creativecommons.org/")):
                continue
            assert address.startswith(root), address
            assert (site / urlsplit(address).path.removeprefix(root)).is_file(), address
            count += 1
    assert count > len(CHAPTERS)


def test_a_picture_is_packed_without_loss_of_its_main_colours():
    drawn = vl_convert.svg_to_png(
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200">'
        '<rect width="300" height="200" fill="#ffffff"/><circle cx="90" cy="90" r="70" '
        'fill="#0072b2"/></svg>'
    )
    small = png.smaller(drawn)
    assert size_of(small) == size_of(drawn) and len(small) < len(drawn) / 2
    with Image.open(BytesIO(small)) as picture:
        seen = picture.convert("RGB")
        assert seen.getpixel((2, 2)) == (255, 255, 255)
        assert seen.getpixel((90, 90)) == (0, 0x72, 0xB2)
