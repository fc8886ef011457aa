"""Make the teaching files of a built site, and only those that changed.

Two things take long or need a browser and are made only when the full set is asked for: PDF files
and the offline copy. Printed files are kept in ``_build/.teach``, from where every later build takes
them as long as the page that was printed is the same.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rare_earths import datapackage
from rare_earths.checked_yaml import FileError
from rare_earths.site.teach import (
    cartridge,
    class_files,
    documents,
    epub,
    exchange,
    file_lists,
    handouts,
    offline,
    pdf,
    units,
    whole_book,
)
from rare_earths.site.teach.book_page import BookPage
from rare_earths.site.teach.units import FOLDER, Unit

COURSE = f"{FOLDER}/seventeen-elements-course.imscc"
OFFLINE = f"{FOLDER}/{offline.NAME}"
BOOK_PDF = f"{FOLDER}/{whole_book.NAME}"
BOOK_EPUB = f"{FOLDER}/{epub.NAME}"
INDEX = f"{FOLDER}/index.html"
FRONT = "index.html"
BOOKS = [
    (BOOK_PDF, "PDF for print and screen"),
    (BOOK_EPUB, "EPUB for e-readers"),
    (OFFLINE, "zip of the site, to unpack and open from disk"),
]
STATE = ".made.json"  # goes with the site when it is copied; in no list and no archive
_FOR_PLATFORMS = [  # what a cartridge holds of a unit, besides the quiz; answer keys stay out
    ("Handout (PDF, A4)", "handout-a4.pdf"),
    ("Handout (PDF, Letter)", "handout-letter.pdf"),
    ("Handout (DOCX)", "handout.docx"),
    ("Cards (PDF, A4)", "cards-a4.pdf"),
    ("Cards (DOCX)", "cards.docx"),
    ("Slides", "slides.html"),
    ("Class files", "class.zip"),
]


@dataclass
class Kit:
    """A unit with the pages it stands on, ready to make files from."""

    unit: Unit
    pages: list[BookPage]

    @property
    def title(self) -> str:
        return self.unit.content.title if self.unit.is_lesson else self.pages[0].title

    @property
    def papers(self) -> list[handouts.Paper]:
        if self.unit.is_lesson:
            return handouts.lesson_papers(self.unit.content, self.pages)
        return handouts.chapter_papers(self.unit.content, self.pages[0])

    def name(self, ending: str) -> str:
        """Of a file of this unit, relative to the site's root."""
        return f"{self.unit.address}-{ending}"


def run(root: Path, site: Path, *, full: bool = False) -> int:
    """:func:`make`, with what went wrong printed; the exit status."""
    try:
        make(root, site, full=full)
    except pdf.NoBrowser as error:
        print(f"error: no PDF without Chromium (as root: apt-get install chromium): {error}")
    except (FileError, units.NotBuilt, epub.NotMade) as error:
        print(f"error: {error}")
    else:
        return 0
    return 1


def make(root: Path, site: Path, *, full: bool, say: Callable[[str], None] = print) -> None:
    """Bring the teaching files in `site` up to date.

    Parameters
    ----------
    root
        The book's folder.
    site
        Root folder of the built site.
    full
        Also print the PDF files that are not kept from an earlier run, and pack the offline copy.
    say
        Called with a line on what was done.

    Raises
    ------
    FileError
        If a teaching file names what its chapter does not have, or a handout is too long.
    units.NotBuilt
        If the site was not built by this code.
    pdf.NoBrowser
        If a PDF is asked for and no Chromium starts.
    epub.NotMade
        If the EPUB is asked for and Sphinx fails.
    """
    workshop = Workshop(root, site)
    kits = [Kit(unit, [workshop.page(name) for name in unit.chapters]) for unit in units.kept(root)]
    if not kits:
        return
    with ThreadPoolExecutor(max_workers=2) as pool:
        anew = sum(pool.map(workshop.make_files, kits))
    printed, missing = workshop.make_pdf(kits, full)
    workshop.make_epub(full)
    for kit in kits:
        if not kit.unit.is_lesson:
            workshop.make_cartridge(kit.name("cartridge.imscc"), kit.title, [kit])
    workshop.make_cartridge(COURSE, "Seventeen Elements", kits)
    workshop.list_files(kits)
    workshop.make_offline_zip(kits, full)
    workshop.list_course_files()
    workshop.remove_strays()
    workshop.remember()
    parts = [f"{len(kits)} units, {anew} made anew", f"{printed} PDF files printed"]
    parts += [f"{missing} PDF files missing (make teach)"] if missing else []
    say(f"teaching files: {'; '.join(parts)}")
    say(f"in all: {totals(kits, workshop.files)}")


