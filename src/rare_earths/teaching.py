"""Teaching notes of a chapter and full lessons: what a teacher needs, one YAML file each.

``book/<part>/<chapter>.teach.yml`` stands beside a chapter, ``teach/<lesson>.lesson.yml`` holds a
full lesson. From them the build makes the quiz on the page, the lesson pages, handouts, answer
keys, slides, class files and the files for learning platforms. ``book/supply/the-chokepoint.teach.yml``
is a commented example.

How to write one
----------------
**Texts** are inline Markdown: ``*emphasis*``, ``**strong**``, ``[link](https://...)``, ``code``.
Where a text holds ``: `` or begins with a sign, put it in quotes or write it below ``>-``; inside
``{...}`` and ``[...]`` quotes are safest.

**Numbers are never typed.** ``{choke_refined}`` in a text is replaced by the number that a cell of
the chapter publishes with ``ree.publish("choke_refined", ...)``, written as on the page.  A lesson
may use the numbers of all chapters that it names.  The unit stands in the text: ``{choke_refined} %``.

**Keys of a chapter's file**, all needed unless said otherwise:

============== ==================================================================================
summary        one or two sentences for the index of lessons
subjects       one or more of the fixed list (see ``subjects`` in ``teaching.schema.json``)
minutes        ``{read: 15, teach: 45, do: 30}``: reading, a lesson on it, exercises and quiz
prerequisites  what pupils need before
objectives     what they can do afterwards; the same list as on the chapter's card
words          optional, ``{term, means}``
key_points     the same list as in the chapter
misconceptions ``{says, in_fact}``
discussion     ``{prompt, look_for}``; the prompt goes on the handout, ``look_for`` into the key
media_literacy ``{prompt, look_for}``
differentiation ``support`` and ``extension``, lists
standards      ``{code, how}``; the code must stand in ``standards.yml`` of this package
materials      what to have at hand
charts         ``{figure, ask, look_for}``: charts for the slides, with a question to read each
handout        optional: ``charts`` (one or two of those above), ``exercises`` (labels, from the
               page); without it the first chart and all exercises are printed
spreadsheet    ``task``, ``steps``, ``tables``, ``answer``: the task of the class files
quiz           at least six questions
============== ==================================================================================

**A question** has ``id`` (a short name, unique in the file), ``type``, ``question``, and:

``single``
    ``choices``: three or more ``{text, correct, feedback}``, one with ``correct: true``.  Or no
    ``correct`` but ``answer: {number: name}``: the choice whose text equals that word is right.
``multiple``
    ``choices`` with any number of ``correct: true``, at least one.
``numeric``
    ``answer: {number: name}``, compared as rounded on the page; or ``{value: 12}`` for a sum whose
    figures the question itself gives. ``tolerance``: ``0.5`` in the answer's unit, or ``"5 %"``.
    ``unit``. ``feedback: {right, wrong}``. Optional ``near``: answers of a common slip,
    ``{answer, tolerance, feedback}``.
``order``
    ``items`` in their right order; or ``{text, by: name}``, put in order by published numbers, with
    ``sort: rising`` or ``falling``.  ``feedback: {right, wrong}``.

Since keys name numbers and do not repeat them, a change in ``data/`` changes the key.  If a change
makes a question ambiguous (two items tie, a slip's answer has become right) the build stops here.

**Keys of a lesson's file**: ``title, summary, chapters, subjects, minutes, objectives, materials,
standards, steps, no_computer, cards, handout, assessment, differentiation``; optional
``prerequisites, charts``.  ``steps`` are ``{minutes, title, do, without_computer}``, whose minutes
add up to the lesson's; ``no_computer`` says how to hold it on paper, ``cards`` are printed for
that.  ``handout`` is a list of ``{task, lines, answer}``, ``assessment`` a rubric of
``{criterion, weak, good, strong}``.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from rare_earths import checked_yaml
from rare_earths.checked_yaml import Document, FileError, Place
from rare_earths.numbers import NUMBER_MIME, THIN_SPACE
from rare_earths.questions import (
    Choice,
    ChoiceQuestion,
    Near,
    NumericQuestion,
    OrderQuestion,
    Question,
)

__all__ = ["ChapterNotes", "FileError", "LessonPlan", "load", "load_lesson", "published_numbers"]

_HERE = Path(__file__).parent
BESIDE = (_HERE / "teaching.schema.json", _HERE / "standards.yml")  # what reading depends on
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_OF_A_QUESTION = {"question", "text", "items", "unit", "feedback", "right", "wrong"}  # its texts
_PUBLISHED = "application/papermill.record/" + NUMBER_MIME
Numbers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Minutes:
    """Minutes to read the chapter, to teach a lesson on it, and for exercises and quiz."""

    read: int
    teach: int
    do: int


@dataclass(frozen=True)
class Prompt:
    """Something to ask, and what a good answer holds."""

    prompt: str
    look_for: str


@dataclass(frozen=True)
class Misconception:
    says: str
    in_fact: str


@dataclass(frozen=True)
class Word:
    term: str
    means: str


@dataclass(frozen=True)
class Standard:
    """A standard that the material supports. `what` is this book's short wording of it."""

    code: str
    how: str
    framework: str
    what: str
    url: str


