"""Promise: the search finds terms, charts, claims and tables, and leads to them; it stores nothing."""

import json
import re
from collections import defaultdict

import pytest
from bs4 import BeautifulSoup
from site_visits import Visit

import rare_earths as ree


@pytest.fixture(scope="module")
def found(site) -> dict[str, set[str]]:
    """Kind -> addresses of all objects in the search index."""
    text = (site / "searchindex.js").read_text("utf-8")
    index = json.loads(text[text.index("(") + 1 : text.rindex(")")])
    kinds = {int(number): name[2] for number, name in index["objnames"].items()}
    objects = defaultdict(set)
    for entries in index["objects"].values():
        for page, kind, _, anchor, _ in entries:
            objects[kinds[kind]].add(f"{index['docnames'][page]}.html#{anchor}")
    return objects


def test_every_term_chart_claim_and_table_is_in_the_index(site, found):
    glossary = BeautifulSoup((site / "book/glossary.html").read_text("utf-8"), "html.parser")
    terms = {f"book/glossary.html#{term['id']}" for term in glossary.select("dl.glossary dt[id]")}
    assert terms and found["glossary term"] == terms
    charts = {path.name.removesuffix(".vl.json") for path in site.glob("charts/*.vl.json")}
    assert charts and {link.partition("#")[2] for link in found["chart"]} == charts
    claims = {f"book/check/claim-check.html#{name.lower()}" for name in ree.load("claims").claim_id}
    assert found["claim"] == claims
    assert found["data table"] == {f"data/{name}.html#main-content" for name in ree.tables()}


def test_every_result_leads_to_a_place(site, found):
    pages = defaultdict(set)
    for link in set().union(*found.values()):
        page, _, anchor = link.partition("#")
        pages[page].add(anchor)
    for page, anchors in pages.items():
        ids = set(re.findall(r'\bid="([^"]+)"', (site / page).read_text("utf-8")))
        assert anchors <= ids, page


QUERIES = {  # what a reader types: how far down the wanted result may stand, its kind, its address
    "HHI": (1, "glossary term", "book/glossary.html#term-HHI"),
    "heavy metals": (1, "glossary term", "book/glossary.html#term-heavy-metal"),
    "am-05": (1, "claim", "book/check/claim-check.html#am-05"),
    "price of europium": (3, "chart", "book/uses/what-they-do.html#fig-uses-europium"),
    "critical_list_matrix": (1, "data table", "data/critical_list_matrix.html#main-content"),
    "chokepoint": (1, "", "book/supply/the-chokepoint.html"),
}
RESULTS = "list => list.map(a => [a.getAttribute('href'), a.parentElement.textContent])"
STORED = "() => localStorage.length + sessionStorage.length"


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_by_keyboard_finds_what_is_meant(chromium, address, query):
    last, kind, wanted = QUERIES[query]
    scheme = "dark" if " " in query else "light"
    with Visit(chromium, address, "search.html", "phone", scheme) as visit:
        page = visit.page
        page.locator(".bd-search input").focus()
        page.keyboard.type(query)
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.querySelector('.search-summary')?.textContent")
        results = page.locator("ul.search a").evaluate_all(RESULTS)
        place = [link for link, _ in results].index(wanted)
        assert place < last and kind in results[place][1]
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.locator(".bd-search input").focus()
        for _ in range(2 + place):  # the button, then the results
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/{wanted}")
        assert page.evaluate(STORED) == 0 and visit.context.cookies() == []
        assert visit.complaints == []
        assert all(url.startswith(address) for url in visit.requests)


def test_the_front_page_leads_to_the_results(chromium, address):
    with Visit(chromium, address, "index.html") as visit:
        visit.page.locator(".site-search input").fill("reserves")
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_function(
            "() => document.querySelector('.search-summary')?.textContent.startsWith('Found:')"
        )
        (first, words), *others = visit.page.locator("ul.search a").evaluate_all(RESULTS)
        assert first.startswith("book/glossary.html#term-reserve") and "glossary term" in words
        kinds = {words.rpartition(" (")[2].partition(",")[0] for _, words in others}
        assert {"chart", "claim", "data table"} <= kinds
        assert visit.page.evaluate(STORED) == 0 and visit.complaints == []
