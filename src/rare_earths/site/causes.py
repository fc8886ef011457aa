"""Why a build failed: the causes in Jupyter Book's log, and what is wrong with the settings.

The log of one slip may be two hundred lines of other people's code. A contributor wants the file,
the line, and what was expected there.
"""

from __future__ import annotations

import errno
import os
import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path

NO_ROOM = os.strerror(errno.ENOSPC)
_TAIL = 30  # lines of the log, where no cause is found
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_FRAME = re.compile(r'  File "(?P<path>.+)", line (?P<line>\d+)')
_ERROR = re.compile(r"(?:\w+\.)*(?P<kind>\w+): ?(?P<text>.*)")
_HANDLER = re.compile(r"Handler <function \w+ at \w+> for event '[\w-]+' threw an exception ")
# These are raised to be read: their text says where.
_OURS = ("ExtensionError", "RuntimeError")
_SUFFIXES = (".md", ".ipynb", ".rst")


def plain(line: str) -> str:
    """The line without colour codes."""
    return _COLOUR.sub("", line)


def causes(log: list[str], root: Path) -> list[str]:
    """The messages that name a cause, else the end of the log."""
    if any(NO_ROOM in line for line in log):  # of each file that found none, in many words
        return [f"error: {NO_ROOM}: the build needs more in {root / '_build'}"]
    if problem := settings_problem(root):  # all else that is said then follows from it
        return [problem]
    lines = [plain(line).rstrip() for line in log]
    found = [*_warnings(lines), *_first_error(lines)]
    return list(dict.fromkeys(found)) or lines[-_TAIL:]


def _warnings(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if ("WARNING: " in line or "ERROR: " in line) and "Parser" not in line:
            yield line


def _first_error(lines: list[str]) -> list[str]:
    """Text of the exception that began it, with its place unless the text is meant to be read."""
    place, text, inside = "", [], False
    for line in lines:
        if line.startswith("Traceback "):
            if text:
                break
            inside = True
        elif line.startswith("During handling of the above exception"):
            place, text = "", []  # the next one says more
        elif line.startswith("The above exception was the direct cause"):
            break
        elif inside and not text and line.startswith("  "):
            frame = _FRAME.match(line)
            if frame and not _foreign(frame["path"]):
                place = f"{_short(frame['path'])}, line {frame['line']}: "
        elif inside and line.strip(" =^~"):
            text.append(line)
    error = _ERROR.match(text[0]) if text else None
    if error and error["kind"] in _OURS and not _HANDLER.search(text[0]):
        return [part for part in [error["text"], *text[1:]] if part]
    if error:
        return [f"{place}{error['kind']}: {error['text']}", *text[1:]]
    return text


def _foreign(path: str) -> bool:
    """Code of Python or of a library."""
    folders = [sysconfig.get_path(name) for name in ("purelib", "stdlib", "scripts")]
    return path.startswith((*folders, "<"))


def _short(path: str) -> str:
    return os.path.relpath(path) if Path(path).is_relative_to(Path.cwd()) else path


def settings_problem(root: Path) -> str | None:
    """What keeps ``_config.yml``, ``_toc.yml`` or a bibliography from being read, if anything."""
    try:
        settings = _yaml(root / "_config.yml")
        _contents(root / "_toc.yml")
        for name in settings.get("bibtex_bibfiles", []):
            _bibliography(root / name, name)
    except ValueError as error:
        return str(error)
    return None


def _yaml(path: Path):
    import yaml

    try:
        return yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        raise ValueError(f"{path.name}: not found") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ValueError(f"{path.name}{where}: not valid YAML: {error.problem}") from None


def _contents(path: Path) -> None:
    """Every page that the table of contents names must be there."""
    from sphinx_external_toc.parsing import MalformedError, parse_toc_data

    try:
        pages = parse_toc_data(_yaml(path))
    except MalformedError as error:
        raise ValueError(f"{path.name}: {error}") from None
    for page in pages:
        if not any((path.parent / f"{page}{suffix}").is_file() for suffix in ("", *_SUFFIXES)):
            raise ValueError(f"{path.name}: found {page!r}, expected a file {page}.md")


def _bibliography(path: Path, name: str) -> None:
    from pybtex.database import parse_file
    from pybtex.exceptions import PybtexError

    try:
        parse_file(str(path), "bibtex")
    except PybtexError as error:
        raise ValueError(f"{name}: {error}") from None
