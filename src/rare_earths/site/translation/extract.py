"""``make gettext``: the catalogues of everything that can be translated, and of what has changed.

Writes ``_build/gettext/<page>.pot`` (text), ``shown/<page>.pot`` (charts and tables),
``quiz/<page>.pot`` (questions) and ``site.pot`` (words of the site), then brings the catalogues in
``locale/`` up to date: what is new is empty, what resembles an old text is marked as doubtful
(fuzzy) and appears in English until a translator has looked at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jupyter_book.sphinx import build_sphinx

from rare_earths import teaching
from rare_earths.charts import VEGALITE_MIME
from rare_earths.reader_tables import TABLE_MIME
from rare_earths.site import execution, figures
from rare_earths.site.teach import units
from rare_earths.site.translation import catalogues, shown, sources

OUT = Path("_build") / "gettext"
CACHE = Path("_build") / ".jupyter_cache"
_SAID = re.compile(r'\bsay\(\s*"((?:[^"\\]|\\.)*)"')
_GOT = re.compile(r'\bsay\.get\(\s*"((?:[^"\\]|\\.)*)"')
_SITE = Path(__file__).resolve().parents[1]
# Written by code that knows no language, or by packages of others.
MORE_WORDS = [
    "not known", "yes", "no", "Figure", "Further data", "The name of this language",
    "Show the code", "Hide the code",
    "The quiz of this chapter is in English only so far: {link}to the quiz{end}.",
]  # fmt: skip


def texts_of_pages(root: Path) -> None:
    """Sphinx's own lists of the text of all pages."""
    settings = {
        "gettext_compact": False,
        "gettext_location": False,
        "latex_individualpages": False,
    }
    status = build_sphinx(
        str(root),
        str(root / OUT),
        noconfig=True,
        path_config=str(root / "_config.yml"),
        confoverrides=settings,
        doctreedir=str(root / "_build" / ".gettext-doctrees"),
        builder="gettext",
        quiet=True,
    )
    if status:
        raise SystemExit("error: Sphinx could not list the texts; its message stands above")


def write(file: Path, texts: Iterable[str]) -> None:
    """A template of these texts, each once, in the order given."""
    catalogue = Catalog(charset="utf-8")
    for text in dict.fromkeys(texts):
        catalogue.add(text)
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "wb") as stream:
        write_po(stream, catalogue, omit_header=True, width=0)


def with_titles(root: Path, page: str) -> None:
    """Add what Sphinx leaves out to its list: titles of exercises and boxes."""
    file = root / OUT / f"{page}.pot"
    with open(file, "rb") as stream:
        found = [message.id for message in read_po(stream) if message.id]
    source = (root / f"{page}.md").read_text(encoding="utf-8")
    write(file, [*found, *sources.titles(source)])


def shown_on(notebook) -> list[str]:
    """The texts of all charts and tables of an executed chapter."""
    found: list[str] = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if spec := data.get(VEGALITE_MIME):
                found += shown.of_chart(spec)
                for _, rows in figures.plotted(spec):
                    heads = figures.heads(spec, rows, spec.get("usermeta", {}))
                    found += [head["title"] for head in heads]
            if table := data.get(TABLE_MIME):
                found += shown.of_table(table["html"])
    return [text for text in dict.fromkeys(found) if shown.is_text(text)]


def asked_in(notes: Path) -> list[str]:
    """The texts of the quiz in a chapter's teaching file."""
    return [text for text in teaching.texts_of_quiz(notes) if shown.is_text(text)]


def words_of_site() -> list[str]:
    """What templates and modules hand to ``say``."""
    files = [*sorted(_SITE.rglob("*.html")), *sorted((_SITE / "translation").glob("*.py"))]
    files += [_SITE / "figures.py", _SITE / "teach" / "quiz.py"]
    found = [text for file in files for text in _SAID.findall(file.read_text(encoding="utf-8"))]
    for file in files:
        found += _GOT.findall(file.read_text(encoding="utf-8"))
    return [*dict.fromkeys(found), *MORE_WORDS]


def update(root: Path) -> None:
    """Bring every catalogue of ``locale/`` up to date with its template."""
    for language in catalogues.languages(root):
        folder = catalogues.path(root, language, catalogues.SITE).parent
        for file in sorted(folder.rglob("*.po")):
            template = root / OUT / file.relative_to(folder).with_suffix(".pot")
            with open(template, "rb") as stream:
                wanted = read_po(stream)
            with open(file, "rb") as stream:
                catalogue = read_po(stream, locale=language)
            catalogue.update(wanted, update_creation_date=False)
            with open(file, "wb") as stream:
                write_po(stream, catalogue, width=100, ignore_obsolete=True)


def main(root: Path) -> None:
    execution.refresh(root, root / CACHE)
    texts_of_pages(root)
    for chapter in execution.chapters(root):
        with_titles(root, chapter.docname)
        notebook = execution.executed(root, root / CACHE, chapter)
        write(root / OUT / catalogues.SHOWN / f"{chapter.docname}.pot", shown_on(notebook))
        if (notes := root / units.notes_file(chapter.docname)).is_file():
            write(root / OUT / catalogues.QUIZ / f"{chapter.docname}.pot", asked_in(notes))
    write(root / OUT / "site.pot", words_of_site())
    update(root)
    print(f"Catalogues: {len(list((root / OUT).rglob('*.pot')))} templates in {OUT}/")


if __name__ == "__main__":
    main(Path.cwd())
