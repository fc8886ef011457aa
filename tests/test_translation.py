"""Promise: a translated page says what the English one says, with the same numbers, in charts,
tables and quiz too; it is a draft and says so, each language leads to the other, and a text that
has changed is noticed."""

import calendar
import re
import shutil

import pytest
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from conftest import ROOT
from taught import TAUGHT, notes, numbers

from rare_earths import teaching
from rare_earths.site.translation import book, catalogues, extract, links, shown, sources

PAGE = "book/elements/what-are-rare-earths"
TRANSLATED = [
    (language, page)
    for language in catalogues.languages(ROOT)
    for page in catalogues.pages(ROOT, language)
]
EACH = pytest.mark.parametrize(("language", "page"), TRANSLATED)
MARKS = re.compile(r"\{[\w:]+\}`[^`]+`|\{\w+\}|\[[A-Z0-9]+-\d\d\]\([^)]*\)|`[^`]+`")
LATIN = re.compile(r"[A-Za-z]{3,}")
NAMES = {"USGS", "IUPAC", "ppm"}  # written alike in Ukrainian
BASE = "https://seventeen-elements.github.io/seventeen-elements/"


def read(site, name):
    return BeautifulSoup((site / f"{name}.html").read_text("utf-8"), "html.parser")


def strings(language, page):
    """(all, translated), counted from the files alone."""
    files = [catalogues.path(ROOT, language, name + page) for name in ("", "shown/", "quiz/")]
    found = [m for file in files if file.is_file() for m in read_po(file.open("rb")) if m.id]
    return len(found), sum(bool(m.string) and not m.fuzzy for m in found)


def test_there_is_a_whole_chapter_in_ukrainian():
    assert ("uk", PAGE) in TRANSLATED


# Catalogues ------------------------------------------------------------------------------------


@EACH
def test_a_translation_keeps_each_number_citation_and_reference(language, page):
    texts = catalogues.texts(catalogues.path(ROOT, language, page))
    for english, other in [*texts.items(), *catalogues.quiz(ROOT, language, page).items()]:
        assert sorted(MARKS.findall(english)) == sorted(MARKS.findall(other)), other


@EACH
def test_every_text_stands_in_its_page(language, page, tmp_path):
    book.write(ROOT, language, tmp_path)  # a CatalogueError names the text that does not
    text = (tmp_path / f"{page}.md").read_text("utf-8")
    code = re.findall(r"^```\{code-cell\}.*?^```$", text, flags=re.M | re.S)
    before = (ROOT / f"{page}.md").read_text("utf-8")
    for cell in code:
        assert cell.partition("caption")[2].partition("\n")[2] in before, "cells stay as they are"


@pytest.fixture
def copy(tmp_path):
    """A copy of what the translated pages are made from, for changing."""
    for name in ("locale", "book"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("_toc.yml", "_config.yml", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "data").mkdir()
    shutil.copy(ROOT / "data" / "sources.bib", tmp_path / "data")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "catalogue"),
    [
        (f"{PAGE}.md", "Are they rare?", "How rare?", f"{PAGE}.po"),
        (f"{PAGE}.teach.yml", "Lithium", "Lithium, a metal", f"quiz/{PAGE}.po"),
    ],
)
def test_a_text_that_has_changed_stops_the_build_and_is_named(copy, file, old, new, catalogue):
    changed = (copy / file).read_text("utf-8").replace(f" {old}\n", f" {new}\n")
    (copy / file).write_text(changed, "utf-8")
    expected = rf"locale/uk/LC_MESSAGES/{catalogue}: {file} .*'{re.escape(old)}'; run make gettext"
    with pytest.raises(catalogues.CatalogueError, match=expected):
        book.write(copy, "uk", copy / "stage")


def test_only_where_the_quiz_is_not_translated_does_its_place_lead_to_the_english_one(copy):
    link = f'href="{PAGE.rsplit("/", 1)[1]}.en.html#check-yourself"'
    stage = copy / "stage"
    for translated in (True, False):
        book.write(copy, "uk", stage)
        text = (stage / f"{PAGE}.md").read_text("utf-8")
        assert ("```{quiz}" in text, link in text) == (translated, not translated)
        catalogues.path(copy, "uk", f"quiz/{PAGE}").unlink(missing_ok=True)


