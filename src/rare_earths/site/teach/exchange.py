"""A chapter's quiz for learning platforms: QTI 1.2 for Canvas, Moodle XML, GIFT.

Not every format knows every kind of question. Canvas' QTI has no ordering, so there an order is
chosen from four; Moodle gets it as matching (item to place).
"""

from __future__ import annotations

import re
import threading
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from rare_earths.questions import ChoiceQuestion, NumericQuestion, OrderQuestion, Question
from rare_earths.site.teach import text
from rare_earths.site.teach.archive import zip_of

ARROW = " → "
_TEXT2QTI = threading.Lock()  # its reader keeps state between calls: one quiz at a time
_LICENCE = "Creative Commons Attribution 4.0 (CC BY 4.0)"


def orders_as_choices(question: OrderQuestion) -> list[tuple[str, bool, str]]:
    """``(text, right, feedback)`` of four orders to choose from."""
    return [
        (ARROW.join(order), order == question.items,
         question.right if order == question.items else question.wrong)
        for order in question.orders()
    ]  # fmt: skip


def asked(question: Question) -> str:
    """The question's text; where a number is asked, with the unit that the page puts beside it."""
    unit = question.unit if isinstance(question, NumericQuestion) else ""
    return f"{question.text} (Answer in {unit}.)" if unit else question.text


# Canvas --------------------------------------------------------------------------------------


def canvas_zip(title: str, quiz: Sequence[Question]) -> bytes:
    """QTI 1.2 archive as Canvas imports it, written by text2qti.

    Its manifest says "private" and carries the day; here it gets the book's licence and no date.
    """
    from text2qti.config import Config
    from text2qti.qti import QTI
    from text2qti.quiz import Quiz
    from text2qti.xml_imsmanifest import imsmanifest

    with _TEXT2QTI:
        qti = QTI(Quiz(text2qti_source(title, quiz), config=Config(), source_name=title))
    manifest = imsmanifest(
        manifest_identifier=qti.manifest_identifier,
        assessment_identifier=qti.assessment_identifier,
        dependency_identifier=qti.dependency_identifier,
        images=qti.quiz.images,
        date="2000-01-01",
    )
    manifest = re.sub(r"(<imsmd:description>\s*<imsmd:string>)[^<]*", rf"\g<1>{_LICENCE}", manifest)
    folder = qti.assessment_identifier
    files = {
        "imsmanifest.xml": manifest,
        f"{folder}/assessment_meta.xml": qti.assessment_meta,
        f"{folder}/{folder}.xml": qti.assessment,
    }
    return zip_of(files, first="imsmanifest.xml")


def text2qti_source(title: str, quiz: Sequence[Question]) -> str:
    """The quiz in text2qti's own notation."""
    lines = [f"Quiz title: {title}", "Quiz description: From Seventeen Elements, CC BY 4.0", ""]
    for number, question in enumerate(quiz, start=1):
        lines += [
            f"Title: Question {number}",
            "Points: 1",
            f"{number}. {_one_line(asked(question))}",
        ]
        if isinstance(question, NumericQuestion):
            lines += [
                f"+ {_one_line(question.right)}",
                f"- {_one_line(question.wrong)}",
                f"= {question.answer} +- {question.tolerance}",
            ]
        else:
            if isinstance(question, OrderQuestion):
                choices = orders_as_choices(question)
            else:
                choices = [(one.text, one.correct, one.feedback) for one in question.choices]
            several = question.kind == "multiple"
            for letter, (words, right, feedback) in zip("abcdefgh", choices, strict=False):
                if several:
                    mark = "[*]" if right else "[ ]"
                else:
                    mark = f"*{letter})" if right else f"{letter})"
                lines += [f"{mark} {_one_line(words)}", f"... {_one_line(feedback)}"]
        lines.append("")
    return "\n".join(lines)


def _one_line(words: str) -> str:
    """A text on one line. A dollar sign would begin a formula.

    Quotation marks are set here: text2qti 0.8 with Markdown 3.11 leaves its own place-holders, and
    with them broken XML, where it has to set them.
    """
    words = re.sub(r"\s+", " ", words.replace("$", "\\$").replace("...", "…")).strip()
    for straight, opening, closing in (('"', "“", "”"), ("'", "‘", "’")):
        words = re.sub(rf"(^|[\s(\[*]){straight}(?=\S)", rf"\1{opening}", words)
        words = words.replace(straight, closing)
    return words


# Moodle --------------------------------------------------------------------------------------


