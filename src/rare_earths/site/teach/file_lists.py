"""The lists of files on lesson pages and on the index: what there is, in which form, how large."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path, PurePosixPath

from rare_earths.site.templates import render

_PLACE = re.compile(r"<!--files-->.*?<!--/files-->", flags=re.S)
_BOOK = "The whole book"
Forms = Sequence[tuple[str, str]]
# Title, then the endings of the files' names and what the link says.
_PAPER = [
    (".html", "page"),
    ("-a4.pdf", "PDF A4"),
    ("-letter.pdf", "PDF Letter"),
    (".docx", "DOCX"),
]
_GROUPS = [
    ("Lesson plan", [(f"plan{ending}", label) for ending, label in _PAPER]),
    ("Handout for pupils", [(f"handout{ending}", label) for ending, label in _PAPER]),
    ("Cards to cut out", [(f"cards{ending}", label) for ending, label in _PAPER]),
    ("Answer key", [(f"answers{ending}", label) for ending, label in _PAPER]),
    ("Slides", [("slides.html", "page")]),
    ("Class files (tables, their columns, a spreadsheet task)", [("class.zip", "zip")]),
    ("Quiz", [("quiz-canvas.zip", "QTI 1.2 for Canvas"), ("quiz-moodle.xml", "Moodle XML"),
              ("quiz-gift.txt", "GIFT")]),
    ("For a learning platform", [("cartridge.imscc", "Common Cartridge 1.1")]),
]  # fmt: skip


def unit_list(site: Path, name: Callable[[str], str], there: Collection[str]) -> str:
    """The list of one lesson page.

    Parameters
    ----------
    site
        Root folder of the built site.
    name
        Gives the name of the unit's file with a given ending.
    there
        Names of the files to list; others are passed over.
    """
    groups = [
        (title, [(name(ending), label) for ending, label in entries]) for title, entries in _GROUPS
    ]
    return _html(site, groups, there, key=True)


def course_list(site: Path, course: str, books: Forms, there: Collection[str]) -> str:
    """The list of the index: files of the whole course.

    `books` are the forms of the whole book: the name of each file and what its link says.
    """
    groups = [
        ("The whole course for a learning platform", [(course, "Common Cartridge 1.1")]),
        (_BOOK, books),
    ]
    return _html(site, groups, there, key=False)


def book_list(site: Path, books: Forms, there: Collection[str]) -> str:
    """The list of the front page: the whole book as one file. Empty if there is none."""
    links = _links(site, books, there)
    return render("teach/book_list.html", title=_BOOK, files=links) if links else ""


def _html(site: Path, groups, there: Collection[str], *, key: bool) -> str:
    shown = []
    for title, entries in groups:
        if links := _links(site, entries, there):
            shown.append((title, links))
    has_pdf = any(name.endswith(".pdf") for name in there)
    return render("teach/file_list.html", groups=shown, pdf=has_pdf, key=key)


def _links(site: Path, entries: Forms, there: Collection[str]) -> list[dict]:
    return [
        {
            "href": PurePosixPath(name).name,
            "path": name,
            "label": label,
            "opens": name.endswith(".html"),
            "size": _size(site / name),
        }
        for name, label in entries
        if name in there
    ]


def _size(path: Path) -> str:
    count = path.stat().st_size
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1000))} kB"


def with_list(page: str, html: str) -> str:
    """The page with this list in its place."""
    return _PLACE.sub(lambda _: f"<!--files-->\n{html}<!--/files-->", page)