@dataclass(frozen=True)
class Differentiation:
    support: tuple[str, ...]
    extension: tuple[str, ...]


@dataclass(frozen=True)
class ChartQuestion:
    """A chart of the chapter and a question that makes pupils read it."""

    figure: str
    ask: str
    look_for: str


@dataclass(frozen=True)
class Spreadsheet:
    task: str
    steps: tuple[str, ...]
    tables: tuple[str, ...]
    answer: str


@dataclass(frozen=True)
class ChapterNotes:
    """A chapter's teaching file, checked, all texts final."""

    summary: str
    subjects: tuple[str, ...]
    minutes: Minutes
    prerequisites: tuple[str, ...]
    objectives: tuple[str, ...]
    words: tuple[Word, ...]
    key_points: tuple[str, ...]
    misconceptions: tuple[Misconception, ...]
    discussion: tuple[Prompt, ...]
    media_literacy: Prompt
    differentiation: Differentiation
    standards: tuple[Standard, ...]
    materials: tuple[str, ...]
    charts: tuple[ChartQuestion, ...]
    handout_charts: tuple[str, ...]
    handout_exercises: tuple[str, ...] | None
    spreadsheet: Spreadsheet
    quiz: tuple[Question, ...]


@dataclass(frozen=True)
class Step:
    """A part of a lesson; `without_computer` only where that differs."""

    minutes: int
    title: str
    do: str
    without_computer: str


@dataclass(frozen=True)
class Card:
    title: str
    text: str


@dataclass(frozen=True)
class Task:
    """What pupils do on paper; `lines` is the room to write."""

    task: str
    lines: int
    answer: str


@dataclass(frozen=True)
class Criterion:
    criterion: str
    weak: str
    good: str
    strong: str


@dataclass(frozen=True)
class LessonPlan:
    """A full lesson's file, checked, all texts final."""

    title: str
    summary: str
    chapters: tuple[str, ...]
    subjects: tuple[str, ...]
    minutes: int
    objectives: tuple[str, ...]
    prerequisites: tuple[str, ...]
    materials: tuple[str, ...]
    standards: tuple[Standard, ...]
    charts: tuple[str, ...]
    steps: tuple[Step, ...]
    no_computer: str
    cards: tuple[Card, ...]
    handout: tuple[Task, ...]
    assessment: tuple[Criterion, ...]
    differentiation: Differentiation


# Reading -------------------------------------------------------------------------------------


def published_numbers(notebook) -> dict[str, dict]:
    """Name -> record (``text``, ``value``, ``unit``, ``table``) of an executed chapter's numbers."""
    records = (
        output.get("data", {}).get(_PUBLISHED)
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )
    return {record["name"]: record for record in records if record}