def moodle_xml(category: str, quiz: Sequence[Question]) -> str:
    """Moodle XML: one category with all questions.

    Parameters
    ----------
    category
        Path in the question bank, such as ``Seventeen Elements/Where is the chokepoint?``.
    """
    root = ET.Element("quiz")
    top = ET.SubElement(root, "question", type="category")
    _text(ET.SubElement(top, "category"), f"$course$/top/{category}")
    for number, question in enumerate(quiz, start=1):
        root.append(_moodle_question(number, question))
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _moodle_question(number: int, question: Question) -> ET.Element:
    kinds = {"single": "multichoice", "multiple": "multichoice", "numeric": "numerical"}
    element = ET.Element("question", type=kinds.get(question.kind, "matching"))
    _text(ET.SubElement(element, "name"), f"{number:02d} {question.id}")
    _html(element, "questiontext", asked(question))
    general = "" if isinstance(question, ChoiceQuestion) else question.right
    _html(element, "generalfeedback", general)
    for tag, value in (("defaultgrade", "1"), ("penalty", "0.3333333"), ("hidden", "0")):
        ET.SubElement(element, tag).text = value
    ET.SubElement(element, "idnumber").text = question.id
    if isinstance(question, ChoiceQuestion):
        _moodle_choices(element, question)
    elif isinstance(question, NumericQuestion):
        _moodle_number(element, question)
    else:
        _moodle_order(element, question)
    return element


def _moodle_choices(element: ET.Element, question: ChoiceQuestion) -> None:
    ET.SubElement(element, "single").text = "true" if question.kind == "single" else "false"
    ET.SubElement(element, "shuffleanswers").text = "true"
    ET.SubElement(element, "answernumbering").text = "abc"
    for choice, fraction in zip(question.choices, fractions(question), strict=True):
        answer = _html(element, "answer", choice.text, fraction=fraction)
        _html(answer, "feedback", choice.feedback)


def fractions(question: ChoiceQuestion) -> list[str]:
    """What each choice is worth in percent, as Moodle writes it; right ones add up to 100."""
    right = sum(choice.correct for choice in question.choices)
    wrong = len(question.choices) - right
    if question.kind == "single":
        return ["100" if choice.correct else "0" for choice in question.choices]
    gain, loss = f"{100 / right:.5f}", f"{-100 / wrong:.5f}" if wrong else "0"
    return [_short(gain if choice.correct else loss) for choice in question.choices]


def _short(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def _moodle_number(element: ET.Element, question: NumericQuestion) -> None:
    answers = [(question.answer, "100", question.tolerance, question.right)]
    answers += [(slip.value, "0", slip.tolerance, slip.feedback) for slip in question.near]
    for value, fraction, tolerance, feedback in answers:
        answer = ET.SubElement(element, "answer", fraction=fraction, format="moodle_auto_format")
        ET.SubElement(answer, "text").text = f"{value:.10g}"
        ET.SubElement(answer, "tolerance").text = f"{tolerance:.10g}"
        _html(answer, "feedback", feedback)
    other = ET.SubElement(element, "answer", fraction="0", format="moodle_auto_format")
    ET.SubElement(other, "text").text = "*"  # whatever else is answered
    ET.SubElement(other, "tolerance").text = "0"
    _html(other, "feedback", question.wrong)


def _moodle_order(element: ET.Element, question: OrderQuestion) -> None:
    ET.SubElement(element, "shuffleanswers").text = "true"
    for tag, words in (
        ("correctfeedback", question.right),
        ("partiallycorrectfeedback", question.wrong),
        ("incorrectfeedback", question.wrong),
    ):
        _html(element, tag, words)
    for place, item in enumerate(question.items, start=1):
        part = _html(element, "subquestion", item)
        _text(ET.SubElement(part, "answer"), str(place))


def _text(element: ET.Element, words: str) -> None:
    ET.SubElement(element, "text").text = words


def _html(parent: ET.Element, tag: str, words: str, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, **attributes, format="html")
    _text(element, str(text.html(words)))
    return element


# GIFT ----------------------------------------------------------------------------------------


def gift(category: str, quiz: Sequence[Question]) -> str:
    """The quiz in GIFT, Moodle's plain-text notation."""
    lines = [f"$CATEGORY: $course$/top/{category}", ""]
    for number, question in enumerate(quiz, start=1):
        lines.append(f"::{number:02d} {question.id}::[html]{_escaped(asked(question))}{{")
        lines += _gift_answers(question)
        lines += ["}", ""]
    return "\n".join(lines)


def _gift_answers(question: Question) -> list[str]:
    if isinstance(question, NumericQuestion):
        # the numbers stand on the lines after the sign that says a number is asked
        lines = [
            "#",
            f"={question.answer:.10g}:{question.tolerance:.10g}#{_escaped(question.right)}",
        ]
        lines += [
            f"=%0%{slip.value:.10g}:{slip.tolerance:.10g}#{_escaped(slip.feedback)}"
            for slip in question.near
        ]
        return [*lines, f"~#{_escaped(question.wrong)}"]
    if isinstance(question, OrderQuestion):
        pairs = [f"={_escaped(item)} -> {i}" for i, item in enumerate(question.items, start=1)]
        return [*pairs, f"####{_escaped(question.right)}"]
    lines = []
    for choice, fraction in zip(question.choices, fractions(question), strict=True):
        weighed = "=" if choice.correct else "~"
        mark = weighed if question.kind == "single" else f"~%{fraction}%"
        lines.append(f"{mark}{_escaped(choice.text)}#{_escaped(choice.feedback)}")
    return lines


def _escaped(words: str) -> str:
    """HTML of a text with GIFT's own signs made harmless."""
    return re.sub(r"([\\~=#{}:])", r"\\\1", str(text.html(words)))
