"""Promise: the glossary is whole, and the first use of each of its terms on a page leads to it."""

import re
from functools import cache

import pytest
from bs4 import BeautifulSoup, Tag
from conftest import CHAPTERS

PARTS = ("book/elements/", "book/uses/", "book/supply/", "book/deal/")
PAGES = [f"{c.docname}.html" for c in CHAPTERS if c.docname.startswith(PARTS)]
FEWEST, MOST = 6, 35  # links on a page
NEEDED = """
    rare earth; lanthanide; light rare earth; heavy rare earth; ore; grade; concentrate; tailings;
    cracking; separation; solvent extraction; refining; metal making; alloy; oxide; REO; NdPr;
    sintered magnet; bonded magnet; NdFeB; SmCo; ferrite; energy product; Curie temperature;
    coercivity; phosphor; catalyst; ion-adsorption clay; bastnaesite; monazite; xenotime; thorium;
    rock-to-metal ratio; crustal abundance; Oddo-Harkins rule; end-of-life recycling rate; substitute;
    scenario; reserves; resource; deposit; occurrence; inferred resource; feasibility study; JORC;
    mine production; edition; HHI; apparent consumption; net import reliance; export licence; quota;
    price floor; offtake; FOB; customs heading; critical mineral; critical raw material;
    lithium carbonate equivalent; spodumene; occupation; production sharing; royalty; licence fee;
    contribution; general partner; limited partner; appropriation; obligated; disbursement;
    allocation; commitment; made available; draft; term sheet; discounting
"""


CLOSED = {"figure", "table", "pre", "code", "summary"}
CLOSED_CLASSES = {
    "chapter-card",
    "cell_output",
    "cite-page",
    "admonition-title",
    "citation",
    "languages",
}


@cache
def page(site, name: str) -> Tag:
    html = re.sub(r"<svg.*?</svg>", "", (site / name).read_text("utf-8"), flags=re.S)
    return BeautifulSoup(html, "html.parser").article


@pytest.fixture(scope="module")
def entries(site) -> list[dict[str, str]]:
    """Of each entry: its terms, each with its anchor."""
    entries = [{}]
    for element in page(site, "book/glossary.html").select("dl.glossary > *"):
        if element.name == "dd":
            entries[-1]["definition"] = element.get_text(" ", strip=True)
            entries.append({})
        else:
            term = element.find(string=True, recursive=False)
            assert term not in entries[-1]
            entries[-1][term] = element["id"]
    assert entries.pop() == {}
    return entries


def terms(entry: dict[str, str]) -> dict[str, str]:
    return {term: anchor for term, anchor in entry.items() if term != "definition"}


def is_closed(tag: Tag) -> bool:
    return tag.name in CLOSED or bool(CLOSED_CLASSES.intersection(tag.get("class", [])))


def prose(article: Tag) -> list[tuple[str, str | None]]:
    """Every run of text in the paragraphs of a page, with the anchor of its link to the glossary."""
    runs = []
    for paragraph in article.select("p"):
        made = paragraph.find_parent(class_="quiz")  # from the teaching notes, not prose
        if made or is_closed(paragraph) or paragraph.find_parent(is_closed):
            continue
        for text in paragraph.find_all(string=True):
            link = text.find_parent("a")
            if not text.find_parent("code") and (
                link is None or "term-link" in link.get("class", [])
            ):
                anchor = link and link["href"].partition("#")[2]
                runs.append((re.sub(r"\s", " ", text), anchor))
    return runs


def uses(term: str, text: str) -> list[re.Match]:
    """Where a term stands as a word of its own and not as a part of a name."""
    plural = f"{term[:-1]}(y|ies)" if re.search("[^aeiou]y$", term) else f"{term}(s|es)?"
    words = r"(?<![\w-])" + re.sub("[ -]", "[ -]", plural) + r"(?![\w-])"
    if not term.islower():
        return list(re.finditer(words, text))
    return [
        use
        for use in re.finditer(words, text, flags=re.I)
        if use[0][1:].islower()
        and (use[0][0].islower() or re.search(r"(^|[.?!:] |[“(])$", text[: use.start()]))
    ]


def test_each_entry_has_a_definition_and_no_term_stands_twice(entries):
    assert 70 <= len(entries) <= 130
    for entry in entries:
        assert len(entry["definition"]) >= 25, entry
        assert entry["definition"].endswith("."), entry
    names = [term.lower() for entry in entries for term in terms(entry)]
    assert len(names) == len(set(names))


def test_the_words_a_reader_needs_are_there(entries):
    needed = {term.strip() for term in " ".join(NEEDED.split()).split(";")}
    assert len(needed) >= 45
    assert not needed - {term for entry in entries for term in terms(entry)}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_links_to_the_glossary_but_not_too_many(site, name):
    assert FEWEST <= len(page(site, name).select("a.term-link")) <= MOST


@pytest.mark.parametrize("name", [*PAGES, "index.html"])
def test_the_first_use_of_a_term_leads_to_its_entry(site, entries, name):
    entry_of = {anchor: i for i, e in enumerate(entries) for anchor in terms(e).values()}
    known = [(term, i) for i, entry in enumerate(entries) for term in terms(entry)]
    known.sort(key=lambda pair: -len(pair[0]))
    linked = set()
    for text, anchor in prose(page(site, name)):
        if anchor:
            assert anchor in entry_of, f"{text!r} leads to {anchor}"
            entry = entry_of[anchor]
            assert any(uses(term, text) for term in terms(entries[entry])), f"{text!r}: {anchor}"
            assert entry not in linked, f"{text!r} is linked twice"
            linked.add(entry)
            continue
        for term, entry in known:  # the longest first: "rare earth" is no use inside a longer term
            for use in uses(term, text):
                assert entry in linked, f"{term!r} is not linked in {text!r}"
                text = f"{text[: use.start()]}{'_' * len(use[0])}{text[use.end() :]}"


@pytest.mark.parametrize("name", [*PAGES, "index.html", "book/glossary.html"])
def test_links_stand_in_running_text_only(site, name):
    article = page(site, name)
    for place in (
        "h1",
        "h2",
        "h3",
        "figure",
        "table",
        "pre",
        "code",
        "a",
        "summary",
        "dl.glossary",
    ):
        assert not article.select(f"{place} a.term-link"), place


def test_a_name_is_not_split(site):
    text = prose(page(site, "book/uses/what-they-do.html"))
    assert any("Natural Resources Canada" in run for run, _ in text)