def load(
    path: Path,
    numbers: Numbers,
    name: str | None = None,
    texts: Mapping[str, str] | None = None,
) -> ChapterNotes:
    """A chapter's teaching notes.

    Parameters
    ----------
    path
        The ``.teach.yml`` file.
    numbers
        What the chapter's cells published, see :func:`published_numbers`.
    name
        What messages call the file.
    texts
        Texts of the quiz in another language, by those of :func:`texts_of_quiz`.

    Raises
    ------
    FileError
        With every fault: file, line, place, what was expected.
    """
    document = checked_yaml.read(path, _schema("chapter"), name)
    if texts:
        quiz = _each_text(document.content["quiz"], lambda text: texts.get(text, text))
        document.content["quiz"] = quiz
        numbers = {  # a published word may be the key
            name: {**record, "text": texts.get(record["text"], record["text"])}
            for name, record in numbers.items()
        }
    content = _filled(document, numbers)
    notes = ChapterNotes(
        summary=content["summary"],
        subjects=tuple(content["subjects"]),
        minutes=Minutes(**content["minutes"]),
        prerequisites=tuple(content["prerequisites"]),
        objectives=tuple(content["objectives"]),
        words=tuple(Word(**one) for one in content.get("words", ())),
        key_points=tuple(content["key_points"]),
        misconceptions=tuple(Misconception(**one) for one in content["misconceptions"]),
        discussion=tuple(Prompt(**one) for one in content["discussion"]),
        media_literacy=Prompt(**content["media_literacy"]),
        differentiation=_differentiation(content),
        standards=_standards(document, content),
        materials=tuple(content["materials"]),
        charts=tuple(ChartQuestion(**one) for one in content["charts"]),
        handout_charts=_handout_charts(document, content),
        handout_exercises=_handout_exercises(content),
        spreadsheet=Spreadsheet(
            task=content["spreadsheet"]["task"],
            steps=tuple(content["spreadsheet"]["steps"]),
            tables=tuple(content["spreadsheet"]["tables"]),
            answer=content["spreadsheet"]["answer"],
        ),
        quiz=tuple(_questions(document, content, numbers)),
    )
    document.stop_if_faulty()
    return notes


def load_lesson(path: Path, numbers: Numbers, name: str | None = None) -> LessonPlan:
    """A full lesson; parameters and errors as for :func:`load`."""
    document = checked_yaml.read(path, _schema("lesson"), name)
    content = _filled(document, numbers)
    total = sum(step["minutes"] for step in content["steps"])
    if total != content["minutes"]:
        document.fault(("minutes",), f"found {content['minutes']}, but the steps take {total}")
    lesson = LessonPlan(
        title=content["title"],
        summary=content["summary"],
        chapters=tuple(content["chapters"]),
        subjects=tuple(content["subjects"]),
        minutes=content["minutes"],
        objectives=tuple(content["objectives"]),
        prerequisites=tuple(content.get("prerequisites", ())),
        materials=tuple(content["materials"]),
        standards=_standards(document, content),
        charts=tuple(content.get("charts", ())),
        steps=tuple(Step(**{"without_computer": ""} | one) for one in content["steps"]),
        no_computer=content["no_computer"],
        cards=tuple(Card(**one) for one in content["cards"]),
        handout=tuple(Task(**{"lines": 4} | one) for one in content["handout"]),
        assessment=tuple(Criterion(**one) for one in content["assessment"]),
        differentiation=_differentiation(content),
    )
    document.stop_if_faulty()
    return lesson


def chapters_of_lesson(path: Path, name: str | None = None) -> list[str]:
    """The chapters whose numbers a lesson uses: what to read before :func:`load_lesson`."""
    return list(checked_yaml.read(path, _schema("lesson"), name).content["chapters"])


