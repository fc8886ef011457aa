"""Promise: every claim of the two articles has its entry, and chapter and entry lead to each other."""

import re
from collections import defaultdict

import pytest
from bs4 import BeautifulSoup

from rare_earths import claims, evidence, load

PAGE = "book/check/claim-check.html"
IDS = load("claims").claim_id.tolist()


def plain(text: str) -> str:
    """Text without the typesetter's quotation marks, dashes and spaces."""
    text = re.sub("[\u201c\u201d]", '"', text).replace("\u2019", "'").replace("\u2013", "-")
    return " ".join(text.split())


@pytest.fixture(scope="module")
def page(site):
    return BeautifulSoup((site / PAGE).read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def marks(root) -> dict[str, set[str]]:
    """Claim -> the chapters whose text marks it."""
    found = defaultdict(set)
    for chapter in sorted(
        set((root / "book").rglob("*.md")) - set((root / "book" / "contribute").glob("*"))
    ):
        for text, claim in re.findall(
            r"\[([^\]]+)\]\(#((?:am|u24)-\d\d)\)", chapter.read_text("utf-8")
        ):
            assert text == claim.upper(), f"{chapter.name}: the mark {text} leads to {claim}"
            found[text].add(chapter.relative_to(root).with_suffix(".html").as_posix())
    return found


def test_every_claim_is_marked_in_a_chapter_and_no_other(marks):
    assert set(marks) == set(IDS)


@pytest.mark.parametrize(
    "claim", load("claims").to_dict("records"), ids=lambda row: row["claim_id"]
)
def test_an_entry_is_complete(page, claim, marks):
    entry = page.find(id=claim["claim_id"].lower())
    text = plain(entry.get_text())
    assert f"Verdict {claim['verdict_level']} of 6: {claim['verdict']}." in text
    assert f"Held when published: {claim['held_when_published']}." in text
    assert f"Holds in November 2026: {claim['holds_2026_11']}." in text
    assert "Reason:" in text and claim["article"] in text and claims.DATES[claim["article"]] in text
    sources = entry.select('a[href*="bibliography.html#"]')
    assert len(sources) >= claim["source"].count(";") + 1
    answered = {a["href"].split("#")[0] for a in entry.select(".claim-leads a.internal")}
    expected = {f"../{'/'.join(place.split('/')[1:])}" for place in marks[claim["claim_id"]]}
    assert {re.sub(r"^(?!\.\./)", "../check/", href) for href in answered} == expected
    (correction,) = entry.select('a[href*="/issues/new?"]')
    assert claim["claim_id"] in correction["href"]
    if claim["claim_id"] in evidence.functions():
        assert "Evidence, computed from" in text
        assert plain(evidence.functions()[claim["claim_id"]]().line) in text
    else:
        assert "Evidence, from the sources:" in text


def test_the_table_is_complete_without_a_script(page):
    table = page.select_one("[data-filters] table")
    rows = table.select("tbody tr")
    assert [row.th.get_text() for row in rows] == IDS
    assert [row.th.a["href"] for row in rows] == [f"#{claim.lower()}" for claim in IDS]
    heads = [head.get_text() for head in table.select("thead th")]
    filters = page.select_one("[data-filters]")["data-filters"].split("|")
    assert {"Article", "Topic", "Verdict"} <= set(filters) <= set(heads)


def test_at_least_thirty_five_claims_are_decided_by_tables():
    assert len(evidence.functions()) >= 35
