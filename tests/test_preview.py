"""Promise: while somebody edits, a page shows at once what a build of the book would show."""

import re

import pytest
from conftest import CHAPTERS
from test_build import edited, make

from rare_earths.site.preview import PAGES, StandBy
from rare_earths.site.warm_kernels import POSSIBLE

pytestmark = [
    pytest.mark.xdist_group("small book, previewed"),
    pytest.mark.skipif(not POSSIBLE, reason="needs processes that can be forked"),
]


@pytest.fixture
def standing_by():
    """A function that has a Jupyter Book stand by for a book."""
    known = []

    def start(book):
        known.append(StandBy(book))
        assert known[-1].is_ready()
        return known[-1]

    yield start
    for one in known:
        one.end()


def text_of(folder, docname):
    """A page without what says only which version of a style or script it loads."""
    return re.sub(r"\?v=\w+", "", (folder / f"{docname}.html").read_text("utf-8"))


def test_a_page_as_it_is_looks_as_in_the_site(site, root, standing_by):
    aside = standing_by(root)
    for docname in ("book/glossary", "book/about/method", CHAPTERS[-1].docname):
        assert aside.show(docname) == ""
        assert text_of(root / PAGES, docname) == text_of(site, docname), docname


def test_an_edit_looks_as_the_build_that_follows_will_show_it(small_book, standing_by):
    assert make(small_book).returncode == 0
    aside, site = standing_by(small_book), small_book / "_build" / "html"
    with (
        edited(small_book / "one.md", "mark_bar()", "mark_point()"),
        edited(small_book / "two.md", "# Chapter two", "# Chapter the second\n\n## A part"),
    ):
        before = text_of(site, "one"), text_of(site, "two")
        assert (aside.show("one"), aside.show("two")) == ("", "")
        assert (text_of(site, "one"), text_of(site, "two")) == before, "the site is as it was"
        assert make(small_book).returncode == 0
        now = text_of(site, "one"), text_of(site, "two")
        assert now != before
        assert text_of(small_book / PAGES, "two") == now[1]
        # what the page prints of the other one is as the last build left it
        assert text_of(small_book / PAGES, "one") == now[0].replace("the second", "two")


def test_a_slip_is_named_and_the_next_page_shows_all_the_same(small_book, standing_by):
    assert make(small_book).returncode == 0
    aside = standing_by(small_book)
    with edited(small_book / "two.md", "ree.use_theme()", "ree.use_theme()\n1 / 0"):
        assert "two.md, cell at line 13: ZeroDivisionError" in aside.show("two")
    assert aside.show("two") == "" == aside.show("one")


def test_a_page_that_no_build_knows_is_left_to_the_build(small_book, standing_by):
    assert make(small_book).returncode == 0
    assert standing_by(small_book).show("three") is None


def test_without_a_whole_book_nobody_stands_by(tmp_path):
    nobody = StandBy(tmp_path)
    assert not nobody.is_ready() and nobody.show("one") is None
    nobody.end()