@lru_cache(maxsize=2)
def _schema(kind: str) -> dict:
    schema = json.loads(BESIDE[0].read_text(encoding="utf-8"))
    return {"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]}


def _filled(document: Document, numbers: Numbers) -> dict:
    """The content with every placeholder replaced by its number."""

    def fill(value: Any, place: Place) -> Any:
        if isinstance(value, dict):
            return {key: fill(one, (*place, key)) for key, one in value.items()}
        if isinstance(value, list):
            return [fill(one, (*place, i)) for i, one in enumerate(value)]
        if not isinstance(value, str):
            return value
        for name in _PLACEHOLDER.findall(value):
            if name not in numbers:
                document.fault(place, _unknown_number(name, numbers))
                return value
        return _PLACEHOLDER.sub(lambda match: numbers[match[1]]["text"], value)

    content = fill(document.content, ())
    document.stop_if_faulty()
    return content


def _unknown_number(name: str, numbers: Numbers) -> str:
    close = difflib.get_close_matches(name, numbers, n=2)
    other = f"; did you mean {' or '.join(close)}?" if close else ""
    return f"found {{{name}}}; expected a number that a cell of the chapter publishes{other}"


def _differentiation(content: dict) -> Differentiation:
    one = content["differentiation"]
    return Differentiation(tuple(one["support"]), tuple(one["extension"]))


@lru_cache(maxsize=1)
def known_standards() -> dict[str, dict]:
    """Code -> ``framework``, ``what``, ``url``: the codes that have been checked in a source."""
    return yaml.safe_load(BESIDE[1].read_text(encoding="utf-8"))


def _standards(document: Document, content: dict) -> tuple[Standard, ...]:
    known, found = known_standards(), []
    for i, one in enumerate(content["standards"]):
        if one["code"] not in known:
            close = difflib.get_close_matches(one["code"], known, n=1)
            other = f"; did you mean {close[0]}?" if close else ""
            document.fault(
                ("standards", i, "code"),
                f"found {one['code']!r}; expected a code of standards.yml{other}",
            )
            continue
        entry = known[one["code"]]
        keys = ("framework", "what", "url")
        found.append(Standard(one["code"], one["how"], **{key: entry[key] for key in keys}))
    return tuple(found)


def _handout_charts(document: Document, content: dict) -> tuple[str, ...]:
    listed = [chart["figure"] for chart in content["charts"]]
    chosen = content.get("handout", {}).get("charts", listed[:1])
    for i, name in enumerate(chosen):
        if name not in listed:
            document.fault(
                ("handout", "charts", i), f"found {name!r}; expected one of charts: {listed}"
            )
    return tuple(chosen)


def _handout_exercises(content: dict) -> tuple[str, ...] | None:
    chosen = content.get("handout", {}).get("exercises")
    return None if chosen is None else tuple(chosen)


# Questions -----------------------------------------------------------------------------------


def texts_of_quiz(path: Path) -> list[str]:
    """What the quiz of a chapter's file asks and answers, as written: placeholders are not filled."""
    found: list[str] = []
    _each_text(checked_yaml.read(path, _schema("chapter")).content["quiz"], found.append)
    return list(dict.fromkeys(found))


def _each_text(node: Any, change: Callable[[str], Any], key: str = "") -> Any:
    """Part of a quiz with each text that a reader sees changed; names, keys and kinds are none."""
    if isinstance(node, dict):
        return {k: _each_text(value, change, k) for k, value in node.items()}
    if isinstance(node, list):
        return [_each_text(value, change, key) for value in node]
    return change(node) if isinstance(node, str) and key in _OF_A_QUESTION else node


def _questions(document: Document, content: dict, numbers: Numbers) -> Iterator[Question]:
    makers = {
        "single": _choice_question,
        "multiple": _choice_question,
        "numeric": _numeric_question,
        "order": _order_question,
    }
    seen: set[str] = set()
    for i, item in enumerate(content["quiz"]):
        place = ("quiz", i)
        if item["id"] in seen:
            document.fault((*place, "id"), f"{item['id']!r} is the id of an earlier question")
        seen.add(item["id"])
        if (question := makers[item["type"]](document, place, item, numbers)) is not None:
            yield question


def _choice_question(document: Document, place: Place, item: dict, numbers: Numbers):
    texts = [choice["text"] for choice in item["choices"]]
    if len(set(texts)) < len(texts):
        document.fault((*place, "choices"), f"two choices have the same text: {texts}")
    correct = [choice.get("correct", False) for choice in item["choices"]]
    if "answer" in item:
        record = _record(document, (*place, "answer"), item["answer"]["number"], numbers)
        if record is None:
            return None
        if any(correct):
            document.fault((*place, "answer"), "give either this or correct: true, not both")
        correct = [text == record["text"] for text in texts]
        if not any(correct):
            document.fault(
                (*place, "answer"), f"the data say {record['text']!r}, which is none of {texts}"
            )
    elif item["type"] == "single" and sum(correct) != 1:
        document.fault(
            (*place, "choices"), f"{sum(correct)} choices have correct: true; expected one"
        )
    elif item["type"] == "multiple" and not any(correct):
        document.fault((*place, "choices"), "no choice has correct: true; expected at least one")
    choices = tuple(
        Choice(choice["text"], right, choice["feedback"])
        for choice, right in zip(item["choices"], correct, strict=True)
    )
    return ChoiceQuestion(item["id"], item["type"], item["question"], choices)


def _numeric_question(document: Document, place: Place, item: dict, numbers: Numbers):
    found = _number(document, (*place, "answer"), item["answer"], numbers)
    if found is None:
        return None
    answer, shown = found
    tolerance = _tolerance(item["tolerance"], answer)
    near = []
    for i, slip in enumerate(item.get("near", ())):
        other = _number(document, (*place, "near", i, "answer"), slip["answer"], numbers)
        if other is None:
            continue
        reach = _tolerance(slip.get("tolerance", item["tolerance"]), other[0])
        if abs(other[0] - answer) <= tolerance + reach:
            document.fault(
                (*place, "near", i),
                f"{other[1]} lies so near to the answer {shown} that one answer could be both",
            )
        near.append(Near(*other, reach, slip["feedback"]))
    return NumericQuestion(
        item["id"], item["question"], answer, shown, tolerance, item["unit"],
        item["feedback"]["right"], item["feedback"]["wrong"], tuple(near),
    )  # fmt: skip


def _order_question(document: Document, place: Place, item: dict, numbers: Numbers):
    computed = [isinstance(entry, dict) for entry in item["items"]]
    feedback = item["feedback"]
    if not any(computed):
        texts = item["items"]
        if "sort" in item:
            document.fault(
                (*place, "sort"), "is for items that are ordered by numbers ({text, by})"
            )
    elif not all(computed) or "sort" not in item:
        document.fault(place, "to order by numbers, every item needs {text, by}, the question sort")
        return None
    else:
        values = []
        for i, entry in enumerate(item["items"]):
            found = _number(document, (*place, "items", i, "by"), {"number": entry["by"]}, numbers)
            if found is None:
                return None
            values.append(found[0])
        if len(set(values)) < len(values):
            document.fault((*place, "items"), f"two items tie: {values}; no order is right")
        pairs = sorted(
            zip(values, (entry["text"] for entry in item["items"]), strict=True),
            reverse=item["sort"] == "falling",
        )
        texts = [text for _, text in pairs]
    if len(set(texts)) < len(texts):
        document.fault((*place, "items"), f"two items have the same text: {texts}")
    return OrderQuestion(
        item["id"], item["question"], tuple(texts), feedback["right"], feedback["wrong"]
    )


def _record(document: Document, place: Place, name: str, numbers: Numbers) -> Mapping | None:
    if name not in numbers:
        document.fault(place, _unknown_number(name, numbers))
        return None
    return numbers[name]


def _number(
    document: Document, place: Place, answer: dict, numbers: Numbers
) -> tuple[float, str] | None:
    """Value and text of an answer; a published number counts as rounded on the page."""
    if "value" in answer:
        return float(answer["value"]), f"{answer['value']}"
    record = _record(document, place, answer["number"], numbers)
    if record is None:
        return None
    if isinstance(record["value"], str):
        document.fault(place, f"{answer['number']} is the text {record['text']!r}, not a number")
        return None
    plain = record["text"].replace(THIN_SPACE, "").replace("\u2212", "-")
    return float(plain), record["text"]


def _tolerance(given: float | str, answer: float) -> float:
    if isinstance(given, str):
        return abs(answer) * float(given.rstrip(" %")) / 100
    return float(given)