def test_what_is_doubtful_or_empty_stays_english(tmp_path):
    file = tmp_path / "x.po"
    file.write_text(
        '#, fuzzy\nmsgid "one"\nmsgstr "a"\n\nmsgid "two"\nmsgstr ""\n\nmsgid "three"\nmsgstr "c"\n'
    )
    assert catalogues.texts(file) == {"three": "c"}


# Changing a text -------------------------------------------------------------------------------

SOURCE = """\
# A title

First line
and {glue:text}`n` more.

- A title is no list

```{code-cell} python
:mystnb:
:  figure:
:    name: fig-x
:    caption: "The \\"finding\\""
x = "A title"
```
"""


def test_only_whole_texts_are_replaced_and_cells_are_left_alone():
    texts = {
        "A title": "Заголовок",
        "First line and {glue:text}`n` more.": "Ще {glue:text}`n`.",
        'The "finding"': "Висновок",
        "gone": "немає",
    }
    text, missing = sources.translated(SOURCE, texts)
    assert missing == ["gone"]
    assert text.startswith("# Заголовок\n\nЩе {glue:text}`n`.\n\n- A title is no list\n")
    assert ':    caption: "Висновок"\nx = "A title"\n' in text


def test_a_chart_is_translated_wherever_the_text_is_compared():
    spec = {
        "datasets": {"d": [{"name": "copper", "n": 1}]},
        "params": [
            {"name": "name", "value": "copper", "bind": {"input": "select", "name": "Metal"}}
        ],
        "transform": [{"filter": "datum.name == 'copper'"}],
        "encoding": {"x": {"field": "name", "title": "Metal", "sort": ["copper"]}},
        "usermeta": {"titles": {"name": "Metal"}, "sources": ["copper"]},
    }
    found = shown.chart(spec, {"copper": "мідь", "Metal": "Метал", "name": "назва"})
    assert found["datasets"]["d"] == [{"name": "мідь", "n": 1}]
    assert found["params"][0]["name"] == "name" and found["params"][0]["value"] == "мідь"
    assert found["params"][0]["bind"]["name"] == "Метал"
    assert found["transform"][0]["filter"] == "datum.name == 'мідь'"
    assert found["encoding"]["x"] == {"field": "name", "title": "Метал", "sort": ["мідь"]}
    assert found["usermeta"] == {"titles": {"name": "Метал"}, "sources": ["copper"]}


def test_addresses_of_what_is_not_translated_lead_to_the_whole_book():
    html = (
        '<a href="b.html#x"></a><a href="../data/t.html"></a><a href="https://x.org/"></a>'
        '<a href="#here"></a><div data-live="../charts/fig-x"></div><a href="c.en.html#q"></a>'
    )
    found = book.lead_up(html, "book/c.html", "uk", {"book/b.html", "charts/fig-x.csv"})
    assert 'href="b.html#x"' in found and 'data-live="../charts/fig-x"' in found
    assert 'href="../../data/t.html"' in found and 'href="#here"' in found
    assert 'href="../../book/c.html#q"' in found and 'href="https://x.org/"' in found


def seen(question):
    """What a reader sees of a question."""
    yield question.text
    yield from (text for choice in getattr(question, "choices", ())
                for text in (choice.text, choice.feedback))  # fmt: skip
    yield from getattr(question, "items", ())
    yield from (slip.feedback for slip in getattr(question, "near", ()))
    yield from (getattr(question, name, "") for name in ("unit", "right", "wrong"))


@pytest.mark.parametrize("docname", [chapter.docname for chapter in TAUGHT])
def test_of_a_quiz_all_that_a_reader_sees_can_be_translated_and_nothing_else(docname):
    file = ROOT / f"{docname}.teach.yml"
    texts = {text: f"¤{text}" for text in extract.asked_in(file)}
    changed = teaching.load(file, numbers(docname), texts=texts).quiz
    for before, after in zip(notes(docname).quiz, changed, strict=True):
        assert (before.id, before.kind) == (after.id, after.kind)
        assert all(text[:1] == "¤" or not shown.is_text(text) for text in seen(after))
        assert [text.replace("¤", "") for text in seen(after)] == list(seen(before))


