"""The whole book as one page to print: every page of the contents in reading order.

What serves a screen only stays behind: controls, downloads, folded code and data. What is folded
and belongs to the text (solutions, remarks) is open. Links between pages lead to places in the
same file, all others to the published site.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from markupsafe import Markup
from sphinx_external_toc.parsing import parse_toc_yaml

from rare_earths.site import markup, pages
from rare_earths.site.teach import quiz, units
from rare_earths.site.teach.book_page import BookPage
from rare_earths.site.templates import render

NAME = "seventeen-elements.pdf"
LEFT_OUT = ("book/about/numbers",)  # a register of some thousand rows; the site has it as CSV
_FOLDED = re.compile(
    r'<details class="(?:chart-data|number-list|admonition hide above-input)">.*?</details>', re.S
)
_LISTS = re.compile(r"<!--files-->.*?<!--/files-->", re.S)  # sizes of files, this one among them
_CODE = re.compile(r"<pre\b.*?</pre>", re.S)
_SPAN = re.compile(r"</?span\b[^>]*>")
_NUMBER = re.compile(r'<a class="number-link[^>]*>(.*?)</a>', re.S)  # leads to what is left out
_SVG = re.compile(r"<svg\b.*?</svg>", re.S)
_SCREEN_ONLY = {
    "headerlink", "chart-narrow", "chart-controls", "chart-links", "page-foot", "file-list"
}  # fmt: skip
_SCREEN_ONLY_TAGS = {"button", "form", "link", "script"}
_HEADINGS = {f"h{level}": f"h{min(level + 1, 6)}" for level in range(1, 6)}


@dataclass(frozen=True)
class Part:
    """A part of the book: its caption, empty for the front page, and the names of its pages."""

    caption: str
    docnames: tuple[str, ...]


def parts(root: Path) -> list[Part]:
    """The parts of ``_toc.yml``, with those of their pages that are printed."""
    kept = [
        Part(one.caption, tuple(name for name in one.docnames if name not in LEFT_OUT))
        for one in _contents(root)
    ]
    return [one for one in kept if one.docnames]


def all_docnames(root: Path) -> list[str]:
    """All pages of ``_toc.yml`` in reading order."""
    return [name for part in _contents(root) for name in part.docnames]


def _contents(root: Path) -> list[Part]:
    contents = parse_toc_yaml(root / "_toc.yml")
    found = [Part("", (contents.root.docname,))]
    for tree in contents.root.subtrees:
        found.append(Part(tree.caption or "", tuple(_below(contents, tree))))
    return found


def _below(contents, tree) -> Iterable[str]:
    for name in (str(item) for item in tree.items if str(item) in contents):
        yield name
        for deeper in contents[name].subtrees:
            yield from _below(contents, deeper)


def key(root: Path, site: Path) -> str:
    """Fingerprint of all that the printed book and the EPUB are made from."""
    digest = hashlib.sha256(units.code("site/*.py").encode() + _style(site).encode())
    for part in parts(root):
        for docname in part.docnames:
            text = (site / f"{docname}.html").read_text("utf-8")
            digest.update(part.caption.encode() + docname.encode() + _LISTS.sub("", text).encode())
    return digest.hexdigest()


def html(root: Path, site: Path) -> str:
    """The book as one HTML page without scripts."""
    there = parts(root)
    names = {docname for part in there for docname in part.docnames}
    quizzes = {
        unit.chapters[0]: unit.content.quiz for unit in units.kept(root) if not unit.is_lesson
    }
    front = BookPage(site, there[0].docnames[0])
    base = address(root, site)
    chapters = [
        (
            part.caption,
            [_Chapter(BookPage(site, one), names, base, quizzes.get(one)) for one in part.docnames],
        )
        for part in there
    ]
    return render(
        "teach/whole_book.html",
        parts=chapters,
        title=front.title,
        author=pages.AUTHOR,
        released=f"{pages.RELEASED.day} {pages.RELEASED:%B %Y}",
        address=base,
        hatch=Markup(markup.HATCH),
        style=Markup(_style(site)),
    )


def address(root: Path, site: Path) -> str:
    """Where the book is published, with a stroke at the end; empty if the site does not say."""
    front = BookPage(site, parts(root)[0].docnames[0])
    return front.address.removesuffix("index.html")


def _style(site: Path) -> str:
    return (site / "_static" / "site.css").read_text("utf-8")


class _Chapter:
    """A page of the site as a chapter of the printed book."""

    def __init__(self, page: BookPage, names: set[str], base: str, questions):
        self.page, self.names, self.base = page, names, base
        self.id = _slug(page.docname)
        self.title, self.number = page.title, page.number
        self.body = Markup(self._body(questions))

    def _body(self, questions) -> str:
        article = re.search(r'<article class="bd-article">(.*)</article>', self.page.html, re.S)[1]
        article = _LISTS.sub("", _FOLDED.sub("", article))
        article = _CODE.sub(lambda code: _SPAN.sub("", code[0]), _NUMBER.sub(r"\1", article))
        pictures: list[str] = []

        def put_aside(match: re.Match) -> str:  # nothing in a picture changes: spare the parser
            if 'class="chart-defs"' in match[0]:
                return ""  # the pattern of all charts stands once in the book
            pictures.append(match[0])
            return f'<svg data-aside="{len(pictures) - 1}"></svg>'

        soup = BeautifulSoup(_SVG.sub(put_aside, article), "html.parser")
        for element in soup.find_all(True):
            if not element.decomposed:
                self._for_paper(element, questions)
        return re.sub(
            r'<svg data-aside="(\d+)"></svg>', lambda place: pictures[int(place[1])], str(soup)
        )

    def _for_paper(self, element: Tag, questions) -> None:
        """Take an element out, or make it what it is on paper."""
        classes = set(element.get("class", ()))
        if element.name in _SCREEN_ONLY_TAGS or classes & _SCREEN_ONLY:
            element.decompose()
        elif "data-quiz" in element.attrs and questions:
            printed = BeautifulSoup(quiz.on_paper(questions), "html.parser")
            _unfold(printed.details)
            element.replace_with(printed)
            element.decompose()
        elif element.name == "img" and element.find_parent(class_="chart-gallery"):
            element.decompose()  # the chart stands in its chapter
        elif element.name == "details":
            _unfold(element)
        else:
            self._localise(element)
            element.name = _HEADINGS.get(element.name, element.name)

    @property
    def _folder(self) -> str:
        return posixpath.dirname(self.page.docname)

    def _localise(self, element: Tag) -> None:
        """Ids that are unique in the book, and links that follow them."""
        for name in ("id", "for", "aria-labelledby", "aria-describedby"):
            if name in element.attrs:
                element[name] = " ".join(f"{self.id}--{one}" for one in element[name].split())
        for name in ("tabindex", "title", "download"):
            element.attrs.pop(name, None)
        if element.name == "a" and "href" in element.attrs:
            element["href"] = self._target(element["href"])
        if element.name == "figure":
            element["role"] = "group"  # Chromium tags it as one more picture, without words
        if element.name == "img":
            path = posixpath.normpath(posixpath.join(self._folder, element["src"]))
            element["src"] = (self.page.site / path).resolve().as_uri()

    def _target(self, href: str) -> str:
        if re.match(r"[a-z]+:", href):
            return href
        path, _, place = href.partition("#")
        name = posixpath.normpath(posixpath.join(self._folder, path)) if path else ""
        docname = name.removesuffix(".html") if name else self.page.docname
        if docname in self.names:
            return f"#{_slug(docname)}--{place}" if place else f"#{_slug(docname)}"
        return f"{self.base}{name}{'#' + place if place else ''}"


def _unfold(details: Tag) -> None:
    """What can be opened on the screen stands open on paper, under its title."""
    details.name, details.attrs = "div", {"class": "unfolded"}
    title = details.summary
    for icon in title.find_all("svg"):
        icon.decompose()
    title.name, title.attrs = "p", {"class": "unfolded-title"}


def _slug(docname: str) -> str:
    return docname.replace("/", "-")
