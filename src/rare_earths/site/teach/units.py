"""Teaching units: the notes of each chapter and the full lessons; their names and addresses.

Sphinx reads the teaching files while it reads the chapters, and leaves what it read in
``_build/.teach``; the files for download are made from that, so both always say the same.
"""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import dataclass
from pathlib import Path

from rare_earths.teaching import ChapterNotes, LessonPlan

FOLDER = "teach"
_PACKAGE = Path(__file__).resolve().parents[2]


class NotBuilt(RuntimeError):
    """The book has not been built by this code."""


@dataclass(frozen=True)
class Unit:
    """A chapter's notes or a full lesson.

    Parameters
    ----------
    address
        Relative address of its page without ``.html``; the names of its files begin with it.
    source
        Its teaching file, for messages.
    chapters
        The chapters it stands on, as Sphinx names them.
    """

    address: str
    source: str
    chapters: tuple[str, ...]
    content: ChapterNotes | LessonPlan

    @property
    def is_lesson(self) -> bool:
        return isinstance(self.content, LessonPlan)


def notes_file(docname: str) -> str:
    """``book/supply/the-chokepoint`` -> its teaching file, relative to the book's root."""
    return f"{docname}.teach.yml"


def address(docname: str) -> str:
    """Address of a chapter's lesson page: ``teach/supply/the-chokepoint``."""
    return f"{FOLDER}/{docname.removeprefix('book/')}"


def chapter_unit(docname: str, notes: ChapterNotes) -> Unit:
    return Unit(address(docname), notes_file(docname), (docname,), notes)


def lesson_unit(source: str, lesson: LessonPlan) -> Unit:
    chapters = tuple(f"book/{one}" for one in lesson.chapters)
    return Unit(source.removesuffix(".lesson.yml"), source, chapters, lesson)


def lesson_files(root: Path) -> list[str]:
    """``teach/<lesson>.lesson.yml``, relative to the book's root, by name."""
    return sorted(f"{FOLDER}/{path.name}" for path in (root / FOLDER).glob("*.lesson.yml"))


# What one build leaves for making the files ----------------------------------------------------


def keep(root: Path, units: list[Unit]) -> None:
    """Leave the units of a finished build, full lessons first, then chapters in reading order."""
    path = _kept(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps((shape(), units)))


def kept(root: Path) -> list[Unit]:
    """The units of the last build.

    Raises
    ------
    NotBuilt
        If there is none by this version of the code.
    """
    path = _kept(root)
    try:
        built_by, units = pickle.loads(path.read_bytes())
    except (OSError, AttributeError, ImportError, ValueError, pickle.UnpicklingError):
        built_by, units = "", []
    if built_by != shape():
        raise NotBuilt("the book has not been built by this version of the code: run `make book`")
    return units


def _kept(root: Path) -> Path:
    return root / "_build" / ".teach" / "units.pickle"


def _code(*patterns: str) -> str:
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(_PACKAGE.glob(pattern)):
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def shape() -> str:
    """Fingerprint of the code that reads teaching files: what is kept must be its work."""
    return _code("teaching*", "questions.py", "standards.yml", "site/teach/units.py")


def code(*more: str) -> str:
    """Fingerprint of all that decides what the files for download look like, and of `more`."""
    return shape() + _code(
        "__init__.py", "numbers.py", "charts.py", "site/pictures.py", "site/teach/*.py",
        "site/templates/teach/*", *more,
    )  # fmt: skip
