"""Build the translated pages: a small book for each language, put into a folder of the site.

The small book holds the translated chapters and what they need (the sources they cite). It is
written to ``_build/translations/<language>/`` and built by the same code as the book. Its pages
lead to the whole book's for everything that is not translated.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import posixpath
import re
import shutil
from pathlib import Path

import yaml

from rare_earths import datapackage, teaching
from rare_earths.site import build
from rare_earths.site.teach import units
from rare_earths.site.translation import catalogues, sources, words

STAGE = Path("_build") / "translations"
NUMBERS = "book/about/numbers"  # the small book lists its numbers too, so that they become links
_QUIZ = "The quiz of this chapter is in English only so far: {link}to the quiz{end}."
_PACKAGE = Path(__file__).resolve().parents[2]
_OF_A_CHART = (".svg", ".png", ".csv", ".vg.json")  # what a page itself shows or offers
_ADDRESS = re.compile(
    r'\b(href|src|action|data-live|data-runtime|data-copy|data-content_root)="([^"]*)"'
)


def make(root: Path) -> int:
    """Build and publish every language below `root`; 0, or the status of the build that failed."""
    site = root / build.SITE
    for language in catalogues.languages(root):
        stage = root / STAGE / language
        write(root, language, stage)
        before, now = stage / "built-from", _inputs(root, language, stage)
        if not (before.is_file() and before.read_text(encoding="utf-8") == now):
            if status := _build(stage, _address(stage)):
                return status
            before.write_text(now, encoding="utf-8")
        pages = catalogues.pages(root, language)
        publish(stage / build.SITE, site, language, catalogues.published(root, language))
        shares = (f"{page} {catalogues.coverage(root, language, page).percent} %" for page in pages)
        print(f"Translations: {language}: {', '.join(shares)}")
    return 0


def _build(stage: Path, address: str) -> int:
    said = io.StringIO()
    before = dict(os.environ)
    try:
        os.environ["BOOK_URL"] = address
        with contextlib.redirect_stdout(said):
            status = build.build(stage)
    finally:
        os.environ.clear()
        os.environ.update(before)
    if status:
        print(f"{said.getvalue()}error: the translation in {stage} was not built")
    return status


# The small book --------------------------------------------------------------------------------


def write(root: Path, language: str, stage: Path) -> None:
    """Write the sources of the small book; a file that has not changed is left alone.

    Raises
    ------
    catalogues.CatalogueError
        If a catalogue holds a text that its page, or the page's quiz, no longer has.
    """
    say = words.of(root, language)
    pages = catalogues.pages(root, language)
    quiz = say.get(_QUIZ, _QUIZ)
    for page in [*pages, catalogues.BIBLIOGRAPHY]:
        text = (root / f"{page}.md").read_text(encoding="utf-8")
        file = catalogues.path(root, language, page)
        text, missing = sources.translated(text, catalogues.texts(file))
        _all_found(missing, file.relative_to(root), f"{page}.md")
        notice = ""
        if asked := catalogues.quiz(root, language, page):
            notes = units.notes_file(page)
            there = teaching.texts_of_quiz(root / notes)
            file = catalogues.path(root, language, f"{catalogues.QUIZ}/{page}")
            _all_found([one for one in asked if one not in there], file.relative_to(root), notes)
        else:
            link = f'<a href="{posixpath.basename(page)}.en.html#check-yourself">'
            notice = quiz.format(link=link, end="</a>")
        _write(stage / f"{page}.md", sources.for_a_part(text, notice))
    _write(stage / f"{NUMBERS}.md", (root / f"{NUMBERS}.md").read_text(encoding="utf-8"))
    _write(stage / "index.md", front_page(root, language, pages))
    _write(stage / "_toc.yml", yaml.safe_dump(_contents(root, pages, say), allow_unicode=True))
    _write(stage / "_config.yml", yaml.safe_dump(_settings(root, language), allow_unicode=True))
    for name in ("requirements.txt", "data/sources.bib"):
        _write(stage / name, (root / name).read_text(encoding="utf-8"))


def _all_found(missing: list[str], catalogue: Path, source: str) -> None:
    if missing:
        raise catalogues.CatalogueError(
            f"{catalogue}: {source} has no longer this text: {missing[0]!r}; "
            "run make gettext, which marks what has changed"
        )


def _write(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def front_page(root: Path, language: str, pages: list[str]) -> str:
    """The page that lists what is translated, with its share."""
    say = words.of(root, language)
    lines = []
    for page in pages:
        title = re.search(r"^# (.+)$", (root / f"{page}.md").read_text("utf-8"), flags=re.M)[1]
        title = catalogues.texts(catalogues.path(root, language, page)).get(title, title)
        share = catalogues.coverage(root, language, page)
        counted = say.get("{translated} of {strings} strings, {percent} %", "{percent} %")
        counted = counted.format(
            translated=share.translated, strings=share.strings, percent=share.percent
        )
        lines.append(f"- [{title}]({page}.md): {counted}")
    head = say.get("Seventeen Elements: translated chapters", "Seventeen Elements")
    note = say.get("A draft that awaits review. The English book is the one that counts.", "")
    description = f'---\nmyst:\n  html_meta:\n    description: "{head}. {note}"\n---\n'
    return f"{description}# {head}\n\n{note}\n\n" + "\n".join(lines) + "\n"


def _contents(root: Path, pages: list[str], say: dict[str, str]) -> dict:
    """The contents of the small book: the parts of the book, with what is translated of them."""
    whole = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [entry["file"] for part in whole["parts"] for entry in part["chapters"]]
    found = [{"file": page} for page in sorted(pages, key=chapters.index)]
    numbers = say.get("Where the numbers come from (in English)", "Where the numbers come from")
    other = [{"file": catalogues.BIBLIOGRAPHY}, {"file": NUMBERS, "title": numbers}]
    return {
        "format": "jb-book",
        "root": "index",
        "parts": [{"numbered": True, "chapters": found}, {"chapters": other}],
    }


def _settings(root: Path, language: str) -> dict:
    say = words.of(root, language)
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    base = os.environ.get("BOOK_URL", settings["html"]["baseurl"]).rstrip("/")
    settings["html"]["baseurl"] = f"{base}/{language}/"
    sphinx = settings["sphinx"]["config"]
    sphinx["language"] = language
    sphinx["rare_earths_locale"] = str(root.resolve())
    sphinx["numfig_format"] = {
        "figure": f"{say.get('Figure', 'Figure')} %s",
        "table": f"{say.get('Table', 'Table')} %s",
    }
    for key in ("nb_code_prompt_show", "nb_code_prompt_hide"):
        sphinx[key] = say.get(sphinx[key], sphinx[key])
    return settings


def _address(stage: Path) -> str:
    return yaml.safe_load((stage / "_config.yml").read_text(encoding="utf-8"))["html"]["baseurl"]


def _inputs(root: Path, language: str, stage: Path) -> str:
    """Fingerprint of all that the translated pages depend on."""
    digest = hashlib.sha256()
    folders = {
        stage: ("*.md", "*.yml", "book/**/*.md", "requirements.txt"),
        root: [units.notes_file(page) for page in catalogues.pages(root, language)],
        root / catalogues.FOLDER / language: ("**/*.po",),
        _PACKAGE: ("**/*.py", "**/*.html", "**/*.css", "**/*.js", "**/*.svg"),
        datapackage.data_dir(): ("*.csv", "*.json", "*.bib"),
    }
    for folder, patterns in folders.items():
        for file in sorted(path for pattern in patterns for path in folder.glob(pattern)):
            digest.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()


# Publishing ------------------------------------------------------------------------------------


def publish(built: Path, site: Path, language: str, pages: list[str]) -> None:
    """Copy the translated pages into ``site/<language>``; other addresses lead to the whole book."""
    kept = {f"{page}.html" for page in pages}
    kept |= {f"cards/{page.replace('/', '-')}.png" for page in pages}
    for ending in _OF_A_CHART:
        files = (built / "charts").glob(f"fig-*{ending}")
        kept |= {path.relative_to(built).as_posix() for path in files}
    new = site / f"{language}.new"
    shutil.rmtree(new, ignore_errors=True)
    for name in sorted(kept):
        target = new / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".html"):
            text = (built / name).read_text(encoding="utf-8")
            target.write_text(lead_up(text, name, language, kept), encoding="utf-8")
        else:
            shutil.copy(built / name, target)
    shutil.rmtree(site / language, ignore_errors=True)
    new.rename(site / language)


def lead_up(html: str, page: str, language: str, kept: set[str]) -> str:
    """A page's HTML with each address of what is not translated leading to the whole book."""
    here = posixpath.dirname(page)
    starts = {name.split(".", 1)[0] for name in kept}  # a live chart is named without its ending

    def address(match: re.Match) -> str:
        attribute, found = match[1], match[2]
        file, mark, rest = re.match(r"([^#?]*)([#?]?)(.*)", found, flags=re.S).groups()
        if not file or re.match(r"[a-z]+:|/", file):
            return match[0]
        target = posixpath.normpath(posixpath.join(here, file))
        english = target.endswith(".en.html")  # named so where the page itself is translated
        target = target.replace(".en.html", ".html")
        if target.startswith("..") or (not english and target in kept | starts):
            return match[0]
        up = posixpath.relpath(target, posixpath.join(language, here))
        up += "/" if file.endswith("/") else ""
        return f'{attribute}="{up}{mark}{rest}"'

    return _ADDRESS.sub(address, html)
