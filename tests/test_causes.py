"""Promise: the message of a failed build names the cause: which file, where, what is expected."""

import traceback

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sphinx.errors import ExtensionError

from rare_earths.site import execution
from rare_earths.site.causes import causes, settings_problem


@pytest.fixture
def book(tmp_path):
    """A book of one page whose settings are in order."""
    (tmp_path / "_config.yml").write_text("title: A book\nbibtex_bibfiles: [sources.bib]\n")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (tmp_path / "index.md").write_text("# A book\n")
    (tmp_path / "sources.bib").write_text("@misc{usgs, title={Summaries}}\n")
    assert settings_problem(tmp_path) is None
    return tmp_path


def log_of(error) -> list[str]:
    """What Jupyter Book prints when a build raises: the error, and its own on top."""
    try:
        try:
            error()
        except Exception as cause:
            raise RuntimeError("\n====\n\nThere was an error in building your book.\n") from cause
    except RuntimeError:
        return ["reading sources...\n", *traceback.format_exc().splitlines(keepends=True)]


def test_a_broken_template_is_named_with_its_line(book):
    (book / "page.html").write_text("<p>\n{{ icon.serach() }}\n")  # codespell:ignore
    templates = Environment(loader=FileSystemLoader(book), undefined=StrictUndefined)
    log = log_of(lambda: templates.get_template("page.html").render(icon={}))
    (told,) = causes(log, book)
    assert told.endswith(
        "page.html, line 2: UndefinedError: 'dict object' has no attribute 'serach'"
    )


def test_what_we_raise_is_told_as_it_is_with_all_its_lines(book):
    def error():
        raise ExtensionError("a chapter failed\n\none.md, cell at line 3: NameError\n    x + 1")

    told = causes(log_of(error), book)
    assert told == ["a chapter failed", "one.md, cell at line 3: NameError", "    x + 1"]


def test_each_warning_is_told_once(book):
    log = ["\x1b[31mone.md:3: WARNING: no such figure\x1b[0m\n"] * 2 + ["build finished\n"]
    assert causes(log, book) == ["one.md:3: WARNING: no such figure"]


def test_a_full_disk_is_one_message(book):
    log = [f"WARNING: {name}: OSError(28, 'No space left on device')\n" for name in "abc"]
    (told,) = causes(log, book)
    assert "No space left on device" in told and str(book / "_build") in told


def test_without_a_cause_the_end_of_the_log_is_told(book):
    assert causes(["one\n", "two\n"], book) == ["one", "two"]


@pytest.mark.parametrize(
    "name, text, message",
    [
        ("_config.yml", 'title: "A book\n', "_config.yml, line 2, column 1: not valid YAML: "),
        ("_toc.yml", "root: index\nx:\n  - a\n - b\n", "_toc.yml, line 4, column 2: not valid"),
        ("_toc.yml", "format: jb-book\n", "_toc.yml: 'root' key not found"),
        ("_toc.yml", "root: start\n", "_toc.yml: found 'start', expected a file start.md"),
        ("sources.bib", "@misc{usgs, title=\n", "sources.bib: syntax error in line 2"),
    ],
)
def test_settings_that_cannot_be_read_are_named(book, name, text, message):
    (book / name).write_text(text)
    (told,) = causes(["RuntimeError\n"], book)
    assert told.startswith(message)


@pytest.mark.parametrize("name", ["_config.yml", "_toc.yml", "sources.bib"])
def test_settings_that_are_not_there_are_named(book, name):
    (book / name).unlink()
    (told,) = causes(["RuntimeError\n"], book)
    assert told.startswith(name)


def test_a_chapter_that_is_not_utf_8_is_named_with_its_line(book):
    (book / "index.md").write_bytes(b"# A book\n\nca\xff\n")
    with pytest.raises(execution.ChapterError, match=r"index\.md, line 3: not UTF-8"):
        execution.chapters(book)