# The built pages -------------------------------------------------------------------------------


@EACH
def test_each_language_names_itself_and_leads_to_the_other(site, language, page):
    english, other = read(site, page), read(site, f"{language}/{page}")
    assert english.html["lang"] == "en" and other.html["lang"] == language
    for found in (english, other):
        named = {
            link["hreflang"]: link["href"] for link in found.find_all("link", rel="alternate")
            if link.get("hreflang")
        }  # fmt: skip
        assert named[links.ORIGINAL] == f"{BASE}{page}.html"
        assert named[language] == f"{BASE}{language}/{page}.html"
    (to_other,) = english.select(f'.languages a[hreflang="{language}"]')
    (to_english,) = other.select('.languages a[hreflang="en"]')
    for start, link in ((page, to_other), (f"{language}/{page}", to_english)):
        assert (site / start).parent.joinpath(link["href"]).resolve().is_file()


@EACH
def test_a_translation_says_in_both_languages_that_it_is_a_draft(site, language, page):
    first = read(site, f"{language}/{page}").select_one("article").find(True)
    assert "languages" in first["class"], "at the top of the page"
    assert "Draft translation, awaiting review" in first.find(lang="en").text
    words = catalogues.texts(catalogues.path(ROOT, language, "site"))
    assert words["Draft translation, awaiting review"] in first.text


@EACH
def test_dates_are_written_in_the_language(site, language, page):
    for name in (f"{language}/{page}", f"{language}/index"):
        found = read(site, name)
        for cited in found.select("aside.page-foot details"):
            cited.decompose()  # in the English of its style
        text = found.body.get_text()
        assert not re.search(rf"\b({'|'.join(calendar.month_name[1:])})\b", text)
        assert ".." not in text.replace("...", "")


@EACH
def test_the_share_of_what_is_translated_is_counted(site, language, page):
    total, done = strings(language, page)
    said = read(site, f"{language}/{page}").select_one(".languages").text
    assert f"{100 * done // total} %" in said
    assert {str(total), str(done)} <= set(re.findall(r"\d+", said))
    assert f"{100 * done // total} %" in read(site, page).select_one(".languages").text


@EACH
def test_the_numbers_are_those_of_the_english_page(site, language, page):
    def numbers(name):
        found = read(site, name).select("a.number-link")
        return sorted(
            (a["href"].partition("#")[2], a.text)
            for a in found
            if not re.search(r"[^\W\d]", a.text)
        )

    assert numbers(f"{language}/{page}") == numbers(page)
    assert len(numbers(page)) > 30
    assert "November" not in read(site, f"{language}/{page}").select_one(".chapter-card").text


def drawn(site, name):
    return [text.text for text in read(site, name).select("svg text, svg tspan") if text.text]


def test_no_english_word_is_left_in_the_charts(site):
    english, other = drawn(site, PAGE), drawn(site, f"uk/{PAGE}")
    left = {text for text in other if set(LATIN.findall(text)) - NAMES}
    assert not left
    assert any("Abundance" in text for text in english)
    assert any("Поширеність" in text for text in other)
    digits = [sorted(t for t in drawn if re.fullmatch(r"[\d.,]+", t)) for drawn in (english, other)]
    assert digits[0] == digits[1], "the same marks on the axes"


def test_descriptions_tables_and_controls_are_translated(site):
    page = read(site, f"uk/{PAGE}")
    parts = [tag["aria-label"] for tag in page.select(".chart-picture")]
    parts += [head.text for head in page.select(".chart-data th, .numbered-table th")]
    parts += [label.text for label in page.select(".chart-controls label, .chart-controls legend")]
    parts += [caption.text for caption in page.select("figcaption")]
    assert len(parts) > 100
    assert all(re.search(r"[а-яіїєґ]", part) or not LATIN.search(part) for part in parts), [
        part for part in parts if LATIN.search(part) and not re.search(r"[а-яіїєґ]", part)
    ]


def test_a_live_chart_of_a_translation_is_the_translated_one(site):
    live = read(site, f"uk/{PAGE}").find(attrs={"data-live": True})["data-live"]
    folder = (site / "uk" / PAGE).parent / live
    spec = folder.with_name(f"{folder.name}.wide.vg.json").read_text("utf-8")
    assert "ітрій" in spec and "yttrium" not in spec


