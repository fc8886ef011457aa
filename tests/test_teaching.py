"""Promise: a teaching file says what its chapter says, its answers come from the data, and a slip
in it is named with file, line and place."""

import re

import pytest
from conftest import ROOT
from taught import EACH, EXAMPLE, TAUGHT, notes, numbers

from rare_earths import teaching


@pytest.fixture
def example(tmp_path):
    """Load the example with one passage changed, and with other numbers if given."""
    text = (ROOT / f"{EXAMPLE}.teach.yml").read_text("utf-8")

    def load(old="", new="", **other):
        assert old in text
        path = tmp_path / "x.teach.yml"
        path.write_text(text.replace(old, new, 1) if old else text, "utf-8")
        known = {k: dict(v) for k, v in numbers(EXAMPLE).items()}
        for name, value in other.items():
            words = value if isinstance(value, str) else f"{value:g}"
            known[name] |= {"value": value, "text": words}
        return teaching.load(path, known, "x.teach.yml")

    return load


def question(loaded, name):
    return next(one for one in loaded.quiz if one.id == name)


# What is written -----------------------------------------------------------------------------


def test_there_is_a_teaching_file():
    assert TAUGHT


@EACH
def test_every_teaching_file_is_valid(docname):
    assert len(notes(docname).quiz) >= 6


@EACH
def test_it_says_what_the_page_says(docname):
    """Objectives, key points and minutes stand on the page too: both must be the same."""
    page = (ROOT / f"{docname}.md").read_text("utf-8")
    page = re.sub(r"\{glue:text\}`(\w+)`", lambda m: numbers(docname)[m[1]]["text"], page)
    card = re.search(r"\{admonition\}.*?:class: chapter-card(.*?)\n:::", page, flags=re.S)[1]
    assert bullets(card) == [bare(one) for one in notes(docname).objectives]
    points = re.search(r"^## Key points\n(.*?)^## ", page, flags=re.S | re.M)[1]
    assert bullets(points) == [bare(one) for one in notes(docname).key_points]
    assert (
        int(re.search(r"Reading time:\*\* about (\d+) min", card)[1]) == notes(docname).minutes.read
    )


def bullets(text):
    return [bare(one) for one in re.findall(r"^- (.+)$", text, flags=re.M)]


def bare(text):
    """Without citations, quotation marks, fixed spaces, and the stop at the end."""
    text = re.sub(r"\s*\{cite:\w\}`[^`]*`", "", text)
    return re.sub(r"[“”\"’']", "", text).replace("\u00a0", " ").rstrip(" .;")


# What is computed ----------------------------------------------------------------------------


def test_a_number_in_a_text_is_the_chapters_own(example):
    shown = numbers(EXAMPLE)["choke_mined"]["text"]
    assert f"China {shown} %" in question(example(), "two-counts").text
    assert "China 12.5 %" in question(example(choke_mined=12.5), "two-counts").text


def test_the_key_follows_the_data(example):
    assert question(example(), "refined-share").accepts(numbers(EXAMPLE)["choke_refined"]["value"])
    changed = question(example(choke_refined=80.4), "refined-share")
    assert changed.accepts(80.4) and changed.accepts(79.4) and not changed.accepts(91)
    order = question(example(), "shares-in-order").items
    swapped = question(example(choke_magnets=50.0), "shares-in-order").items
    assert order != swapped and swapped[0].startswith("Sintered")


def test_the_right_choice_can_be_decided_by_the_data(example):
    new = """answer: {number: choke_bgs_peak_year}
    choices:
      - {text: "2009", feedback: a year}
      - {text: "2010", feedback: another year}
      - {text: never, feedback: no year}
"""
    for year, correct in (("2009", [True, False, False]), ("2010", [False, True, False])):
        loaded = example(example_choices(), new, choke_bgs_peak_year=year)
        assert [c.correct for c in question(loaded, "two-counts").choices] == correct


def example_choices() -> str:
    text = (ROOT / f"{EXAMPLE}.teach.yml").read_text("utf-8")
    return re.search(r"id: two-counts.*?(choices:.*?\n)\n", text, flags=re.S)[1]


def test_an_order_is_never_shown_solved(example):
    for one in example().quiz:
        if one.kind == "order":
            assert one.shuffled != one.items and sorted(one.shuffled) == sorted(one.items)
            orders = one.orders()
            assert len(set(orders)) == 4 and one.items in orders


def test_words_stay_words(example):
    """In plain YAML ``No`` is false, and a date is not a text."""
    loaded = example("- text: What does each of them count?", "- text: No")
    assert "No" in [choice.text for choice in question(loaded, "headline").choices]


# What is refused -----------------------------------------------------------------------------

