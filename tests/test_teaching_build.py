"""Promise: a change of data changes the answer keys everywhere, the same book gives the same bytes,
a full lesson is printed with its cards, and what is wrong stops and is named.

A small book of one taught chapter and one lesson, with its own copy of the tables.
"""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace

import pytest
from pypdf import PdfReader
from test_teaching import LESSON

from rare_earths.checked_yaml import FileError
from rare_earths.site import build
from rare_earths.site.teach import class_files, handouts, make, pdf, units
from rare_earths.site.teach.book_page import BookPage

pytestmark = pytest.mark.xdist_group("small book of teaching")

NOTES = """\
summary: What a test needs.
subjects: [Geography]
minutes: {read: 5, teach: 20, do: 10}
prerequisites: [numbers]
objectives: [read a number]
key_points: ["The largest is {one_largest}."]
misconceptions: [{says: All are alike., in_fact: One is far larger.}]
discussion: [{prompt: "Why is it so?", look_for: geology}]
media_literacy: {prompt: "Who counted?", look_for: the publisher and its edition}
differentiation: {support: [read aloud], extension: [read more]}
standards: [{code: HS-ESS3-1, how: pupils read}]
materials: [pens]
charts: [{figure: fig-one-bars, ask: "Which is the longest?", look_for: the first of the bars}]
spreadsheet: {task: Sort., steps: [Open the table.], tables: [reserves], answer: the first row}
quiz:
  - id: largest
    type: numeric
    question: How large is the largest?
    answer: {number: one_largest}
    tolerance: "1 %"
    unit: t REO
    feedback: {right: It is far ahead., wrong: Look at the longest bar.}
"""
OTHERS = "".join(
    f"""\
  - id: other-{i}
    type: single
    question: Is {i} a number?
    choices:
      - {{text: "Yes", correct: true, feedback: It counts {i} things.}}
      - {{text: "No", feedback: Think of {i} things.}}
      - {{text: "Some days", feedback: It does so on all days.}}
"""
    for i in range(5)
)
EXERCISE = """
::::{exercise} A task
:label: ex-one-task
Sort the bars.
::::

:::{dropdown} Solution
From long to short, as the chart has them.
:::

```{quiz}
```
"""
CANVAS = "teach/one-quiz-canvas.zip"


def run(book, *module):
    return subprocess.run(
        [sys.executable, "-m", *module],
        cwd=book, env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip


def build_book(book):
    return run(book, "rare_earths.site.build")


def make_files(book, *switches):
    return run(book, "rare_earths.site.teach", *switches)


@pytest.fixture(scope="module")
def taught(small_book):
    """The small book with a teaching file, a lesson and the index, built and printed."""
    (small_book / "book").mkdir()
    chapter = small_book / "book" / "one.md"
    (small_book / "one.md").rename(chapter)
    chapter.write_text(chapter.read_text("utf-8") + EXERCISE, "utf-8")
    (small_book / "book" / "one.teach.yml").write_text(NOTES + OTHERS, "utf-8")
    (small_book / "teach").mkdir()
    (small_book / "teach" / "index.md").write_text("# Lessons\n\n```{lesson-index}\n```\n", "utf-8")
    (small_book / "teach" / "short.lesson.yml").write_text(LESSON, "utf-8")
    toc = (small_book / "_toc.yml").read_text("utf-8")
    moved = toc.replace("- file: one\n", "- file: book/one\n  - file: teach/index\n")
    (small_book / "_toc.yml").write_text(moved, "utf-8")
    index = (small_book / "index.md").read_text("utf-8")
    (small_book / "index.md").write_text(index.replace("(one.md)", "(book/one.md)"), "utf-8")
    for done in (build_book(small_book), make_files(small_book, "--full")):
        assert done.returncode == 0, done.stdout + done.stderr
    return small_book


@pytest.fixture
def edit(taught):
    """Change a passage of a file; at the end all is as it was."""
    before = {}

    def change(name, old, new):
        path = taught / name
        text = path.read_text("utf-8")
        assert old in text, f"{old!r} not in {name}"
        before.setdefault(path, text)
        path.write_text(text.replace(old, new), "utf-8")

    yield change
    for path, text in before.items():
        path.write_text(text, "utf-8")


def files(book):
    folder = book / build.SITE / "teach"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("[!.]*"))
        if path.is_file()
    }


def canvas_key(book):
    with zipfile.ZipFile(book / build.SITE / CANVAS) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".xml") and
                   "meta" not in name and "manifest" not in name)  # fmt: skip
        return re.search(r"<varequal[^>]*>([\d.]+)<", archive.read(name).decode())[1]


def test_everything_is_made_and_nothing_twice(taught):
    made = files(taught)
    kinds = (".html", ".docx", "-a4.pdf", "-letter.pdf")
    papers = {f"one-{paper}{kind}" for paper in ("handout", "answers") for kind in kinds}
    papers |= {
        f"short-{paper}{kind}"
        for paper in ("plan", "handout", "cards", "answers")
        for kind in kinds
    }
    rest = {"one-slides.html", "one-class.zip", "one-quiz-canvas.zip", "one-quiz-moodle.xml",
            "one-quiz-gift.txt", "one-cartridge.imscc", "one.html", "short.html", "index.html",
            "seventeen-elements-course.imscc", "seventeen-elements-offline.zip",
            "seventeen-elements.pdf", "seventeen-elements.epub"}  # fmt: skip
    assert set(made) == papers | rest
    done = make_files(taught, "--full")
    assert "2 units, 0 made anew; 0 PDF files printed" in done.stdout
    assert files(taught) == made


