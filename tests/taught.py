"""The chapters that have a teaching file, and what it says: shared by the tests of teaching."""

from functools import lru_cache

import pytest
from conftest import CACHE, CHAPTERS, ROOT

from rare_earths import teaching
from rare_earths.site import execution

EXAMPLE = "book/supply/the-chokepoint"
TAUGHT = [c for c in CHAPTERS if (ROOT / f"{c.docname}.teach.yml").is_file()]
EACH = pytest.mark.parametrize("docname", [c.docname for c in TAUGHT])


@lru_cache
def numbers(docname: str) -> dict[str, dict]:
    """What the chapter's cells published."""
    chapter = next(c for c in CHAPTERS if c.docname == docname)
    try:
        notebook = execution.executed(ROOT, CACHE, chapter)
    except KeyError:
        execution.refresh(ROOT, CACHE)
        notebook = execution.executed(ROOT, CACHE, chapter)
    return teaching.published_numbers(notebook)


@lru_cache
def notes(docname: str) -> teaching.ChapterNotes:
    """The chapter's teaching file, read anew."""
    return teaching.load(ROOT / f"{docname}.teach.yml", numbers(docname))
