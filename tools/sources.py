"""Checks of the text files of the book that need no build: what a file is, not what it says.

Each check takes the folder of the repository and yields a message a fault: file, line, what was
found, what is expected. ``tools/lint.py`` runs them; tests/test_lint.py breaks each once.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import yaml
from pybtex.database import BibliographyDataError, parse_string
from pybtex.scanner import PybtexSyntaxError

CELL = "```{code-cell}"
SECTIONS = [
    "The answer in 60 seconds",
    "What this does not show",
    "Key points",
    "Exercises",
    "Check yourself",
    "Sources and data",
]
MOST_WORDS = 90  # of the 60-second answer
CHARTS = range(4, 10)
LESSONS = ("elements", "uses", "supply", "deal")  # parts of which every page is a full chapter


def pages(root: Path) -> list[Path]:
    """The text files of the book, in order of their addresses."""
    return [root / "index.md", *sorted((root / "book").rglob("*.md"))]


def notebooks(root: Path) -> list[Path]:
    """The pages that have cells."""
    return [page for page in pages(root) if "\nkernelspec:" in page.read_text(encoding="utf-8")]


def is_full_chapter(path: Path) -> bool:
    """Whether the page is a chapter with exercises, quiz and teaching notes."""
    return path.parent.name in LESSONS or path.with_suffix(".teach.yml").is_file()


def code_only(text: str) -> str:
    """The Python of a chapter's cells; every other line is empty, so that line numbers stay."""
    lines, inside, options = [], False, False
    for line in text.splitlines():
        if inside and line == "```":
            inside = False
        if inside and options:
            options = line.startswith((":", "---")) or not line.strip()
        lines.append(line if inside and not options else "")
        if line.startswith(CELL):
            inside = options = True
    return "\n".join(lines) + "\n"


# Checks ------------------------------------------------------------------------------------------


def no_results(root: Path) -> Iterator[str]:
    """Results are made by the build; one that is kept in a source goes stale."""
    for folder in ("book", "teach"):
        for path in sorted((root / folder).rglob("*.ipynb")):
            yield (
                f"{_name(root, path)}: an .ipynb file holds results; expected a text notebook: "
                f".venv/bin/jupytext --to md:myst {_name(root, path)}, then delete the .ipynb"
            )
    for path in pages(root):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if "data:image/" in line:
                yield (
                    f"{_name(root, path)}, line {number}: a picture pasted into the text; "
                    "expected a cell that returns a chart"
                )


def shape(root: Path) -> Iterator[str]:
    """Every full chapter has the parts that readers and teachers look for (requirement R-10)."""
    for path in pages(root):
        if is_full_chapter(path):
            for fault in shape_of(path):
                yield f"{_name(root, path)}{fault}"


def shape_of(path: Path) -> Iterator[str]:
    """What a chapter lacks of its shape, each as ``, line 7: found; expected``."""
    text = path.read_text(encoding="utf-8")
    found: dict[str, int] = {}
    for match in re.finditer(r"^## (.+)$", text, flags=re.M):
        found.setdefault(match[1], text[: match.start()].count("\n") + 1)
    last = 0
    for section in SECTIONS:
        if section not in found:
            yield f": no section “## {section}”; a chapter has, in this order: {', '.join(SECTIONS)}"
        elif found[section] < last:
            yield f", line {found[section]}: “{section}” stands too early; order: {', '.join(SECTIONS)}"
        last = max(last, found.get(section, 0))
    for mark, what in {
        "\n:class: chapter-card": "the card “In this chapter” (an admonition of class chapter-card)",
        "\n```{quiz}": "the quiz: ```{quiz} under “Check yourself”",
    }.items():
        if mark not in text:
            yield f": has not {what}; copy it from another chapter"
    if not path.with_suffix(".teach.yml").is_file():
        yield f": no {path.with_suffix('.teach.yml').name} beside it, which holds quiz and lesson"
    exercises = len(re.findall(r"^:{3,}\{exercise\}", text, flags=re.M))
    solutions = len(re.findall(r"^:{3,}\{dropdown\} Solution", text, flags=re.M))
    if exercises < 3 or solutions < exercises:
        yield f": {exercises} exercises with {solutions} solutions; expected at least three, each with one"
    yield from _answer(text, found.get(SECTIONS[0]))
    charts = len(re.findall(r"^: +name: fig-", text, flags=re.M))
    if charts not in CHARTS:
        yield f": {charts} charts; expected {CHARTS[0]} to {CHARTS[-1]}"


def _answer(text: str, line: int | None) -> Iterator[str]:
    match = re.search(rf"^## {SECTIONS[0]}\n(.*?)^(?:```|## )", text, flags=re.S | re.M)
    if match and len(words(match[1])) > MOST_WORDS:
        yield (
            f", line {line}: the 60-second answer has {len(words(match[1]))} words; "
            f"expected at most {MOST_WORDS}"
        )
    if match and "{cite:" not in match[1]:
        yield f", line {line}: the 60-second answer cites nothing; expected {{cite:p}}`key`"


def words(text: str) -> list[str]:
    """What a reader reads: a citation is a mark, a glued number one word, markup none."""
    text = re.sub(
        r"\{(cite:\w|numref)\}`[^`]*`|\]\([^)]*\)|\{\.[^}]*\}|^:::.*", " ", text, flags=re.M
    )
    text = re.sub(r"\{glue:text\}`[^`]*`", "1", text)
    return re.findall(r"\w[\w’'−-]*", text)


def sources_list(root: Path) -> Iterator[str]:
    """The list of sources can be read, and every entry says what it is and where."""
    path = root / "data" / "sources.bib"
    text = path.read_text(encoding="utf-8")
    try:
        entries = parse_string(text, "bibtex").entries
    except (PybtexSyntaxError, BibliographyDataError) as error:
        yield f"{_name(root, path)}: {error}; expected BibTeX, one entry a key"
        return
    for key, entry in entries.items():
        line = text[: text.find(f"{{{key},")].count("\n") + 1
        for field in ("title", "url"):
            if field == "title" and not entry.fields.get("title"):
                yield f"{_name(root, path)}, line {line}: {key} has no {field}"
        dates = {"urldate": r"\d{4}-\d\d-\d\d", "year": r"\d{4}"}
        for field, form in dates.items():
            value = entry.fields.get(field, "")
            if value and not re.fullmatch(form, value):
                yield (
                    f"{_name(root, path)}, line {line}: {key}: {field} is {value!r}; expected "
                    + ("a day as 2026-11-21" if field == "urldate" else "four digits")
                )
        if entry.fields.get("url") and not entry.fields.get("urldate"):
            yield f"{_name(root, path)}, line {line}: {key} has a url; expected urldate, the day seen"


def citation(root: Path) -> Iterator[str]:
    """CITATION.cff holds what the Citation File Format 1.2.0 asks for, and the package's version."""
    path = root / "CITATION.cff"
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        return  # named by yamllint
    for key in ("cff-version", "message", "title", "authors", "version", "date-released"):
        if not content.get(key):
            yield f"{path.name}: {key} is missing"
    for author in content.get("authors") or []:
        if not {"name", "family-names", "given-names", "alias"} & set(author):
            yield f"{path.name}: an author without name; expected name, or family-names and given-names"
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", str(content.get("date-released", ""))):
        yield f"{path.name}: date-released is {content.get('date-released')}; expected as 2026-11-21"
    version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    if content.get("version") != version:
        yield (
            f"{path.name}: version is {content.get('version')}, in pyproject.toml {version}; "
            "expected the same"
        )


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()
