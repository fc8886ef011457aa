"""``make chapter``: write a new chapter and its teaching notes from the templates.

Together they are a sample that builds and passes the tests. The templates stand in
``templates/chapter.md`` and ``templates/chapter.teach.yml``; tests/test_contribute.py builds them.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from string import Template

TEMPLATES = Path(__file__).parent / "templates"
ENDINGS = (".md", ".teach.yml")
_NAME = re.compile(r"[a-z]+(-[a-z]+)*/[a-z]+(-[a-z]+)*")
_USAGE = 'make chapter NAME=supply/recycling-plants TITLE="Who recycles magnets?"'


def write(root: Path, name: str, title: str) -> Path:
    """Write ``book/<name>.md`` and ``.teach.yml`` below `root`; return the path of the first.

    Parameters
    ----------
    root
        Folder of ``_toc.yml``.
    name
        ``<part>/<chapter>``: a folder of ``book/`` and the end of the page's address for ever.
    title
        A question or a statement.

    Raises
    ------
    ValueError
        If the name or the title will not do, or the name is taken; the message says what will.
    """
    book = root / "book"
    parts = sorted(path.name for path in book.iterdir() if path.is_dir())
    part, _, chapter = name.partition("/")
    if not _NAME.fullmatch(name) or part not in parts:
        raise ValueError(
            f"NAME is {name!r}; expected <part>/<chapter> in lower case, words joined by hyphens, "
            f"with one of the parts {', '.join(parts)}. For example: {_USAGE}"
        )
    if not title.strip():
        raise ValueError(f"TITLE is missing. For example: {_USAGE}")
    taken = [path for path in book.rglob("*.md") if path.stem == chapter]
    if taken:
        raise ValueError(
            f"{taken[0].relative_to(root).as_posix()} has this name; charts and exercises take "
            "theirs from it, so choose another"
        )
    values = {
        "title": title.strip(),
        "description": json.dumps(title.strip(), ensure_ascii=False),
        "name": chapter,
        "key": chapter.replace("-", "_"),
    }
    for ending in ENDINGS:
        template = Template((TEMPLATES / f"chapter{ending}").read_text(encoding="utf-8"))
        (book / f"{name}{ending}").write_text(template.substitute(values), encoding="utf-8")
    return book / f"{name}.md"


def main(name: str, title: str) -> int:
    """Command line: the name and the title, as ``make chapter`` hands them over."""
    try:
        write(Path.cwd(), name, title)
    except ValueError as error:
        print(f"error: {error}")
        return 1
    print(
        f"Written: book/{name}.md, a sample to replace piece by piece, and its teaching notes,\n"
        f"book/{name}.teach.yml.\n"
        "Add this line to _toc.yml, in its part, where it is to be read; then run make book:\n"
        f"      - file: book/{name}"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:3]))
