"""PO catalogues: where they stand, what they hold, how much of a page they cover."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

FOLDER = "locale"
SITE = "site"  # catalogue of the words that the site writes
SHOWN = "shown"  # folder of the catalogues of charts and tables
QUIZ = "quiz"  # folder of the catalogues of questions
BIBLIOGRAPHY = "book/bibliography"


class CatalogueError(ValueError):
    """A catalogue cannot be read, or its translation is not usable; the message names the file."""


@dataclass(frozen=True)
class Coverage:
    """How many strings of a page there are, and how many are translated."""

    strings: int
    translated: int

    @property
    def percent(self) -> int:
        """Whole percent, rounded down: 100 only if nothing is left."""
        return 100 * self.translated // self.strings if self.strings else 0


def languages(root: Path) -> list[str]:
    """Languages that have a folder of catalogues."""
    return sorted(path.parent.name for path in (root / FOLDER).glob("*/LC_MESSAGES"))


def path(root: Path, language: str, name: str) -> Path:
    """File of one catalogue: of a page, ``shown/<page>``, ``quiz/<page>``, or ``site``."""
    return root / FOLDER / language / "LC_MESSAGES" / f"{name}.po"


def pages(root: Path, language: str) -> list[str]:
    """Pages that have a catalogue of their text and one of what they show: chapters."""
    folder = path(root, language, SITE).parent
    found = (file.relative_to(folder / SHOWN) for file in (folder / SHOWN).rglob("*.po"))
    return sorted(file.with_suffix("").as_posix() for file in found)


def published(root: Path, language: str) -> list[str]:
    """All pages of a language: the list of chapters, the chapters, the sources they cite."""
    return ["index", *pages(root, language), BIBLIOGRAPHY]


@lru_cache(maxsize=64)
def _read(file: Path, modified: int) -> Catalog:
    try:
        with open(file, "rb") as stream:
            return read_po(stream, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        raise CatalogueError(f"{file}: {error}; expected a PO file in UTF-8") from None


def read(file: Path) -> Catalog:
    """A catalogue; an empty one if there is no such file."""
    return _read(file, file.stat().st_mtime_ns) if file.is_file() else Catalog()


def texts(file: Path) -> dict[str, str]:
    """English -> translation; what is empty or marked as doubtful (fuzzy) is left out."""
    return {
        message.id: message.string
        for message in read(file)
        if message.id and message.string and not message.fuzzy
    }


def quiz(root: Path, language: str, page: str) -> dict[str, str]:
    """The texts of a page's quiz; none where the quiz is in English only."""
    return texts(path(root, language, f"{QUIZ}/{page}"))


def coverage(root: Path, language: str, page: str) -> Coverage:
    """Of a page's text, charts, tables and quiz."""
    names = (page, f"{SHOWN}/{page}", f"{QUIZ}/{page}")
    files = [path(root, language, name) for name in names]
    ids = [message.id for file in files for message in read(file) if message.id]
    return Coverage(len(ids), sum(len(texts(file)) for file in files))
