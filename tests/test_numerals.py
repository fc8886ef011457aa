"""Promise: no figure is typed in prose.

A numeral on the page of a chapter is published by a cell, or of a kind that no table holds (a date,
a name, a number of something printed), or an exception listed here with its reason.  Numbers
written as words are free.
"""

import re

import pytest
from bs4 import BeautifulSoup, Tag
from conftest import CHAPTERS

GLUED = "•"  # stands for a number that a cell published
LEFT_OUT = (
    "figure, .cell, .quiz, pre, code, svg, script, .page-foot, .languages, .book-files, .headerlink, .section-number, "
    ".caption-number, .std-numref, .bibtex-citation"
)
INLINE = {"a", "abbr", "b", "cite", "em", "i", "q", "small", "span", "strong", "sub", "sup"}

MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
MEASURED = (  # what follows a quantity; a year is followed by none of these
    r"(?:%|per cent|percent|times|tonnes?|kt|kg|kilo\w+|grams?|dollars?|euros?|cents?|USD|EUR|UAH|"
    r"AUD|CNY|thousand|million|billion|trillion|metres?|km|miles|hectares|days?|weeks?|months?|"
    r"years|hours?|minutes|degrees|pages|lines|rows|entries|permits|mines|plants|projects|people|t|g)"
)
KINDS = {
    # 30 April 2025, 3 or 4 February, 28 to 30 June 2026
    "day": rf"\b\d{{1,2}}(?:(?:–| and | or | to )\d{{1,2}})?(?= {MONTH})",
    # 2025, the 1950s, 2006–2026; not 2000 tonnes, not $2000
    "year": rf"(?<![$€£.,\d])\b(?:1[789]|20)\d\d(?:s|[–-](?:20)?\d\d)?\b(?![.,]\d|[ -]?{MEASURED}(?!\w))",
    # the day of a resolution of the United Nations has a number and a session: 68/262
    "resolution": r"(?<=resolution )\d+/\d+",
    # notices of China's Ministry of Commerce
    "announcement": r"(?<=Announcement )\d+",
    # position in the Harmonized System of customs
    "customs heading": r"(?<=heading )\d{4}\b",
    # editions: MCS 2026 v1.3, version 0.1.0, release 29
    "edition": r"(?:(?<=\bv)|(?<=[Vv]ersion ))\d(?:\.\d)+\b|(?<=release )\d\d\b",
    # a series of the US Geological Survey
    "series": r"(?<=\bDS )140\b",
    # claims of the ledger and rows of tables, by their keys
    "key": r"\b(?:AM|U24|EC)-\d\d\b",
    # the standing heading, and what refers to it
    "60 seconds": r"\b60(?= seconds|-second answer)",
    # the line that says how long a chapter takes
    "reading time": r"(?<=Reading time: about )\d\d(?= minutes)",
    # chapters of this book
    "chapter": r"(?<=chapter )\d\d?\b",
    # names that carry a number
    "name": r"\bF-35\b|\bUNITED24\b|\bFit for 55\b|\bplant called 10X\b|\b28-point (?:draft )?plan\b",
    # the words that a chapter is about; they stand in its title too
    "quotation": r"(?<=“close to )\$?300(?= billion)",
    # level of the scale of verdicts, alone in a cell of a table
    "level": r"^[1-6]$",
    # drafts of the agreement, named by letters; cells of a spreadsheet
    "draft or cell": r"\b[A-F]\d\b",
}
EXCEPTIONS = {
    "book/deal/three-hundred-billion": {
        "Against 350": "title of an exercise; its text publishes the figure",
    },
}
FEW = 60


@pytest.fixture(scope="module")
def prose(site) -> dict[str, list[str]]:
    """Page -> its paragraphs, items, headings and cells, numbers of cells marked as such."""
    return {c.docname: list(paragraphs(site / f"{c.docname}.html")) for c in CHAPTERS}


def paragraphs(path):
    article = BeautifulSoup(path.read_text("utf-8"), "html.parser").select_one("article")
    for element in article.select(LEFT_OUT):
        element.decompose()
    for number in article.select("span.pasted-text"):
        number.replace_with(GLUED)
    for block in article.find_all(lambda tag: isinstance(tag, Tag) and tag.name not in INLINE):
        block.insert_before("\x1e")
        block.insert_after("\x1e")
    for part in article.get_text().split("\x1e"):
        if text := " ".join(part.split()):
            yield text


def without(text: str, pattern: str) -> str:
    return re.sub(pattern, lambda found: re.sub(r"\d", "_", found.group()), text)


def typed(docname: str, text: str) -> list[str]:
    """Numerals of a text that are of no allowed kind, each with the words around it."""
    for words in EXCEPTIONS.get(docname, {}):
        text = text.replace(words, re.sub(r"\d", "_", words))
    for pattern in KINDS.values():
        text = without(text, pattern)
    return [
        text[max(0, found.start() - 40) : found.end() + 40]
        for found in re.finditer(r"\d[\d.,\u202f ]*\d|\d", text)
    ]


@pytest.mark.parametrize("docname", [chapter.docname for chapter in CHAPTERS])
def test_no_figure_is_typed(prose, docname):
    found = [f"…{words}…" for text in prose[docname] for words in typed(docname, text)]
    assert not found, "publish these from a cell, or write them in words:\n" + "\n".join(found)


def test_every_exception_is_needed_and_they_are_few(prose):
    idle = [
        f"{docname}: {words}"
        for docname, entries in EXCEPTIONS.items()
        for words in entries
        if not any(words in text for text in prose[docname]) or not typed("", words)
    ]
    assert not idle, "no longer in the text, or of an allowed kind: take them off the list"
    assert sum(map(len, EXCEPTIONS.values())) < FEW


def test_every_kind_occurs(prose):
    texts = [text for page in prose.values() for text in page]
    idle = [
        kind for kind, pattern in KINDS.items() if not any(re.search(pattern, t) for t in texts)
    ]
    assert not idle, "kinds that the book does not use would only hide slips"


@pytest.mark.parametrize(
    "slip",
    [
        "about 390 000 tonnes",
        "2000 tonnes a year",
        "2050 million",
        "$2000 a kilogram",
        "• to 20 %",
        "in 5.2 of 10 cases",
        "the 57 resources",
        "over 1.5 times",
        "14 February-style deals cost 17",
        "1.25 euros",
    ],
)
def test_a_typed_figure_would_be_found(slip):
    assert typed("index", slip)


@pytest.mark.parametrize(
    "fine",
    [
        "signed on 30 April 2025",
        "on 3 or 4 February 2025",
        "from 2006–2026, in the 1950s",
        "In 2025 • tonnes",
        "MCS 2026 v1.3",
        "from 2024 to 2025.",
        "seventeen elements",
    ],
)
def test_dates_and_editions_are_free(fine):
    assert not typed("index", fine)
