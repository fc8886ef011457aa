"""Pages for paper: handout, answer key, cards, lesson plan; and the slides.

Each is one HTML file that needs nothing else, so it also opens from disk and prints from any
browser. ``pdf.py`` and ``documents.py`` turn the same HTML into PDF and DOCX.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from markupsafe import Markup

import rare_earths
from rare_earths.site.teach import text
from rare_earths.site.teach.book_page import BookPage, Chart
from rare_earths.site.teach.greys import for_paper, in_both_words, in_words
from rare_earths.site.teach.quiz import tolerance
from rare_earths.site.templates import render
from rare_earths.teaching import ChapterNotes, LessonPlan

VERSION = rare_earths.__version__
MOST_PAGES = 4  # of a handout, in A4 and in Letter
Picture = Callable[[Chart], Markup]


@dataclass(frozen=True)
class Paper:
    """One thing to print. `name` ends its files' names; `most_pages` is a promise to keep.

    `charts` are in grey already.
    """

    name: str
    template: str
    title: str
    context: dict
    charts: tuple[Chart, ...] = ()
    most_pages: int | None = None
    formats: tuple[str, ...] = field(default=("html", "pdf", "docx"))

    def html(self, picture: Picture | None = None, *, word: bool = False) -> str:
        """The page. `word` asks for what a word processor understands."""
        return render(
            f"teach/{self.template}.html",
            **self.context,
            title=self.title,
            picture=picture or inline_svg,
            word=word,
            html=text.html,
            blocks=text.blocks,
            tolerance=tolerance,
        )


def chapter_papers(notes: ChapterNotes, page: BookPage) -> list[Paper]:
    """Handout and answer key of a chapter."""
    common = {"notes": notes, "source_line": source_line(page.title, page.address)}
    asked = {one.figure: one for one in notes.charts}
    printed = [
        (for_paper(page.chart(name)), in_words(asked[name].ask)) for name in notes.handout_charts
    ]
    handout = common | {
        "charts": printed,
        "exercises": _exercises(notes, page),
        "description": f"Handout for pupils on the chapter “{page.title}”.",
    }
    answers = common | {
        "charts": [
            (page.chart(one.figure).number, in_both_words(one.ask), in_both_words(one.look_for))
            for one in notes.charts
        ],
        "exercises": list(page.exercises.values()),
        "description": f"Answer key to the handout and quiz of the chapter “{page.title}”.",
    }
    pictures = tuple(chart for chart, _ in printed)
    return [
        Paper("handout", "handout", page.title, handout, pictures, MOST_PAGES),
        Paper("answers", "answers", page.title, answers),
    ]


def _exercises(notes: ChapterNotes, page: BookPage) -> list:
    if notes.handout_exercises is None:
        return list(page.exercises.values())
    return [page.exercise(label) for label in notes.handout_exercises]


def task_paper(notes: ChapterNotes, page: BookPage) -> Paper:
    """The spreadsheet task of the class files."""
    context = {
        "notes": notes,
        "source_line": source_line(page.title, page.address),
        "description": "Spreadsheet task.",
    }
    return Paper("task", "task", page.title, context, formats=("docx",))


def lesson_papers(lesson: LessonPlan, pages: list[BookPage]) -> list[Paper]:
    """Plan, handout, answer key and cards of a full lesson."""
    printed = [(for_paper(chart_of(name, pages)), None) for name in lesson.charts]
    common = {
        "lesson": lesson,
        "charts": printed,
        "source_line": source_line(lesson.title, ""),
        "description": f"For the lesson “{lesson.title}”.",
    }
    pictures = tuple(chart for chart, _ in printed)
    return [
        Paper("plan", "lesson_plan", lesson.title, common),
        Paper("handout", "lesson_handout", lesson.title, common, pictures, MOST_PAGES),
        Paper("cards", "cards", lesson.title, common),
        Paper("answers", "lesson_answers", lesson.title, common),
    ]


def chart_of(name: str, pages: list[BookPage]) -> Chart:
    """A chart of whichever of these pages has it."""
    holders = [page for page in pages if f'id="{name}"' in page.html]
    return (holders or pages)[0].chart(name)


def slides(notes: ChapterNotes, page: BookPage) -> str:
    """The slide deck of a chapter, one HTML file with its charts in it."""
    return render(
        "teach/slides.html",
        notes=notes,
        title=page.title,
        charts=[(page.chart(one.figure), one) for one in notes.charts],
        source_line=source_line(page.title, page.address),
        description=f"Slides on the chapter “{page.title}”.",
        picture=inline_svg,
        html=text.html,
    )


def source_line(title: str, address: str) -> str:
    where = f", {address}" if address else ""
    return f"From Seventeen Elements, version {VERSION}: “{title}”{where}."


# Pictures ------------------------------------------------------------------------------------


def inline_svg(chart: Chart) -> Markup:
    """A picture to stand in a page: one name for those who do not see it, ids of its own."""
    svg = chart.svg[chart.svg.index("<svg") :].replace("chart-hatch", f"{chart.name}-hatch")
    return Markup(f'<div role="img" aria-label="{escape(chart.description)}">{svg}</div>')