def test_two_makings_give_the_same_bytes(taught):
    before = files(taught)
    shutil.rmtree(taught / "_build" / ".teach" / "pdf")
    for path in (taught / build.SITE / "teach").iterdir():
        if path.suffix != ".html" or "-" in path.name:
            path.unlink()
    again = make_files(taught, "--full")
    assert "2 units, 2 made anew; 13 PDF files printed" in again.stdout
    after = files(taught)
    assert set(after) == set(before)
    assert [name for name in before if before[name] != after[name]] == []


def test_a_lesson_has_its_plan_and_its_cards(taught):
    folder = taught / build.SITE / "teach"
    cards = PdfReader(folder / "short-cards-letter.pdf").pages[0].extract_text()
    assert all(word in cards for word in ("first", "second", "third", "fourth"))
    page = (folder / "short.html").read_text("utf-8")
    assert 'id="without-a-computer"' in page and "Use the cards." in page
    assert "(6 min)" in page and "HS-ESS3-1" in page
    index = (folder / "index.html").read_text("utf-8")
    assert "short.html" in index and "one.html" in index


def test_what_a_file_needs_and_the_chapter_lacks_is_named(taught):
    site = taught / build.SITE
    _, unit = units.kept(taught)
    page = BookPage(site, "book/one")
    sheet = replace(unit.content.spreadsheet, tables=("riches",))
    with pytest.raises(FileError, match=r"book/one\.teach\.yml: riches is no table of the data"):
        class_files.class_zip(replace(unit.content, spreadsheet=sheet), page)
    with pytest.raises(FileError, match=r"ex-two is no exercise of book/one\.md; there are ex-one"):
        handouts.chapter_papers(replace(unit.content, handout_exercises=("ex-two",)), page)
    content = (site / "teach" / "one-handout-a4.pdf").read_bytes()
    assert pdf.pages(content) == len(PdfReader(site / "teach" / "one-handout-a4.pdf").pages) <= 4
    with pytest.raises(FileError, match=r"one: \d pages, at most 0 are promised"):
        make.check_length("one", content, 0)


# Each of these builds the book anew -----------------------------------------------------------


def test_a_change_of_data_changes_every_key(taught, edit):
    assert canvas_key(taught) == "44000000.0"
    edit("data/reserves.csv", ",44000000,", ",45000000,")
    assert build_book(taught).returncode == 0
    done = make_files(taught, "--full")
    assert done.returncode == 0, done.stdout
    made = {name: content.decode("utf-8", "replace") for name, content in files(taught).items()}
    assert canvas_key(taught) == "45000000.0"
    assert "<text>45000000</text>" in made["one-quiz-moodle.xml"]
    assert "=45000000:450000#" in made["one-quiz-gift.txt"]
    page = (taught / build.SITE / "book" / "one.html").read_text("utf-8")
    assert 'data-answer="45000000.0"' in page and "45\u202f000\u202f000.0 t REO" in page
    assert "45\u202f000\u202f000.0" in made["one-answers.html"]
    key = PdfReader(taught / build.SITE / "teach" / "one-answers-a4.pdf").pages[0].extract_text()
    assert re.search(r"45\s000\s000\.0", key)
    assert "The largest is 45\u202f000\u202f000.0" in made["short.html"], "the lesson too"


def test_without_a_browser_only_pdf_files_that_still_fit_remain(
    taught, edit, monkeypatch, tmp_path
):
    edit("book/one.teach.yml", "Why is it so?", "How did it come about?")
    assert build_book(taught).returncode == 0
    done = make_files(taught)
    assert "PDF files missing (make teach)" in done.stdout and done.returncode == 0
    made = files(taught)
    assert "one-handout-a4.pdf" not in made and b"one-handout-a4.pdf" not in made["one.html"]
    assert "short-cards-a4.pdf" in made and b"short-cards-a4.pdf" in made["short.html"]
    assert b"How did it come about?" in made["one-handout.html"]
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    done = make_files(taught, "--full")
    assert done.returncode == 1 and "no PDF without Chromium" in done.stdout


FAULTS = {
    "a chart that is not there": (
        "book/one.teach.yml", "fig-one-bars", "fig-one-pie",
        r"book/one\.teach\.yml: charts: fig-one-pie is no chart of book/one\.md",
    ),
    "no place for the quiz": (
        "book/one.md", "```{quiz}\n```\n", "", r"book/one\.md: has no \{quiz\} directive",
    ),
    "a lesson without cards": (
        "teach/short.lesson.yml", "cards:", "carts:",
        r"teach/short\.lesson\.yml, line \d+, the file: cards is missing",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_stops_the_build_and_is_named(taught, edit, fault):
    name, old, new, message = FAULTS[fault]
    edit(name, old, new)
    done = build_book(taught)
    assert done.returncode != 0
    assert re.search(message, done.stdout), done.stdout