def keys(page):
    """What decides which answer is right, and the names of all questions and choices."""
    names = ("id", "name", "value", "data-kind", "data-answer", "data-tolerance", "data-near")
    found = [
        [tag.get(name) for name in names] + [tag.has_attr("data-correct")]
        for tag in page.select(".quiz-item, .quiz-item input, .quiz-item li, .quiz [data-near]")
    ]
    places = [tag["data-place"] for tag in page.select(".quiz select")]  # in an order by the words
    return found, sorted(places)


def test_the_quiz_asks_the_same_with_the_same_key(site):
    english, other = read(site, PAGE), read(site, f"uk/{PAGE}")
    assert keys(english) == keys(other)
    assert len(other.select(".quiz-item")) == len(notes(PAGE).quiz)
    (ordered,) = (q for q in notes(PAGE).quiz if q.kind == "order")
    words = catalogues.texts(catalogues.path(ROOT, "uk", f"quiz/{PAGE}"))
    right = [item.text for item in other.select("#quiz-abundance details ol li")]
    assert right == [words[item] for item in ordered.items]


def test_the_quiz_speaks_the_language_of_the_page_with_the_numbers_of_the_data(site):
    quiz = read(site, f"uk/{PAGE}").select_one(".quiz")
    said = [value for name, value in quiz.attrs.items() if name.startswith("data-") and value]
    said += [text for text in quiz.stripped_strings if LATIN.search(text)] + [quiz.text]
    assert len(said) > 5 and all(re.search(r"[а-яіїєґ]", text) for text in said)
    assert set(LATIN.findall(" ".join(said))) <= NAMES | {"cookie"}
    feedback = quiz.select_one("#quiz-abundance [data-right]").text
    for name in ("elements_ce_ppm", "elements_cu_ppm"):
        assert numbers(PAGE)[name]["text"] in feedback


# Extracting ------------------------------------------------------------------------------------


def test_what_changed_is_marked_and_what_stayed_is_kept(tmp_path):
    po = catalogues.path(tmp_path, "uk", "page")
    po.parent.mkdir(parents=True)
    old = "Rare earths are seventeen metals, and most of them are not rare."
    po.write_text(f'msgid "kept"\nmsgstr "є"\n\nmsgid "{old}"\nmsgstr "було"\n', "utf-8")
    new = old.replace("most", "nearly all")
    extract.write(tmp_path / extract.OUT / "page.pot", ["kept", new, "added"])
    extract.update(tmp_path)
    assert catalogues.texts(po) == {"kept": "є"}
    found = {message.id: message for message in read_po(po.open("rb")) if message.id}
    assert found[new].fuzzy and found[new].string == "було"
    assert found["added"].string == "" and catalogues.read(po) is not None


def test_all_that_charts_and_tables_say_is_found(executed):
    found = extract.shown_on(executed[PAGE])
    held = {m.id for m in read_po(catalogues.path(ROOT, "uk", f"shown/{PAGE}").open("rb"))}
    assert set(found) <= held, "run make gettext, then translate what is new"
    assert {"Density (g/cm³)", "copper", "\nare commoner\nthan ", "On the US list of 2022"} <= held


def test_all_that_the_quiz_asks_and_answers_is_found():
    found = extract.asked_in(ROOT / f"{PAGE}.teach.yml")
    held = {m.id for m in read_po(catalogues.path(ROOT, "uk", f"quiz/{PAGE}").open("rb")) if m.id}
    assert set(found) == held, "run make gettext, then translate what is new"
    (order,) = (q for q in notes(PAGE).quiz if q.kind == "order")
    assert {*order.items, "elements", notes(PAGE).quiz[0].choices[0].feedback} <= held
    assert any("{elements_limit}" in text for text in held), "numbers are not filled"


def test_every_word_of_the_site_is_in_its_catalogue():
    for language in catalogues.languages(ROOT):
        held = {m.id for m in read_po(catalogues.path(ROOT, language, "site").open("rb"))}
        assert set(extract.words_of_site()) <= held, "run make gettext"