FAULTS = {
    "a key misspelt": (
        "misconceptions:", "misconception:",
        [r"x\.teach\.yml, line \d+, the file: misconceptions is missing; expected what pupils often",
         r"line \d+, misconception: misconception is not known here; did you mean misconceptions\?"],
    ),
    "feedback forgotten": (
        "        feedback: Both are for 2024. The scope differs, not the year.\n", "",
        [r"line \d+, quiz\[0\]\.choices\[2\]: feedback is missing; expected a text"],
    ),
    "an unknown number": (
        "answer: {number: choke_refined}", "answer: {number: choke_refind}",
        [r"quiz\[2\]\.answer: found \{choke_refind\}; .* did you mean choke_refined"],
    ),
    "an unknown placeholder": (
        "sources say {choke_eu_low}", "sources say {choke_eu_lowest}",
        [r"line \d+, key_points\[5\]: found \{choke_eu_lowest\}; expected a number that a cell"],
    ),
    "an unknown standard": (
        "code: HS-ESS3-1", "code: HS-ESS3-9",
        [r"standards\[0\]\.code: found 'HS-ESS3-9'; expected a code of standards\.yml; did you"],
    ),
    "two right choices": (
        "      - text: What is the average of the two?\n",
        "      - text: What is the average of the two?\n        correct: true\n",
        [r"quiz\[7\]\.choices: 2 choices have correct: true; expected one"],
    ),
    "too few choices for a learning platform": (
        "      - text: No. They are for different years.\n"
        "        feedback: Both are for 2024. The scope differs, not the year.\n", "",
        [r"quiz\[0\]\.choices: has 2 entries; expected at least 3: the choices, each with its own"],
    ),
    "a number as a text": (
        "term: concentrate", "term: 17", [r"words\[0\]\.term: found 17; .*write it in quotes: \"17\""],
    ),
    "an id twice": (
        "id: four-steps", "id: two-counts", [r"quiz\[1\]\.id: 'two-counts' is the id of an earlier"],
    ),
    "a subject not on the list": (
        "[Geography, Economics", "[Geografy, Economics",
        [r"subjects\[0\]: found 'Geografy'.*did you mean Geography\?"],
    ),
    "not YAML": ("media_literacy:", "media_literacy: [", [r"x\.teach\.yml, line \d+: not valid YAML"]),
    "a key twice": ("materials:", "summary: again\nmaterials:", [r"summary: stands here twice"]),
    "a chart for the handout that is not listed": (
        "charts: [fig-choke-funnel]", "charts: [fig-choke-counts]",
        [r"handout\.charts\[0\]: found 'fig-choke-counts'; expected one of charts"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_named(example, fault):
    old, new, messages = FAULTS[fault]
    with pytest.raises(teaching.FileError) as error:
        example(old, new)
    for message in messages:
        assert re.search(message, str(error.value)), str(error.value)


def test_a_change_of_data_that_spoils_a_question_is_refused(example):
    with pytest.raises(teaching.FileError, match="two items tie"):
        example(choke_magnets=91.3)
    with pytest.raises(teaching.FileError, match="so near to the answer"):
        example(choke_mined=91.0)
    with pytest.raises(teaching.FileError, match=r"quiz\[2\]\.answer: choke_refined is the text"):
        example(choke_refined="most")


def test_fewer_than_six_questions_are_refused(example, tmp_path):
    text = (ROOT / f"{EXAMPLE}.teach.yml").read_text("utf-8")
    five = text.split("  # order, computed")[0]
    with pytest.raises(teaching.FileError, match="has 5 entries; expected at least 6"):
        example(text, five)


# Lessons -------------------------------------------------------------------------------------

LESSON = """\
title: A lesson
summary: What a test needs.
chapters: [one]
subjects: [Geography]
minutes: 10
objectives: [read a number]
materials: [pens]
standards: [{code: HS-ESS3-1, how: pupils read}]
steps:
  - {minutes: 4, title: Ask, do: "The largest is {one_largest}."}
  - {minutes: 6, title: Tell, do: Let pupils tell., without_computer: Use the cards.}
no_computer: Use the cards.
cards:
  - {title: A, text: first}
  - {title: B, text: second}
  - {title: C, text: third}
  - {title: D, text: fourth}
handout: [{task: "What is the largest?", answer: "{one_largest}"}]
assessment: [{criterion: reading, weak: none, good: some, strong: all}]
differentiation: {support: [read aloud], extension: [read more]}
"""
ONE = {"one_largest": {"text": "44", "value": 44.0, "unit": "", "table": "reserves"}}


def load_lesson(tmp_path, text):
    path = tmp_path / "x.lesson.yml"
    path.write_text(text, "utf-8")
    return teaching.load_lesson(path, ONE, "x.lesson.yml")


def test_a_lesson_is_read(tmp_path):
    lesson = load_lesson(tmp_path, LESSON)
    assert lesson.steps[0].do == "The largest is 44." and lesson.handout[0].answer == "44"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("no_computer: Use the cards.\n", "", "no_computer is missing; expected how the lesson is"),
        ("minutes: 10", "minutes: 45", "minutes: found 45, but the steps take 10"),
        ("  - {title: D, text: fourth}\n", "", "cards: has 3 entries; expected at least 4"),
    ],
)
def test_a_lesson_needs_a_way_without_computer_and_its_minutes(tmp_path, old, new, message):
    with pytest.raises(teaching.FileError, match=re.escape(message)):
        load_lesson(tmp_path, LESSON.replace(old, new, 1))


def test_every_standard_says_where_it_was_read():
    for code, entry in teaching.known_standards().items():
        assert set(entry) == {"framework", "what", "url", "seen"}, code
        assert entry["url"].startswith("https://")
