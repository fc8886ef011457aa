"""An Atom feed (RFC 4287) of the releases in ``CHANGELOG.md``: changes come to the reader."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

from markdown_it import MarkdownIt
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

CHANGELOG = "CHANGELOG.md"
FEED = "changelog.xml"
PAGE = "book/about/changelog.html"
ATOM = "http://www.w3.org/2005/Atom"
# Feed readers know an entry by its id: it must not change when the site moves (RFC 4151).
NAMES = "tag:seventeen-elements,2026-11-21:"

_HEADING = re.compile(r"(?P<version>\S+) – (?P<day>\d{1,2} \w+ \d{4})")


@dataclass(frozen=True)
class Release:
    """One section of the changelog; `notes` is Markdown."""

    version: str
    day: date
    notes: str

    @property
    def moment(self) -> str:
        """The day as RFC 3339 asks for it: its first second, universal time."""
        return f"{self.day.isoformat()}T00:00:00Z"


def releases(changelog: str) -> Iterator[Release]:
    """The releases of a changelog, in its order; a section “Unreleased” is none.

    Raises
    ------
    ValueError
        If the heading of a section names no version and day.
    """
    for section in re.split(r"^## ", changelog, flags=re.M)[1:]:
        heading, _, notes = section.partition("\n")
        if heading.strip() == "Unreleased":
            continue
        try:
            match = _HEADING.fullmatch(heading.strip())
            day = datetime.strptime(match["day"], "%d %B %Y").date()
        except (TypeError, ValueError):  # no such heading, no such day
            raise ValueError(
                f"{CHANGELOG}: found the heading '## {heading}', expected one such as "
                "'## 1.2.0 – 5 March 2027'"
            ) from None
        yield Release(match["version"], day, notes.strip())


def feed(changelog: str, author: str, base_url: str = "") -> bytes:
    """The feed as UTF-8 XML.

    Parameters
    ----------
    changelog
        Text of ``CHANGELOG.md``.
    author
        Name of the authors.
    base_url
        Address of the site's root. Without it links are relative to the feed's own address.
    """
    ElementTree.register_namespace("", ATOM)
    found = list(releases(changelog))
    if not found:
        raise ValueError(f"{CHANGELOG} names no release")
    root = ElementTree.Element(f"{{{ATOM}}}feed", {"xml:lang": "en"})
    page = posixpath.join(base_url, PAGE)
    _add(root, "title", "Seventeen Elements: changelog")
    _add(root, "id", NAMES + "changelog")
    _add(root, "updated", max(release.moment for release in found))
    _add(_add(root, "author"), "name", author)
    _add(root, "link", rel="self", type="application/atom+xml", href=posixpath.join(base_url, FEED))
    _add(root, "link", rel="alternate", type="text/html", href=page)
    _add(root, "rights", "CC BY 4.0")
    for release in found:
        entry = _add(root, "entry")
        _add(entry, "title", f"Seventeen Elements {release.version}")
        _add(entry, "id", f"{NAMES}release/{release.version}")
        _add(entry, "updated", release.moment)
        _add(entry, "link", rel="alternate", type="text/html", href=page)
        _add(entry, "content", MarkdownIt().render(release.notes), type="html")
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _add(
    parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str
) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    child.text = text
    return child


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the feed where every page's head names it; a book without a changelog has none."""
    changelog = Path(app.srcdir) / CHANGELOG
    if exception or app.builder.name != "html" or not changelog.is_file():
        return
    try:
        content = feed(
            changelog.read_text(encoding="utf-8"), app.config.author, app.config.html_baseurl
        )
    except ValueError as error:
        raise ExtensionError(str(error)) from None
    (Path(app.outdir) / FEED).write_bytes(content)


def setup(app: Sphinx) -> None:
    app.connect("build-finished", write)