def totals(kits: list[Kit], files: Iterable[str]) -> str:
    """How many exercises, questions and files of each kind there are, in words."""
    chapters = [kit for kit in kits if not kit.unit.is_lesson]
    exercises = sum(kit.pages[0].html.count('<div class="exercise admonition"') for kit in chapters)
    questions = sum(len(kit.unit.content.quiz) for kit in chapters)
    kinds = Counter(Path(name).suffix[1:] for name in files)
    counted = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    return (
        f"{len(chapters)} chapters, {len(kits) - len(chapters)} full lessons, "
        f"{exercises} exercises, {questions} quiz questions; files: {counted}"
    )


class Workshop:
    """What one run shares: the folders, the pages read, what the last run made."""

    def __init__(self, root: Path, site: Path):
        self.root, self.site = root, site
        self.prints = root / "_build" / ".teach" / "pdf"
        self.prints.mkdir(parents=True, exist_ok=True)
        self.state_file = site / FOLDER / STATE
        self.before = _read_json(self.state_file)
        self.keys: dict[str, str] = {}
        self.files: set[str] = set()  # all that belongs into the folder
        self.book_key = whole_book.key(root, site)[:32]
        self._pages: dict[str, BookPage] = {}

    def page(self, docname: str) -> BookPage:
        if docname not in self._pages:
            self._pages[docname] = BookPage(self.site, docname)
        return self._pages[docname]

    # Files without a browser -------------------------------------------------------------------

    def make_files(self, kit: Kit) -> bool:
        """Papers, slides, class files and quizzes of one unit; whether they had to be made."""
        key = self._key(kit)
        address = kit.unit.address
        self.keys[address] = key
        before = self.before.get(address, {})
        names = before.get("files", [])
        if before.get("key") == key and all((self.site / name).is_file() for name in names):
            self.files.update(names)
            return False
        made = self._made(kit)
        for name, content in made.items():
            _write(self.site / name, content)
        self.files.update(made)
        return True

    def _key(self, kit: Kit) -> str:
        """Of all that a unit's files are made from."""
        digest = hashlib.sha256((units.code() + repr(kit.unit)).encode())
        for page in kit.pages:
            digest.update(page.html.encode())
            for name in re.findall(r'<figure [^>]*id="(fig-[^"]+)"', page.html):
                for kind in ("svg", "json", "csv"):
                    digest.update((self.site / "charts" / f"{name}.{kind}").read_bytes())
        if not kit.unit.is_lesson:
            for table in kit.unit.content.spreadsheet.tables:
                if table in datapackage.tables():
                    digest.update(json.dumps(datapackage.descriptor(table)).encode())
        return digest.hexdigest()

    def _made(self, kit: Kit) -> dict[str, bytes]:
        made: dict[str, bytes | str] = {}
        for paper in kit.papers:
            made[kit.name(f"{paper.name}.html")] = paper.html()
            made[kit.name(f"{paper.name}.docx")] = documents.docx(paper)
        if not kit.unit.is_lesson:
            notes, page = kit.unit.content, kit.pages[0]
            category = f"Seventeen Elements/{page.title.replace('/', '//')}"
            made[kit.name("slides.html")] = handouts.slides(notes, page)
            made[kit.name("class.zip")] = class_files.class_zip(notes, page)
            made[kit.name("quiz-canvas.zip")] = exchange.canvas_zip(page.title, notes.quiz)
            made[kit.name("quiz-moodle.xml")] = exchange.moodle_xml(category, notes.quiz)
            made[kit.name("quiz-gift.txt")] = exchange.gift(category, notes.quiz)
        return {k: v.encode() if isinstance(v, str) else v for k, v in made.items()}

    # PDF -----------------------------------------------------------------------------------------

    def make_pdf(self, kits: list[Kit], full: bool) -> tuple[int, int]:
        """Print what is not kept, put all into the site: ``(printed, missing)``."""
        book = self.prints / f"{self.book_key}.pdf"
        jobs, wanted, limits = [], {BOOK_PDF: book}, {BOOK_PDF: None}
        if not book.is_file():  # the longest comes first
            source = self.prints.with_name("whole-book.html")
            if full:
                source.write_text(whole_book.html(self.root, self.site), encoding="utf-8")
            jobs.append(pdf.Job(source, "a4", book, "Seventeen Elements"))
        for kit in kits:
            for paper in kit.papers:
                source = self.site / kit.name(f"{paper.name}.html")
                for sheet in pdf.SHEETS:
                    key = f"{pdf.VERSION}-{sheet}-".encode() + source.read_bytes()
                    kept = self.prints / f"{hashlib.sha256(key).hexdigest()[:32]}.pdf"
                    name = kit.name(f"{paper.name}-{sheet}.pdf")
                    wanted[name] = kept
                    limits[name] = paper.most_pages
                    if not kept.is_file():
                        title = f"{kit.title} – {paper.name}"
                        jobs.append(pdf.Job(source, sheet, kept, title, paper.most_pages))
        if full:
            pdf.print_all(jobs)
        for name, kept in wanted.items():
            if kept.is_file():
                content = kept.read_bytes()
                check_length(name, content, limits[name])
                _write(self.site / name, content)
                self.files.add(name)
        used = {path.name for path in wanted.values()}
        for path in self.prints.iterdir():
            if path.name not in used:
                path.unlink()
        return (len(jobs), 0) if full else (0, len(jobs))

    # EPUB ----------------------------------------------------------------------------------------

    def make_epub(self, full: bool) -> None:
        """The book as EPUB; made anew if a page changed, and taken away if it is stale."""
        kept = self.prints.with_name(f"{self.book_key}.epub")
        if full and not kept.is_file():
            kept.write_bytes(epub.book(self.root, whole_book.address(self.root, self.site)))
        for path in kept.parent.glob("*.epub"):
            if path != kept:
                path.unlink()
        if kept.is_file():
            _write(self.site / BOOK_EPUB, kept.read_bytes())
            self.files.add(BOOK_EPUB)

    # Cartridges ----------------------------------------------------------------------------------

    def make_cartridge(self, name: str, title: str, kits: list[Kit]) -> None:
        """The Common Cartridge of one chapter or of the course."""
        modules = []
        for kit in kits:
            files = {
                label: (Path(path).name, (self.site / path).read_bytes())
                for label, path in ((label, kit.name(ending)) for label, ending in _FOR_PLATFORMS)
                if path in self.files
            }
            short = kit.unit.address.removeprefix(f"{FOLDER}/").replace("/", "-")
            quiz = () if kit.unit.is_lesson else kit.unit.content.quiz
            address = "" if kit.unit.is_lesson else kit.pages[0].address
            modules.append(cartridge.Module(short, kit.title, files, quiz, address))
        description = "From the open book Seventeen Elements: rare earths and the world's supply."
        _write(self.site / name, cartridge.cartridge(title, description, modules))
        self.files.add(name)

    # Lists, offline copy, strays -----------------------------------------------------------------

    def list_files(self, kits: list[Kit]) -> None:
        """Write the list of its files into every lesson page."""
        for name, page in self._pages_with_lists(kits, self.files).items():
            _write(self.site / name, page.encode())

    def _pages_with_lists(self, kits: list[Kit], there: set[str]) -> dict[str, str]:
        pages = {}
        for kit in kits:
            name = f"{kit.unit.address}.html"
            listed = file_lists.unit_list(self.site, kit.name, there)
            pages[name] = file_lists.with_list((self.site / name).read_text("utf-8"), listed)
        return pages

    def make_offline_zip(self, kits: list[Kit], full: bool) -> None:
        """The site as one zip; made anew only if a file changed, and taken away if it is stale."""
        there = {name for name in self.files if not offline.left_out(name)}
        instead = self._pages_with_lists(kits, there)
        instead |= self._course_pages(there)
        files = offline.contents(self.site, instead)
        key = offline.fingerprint(files)
        target = self.site / OFFLINE
        if self.before.get(OFFLINE, {}).get("key") != key or not target.is_file():
            if not full:
                return
            _write(target, offline.site_zip(files))
        self.keys[OFFLINE] = key
        self.files.add(OFFLINE)

    def list_course_files(self) -> None:
        for name, page in self._course_pages(self.files).items():
            _write(self.site / name, page.encode())

    def _course_pages(self, there: set[str]) -> dict[str, str]:
        """The pages that list what there is of the whole book: the front page and the index."""
        lists = {
            FRONT: file_lists.book_list(self.site, BOOKS, there),
            INDEX: file_lists.course_list(self.site, COURSE, BOOKS, there),
        }
        pages = {
            name: (self.site / name).read_text("utf-8")
            for name in lists
            if (self.site / name).is_file()
        }
        return {name: file_lists.with_list(page, lists[name]) for name, page in pages.items()}

    def remove_strays(self) -> None:
        """Files of an earlier run that belong to nothing any more."""
        kinds = (".pdf", ".epub", ".docx", ".zip", ".imscc", ".xml", ".txt")
        ours = re.compile(r"-(handout|answers|plan|cards|slides)\.html$")
        for path in (self.site / FOLDER).rglob("*"):
            generated = path.suffix in kinds or ours.search(path.name)
            if generated and path.relative_to(self.site).as_posix() not in self.files:
                path.unlink()

    def remember(self) -> None:
        """What this run made and from what, for the next one."""
        state = {
            address: {
                "key": key,
                "files": sorted(
                    name
                    for name in self.files
                    if name.startswith(f"{address}-") and not name.endswith((".pdf", ".imscc"))
                ),
            }
            for address, key in self.keys.items()
        }
        self.state_file.write_text(json.dumps(state, indent=1), encoding="utf-8")


def check_length(name: str, content: bytes, most_pages: int | None) -> None:
    """Raise FileError if a PDF has more pages than promised."""
    if most_pages is not None and (found := pdf.pages(content)) > most_pages:
        raise FileError(
            f"{name}: {found} pages, at most {most_pages} are promised; take a chart, an exercise "
            "or a question from the handout (see `handout` in the teaching file)"
        )


def _write(path: Path, content: bytes) -> None:
    """Write what changed; an unchanged file keeps its time."""
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _read_json(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
