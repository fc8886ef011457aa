"""The whole book as an EPUB file: Sphinx writes it, and what readers' programs refuse is mended.

The build of the site has read all pages already; the builder of books starts from what it read.
"""

from __future__ import annotations

import io
import os
import posixpath
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Collection
from html import escape
from pathlib import Path

from rare_earths.site import pages
from rare_earths.site.build import ASIDE, BUILD, alone
from rare_earths.site.teach.archive import zip_of

NAME = "seventeen-elements.epub"
LANGUAGE = "en-GB"
_FIRST = "mimetype"  # what kind of archive this is: the standard wants it first, not packed
_STYLE = re.compile(r'\s*<link rel="stylesheet"[^>]*href="([^"]+)"[^>]*/>')
_LINK = re.compile(r'(?<=<a )([^>]*?)href="([^"]+)"')
_ICON = re.compile(r'<svg[^>]*class="sd-octicon.*?</svg>', re.S)
_DATES = re.compile(r"(<dc:date>|<meta property=\"dcterms:modified\">)[^<]*")
_ACCESS = {
    "accessMode": ("textual", "visual"),
    "accessModeSufficient": ("textual",),
    "accessibilityFeature": ("alternativeText", "structuralNavigation", "tableOfContents"),
    "accessibilityHazard": ("none",),
}


class NotMade(RuntimeError):
    """Sphinx did not finish the book; the message says where its log is."""


def book(root: Path, address: str) -> bytes:
    """Build the EPUB of the book at `root`, whose site is published at `address`."""
    output = root / ASIDE / "_build" / "epub"
    log = root / BUILD / "epub.log"
    program = str(Path(sys.executable).with_name("jupyter-book"))
    command = [program, "build", ".", "--builder", "custom", "--custom-builder", "epub"]
    with alone(root / BUILD / "lock"), log.open("w", encoding="utf-8") as said:
        shutil.rmtree(output, ignore_errors=True)  # all that lies there would go into the book
        done = subprocess.run(
            [*command, "--path-output", str(ASIDE)],
            cwd=root, env=os.environ, stdout=said, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        made = output / NAME
        if done.returncode or not made.is_file():
            raise NotMade(f"the EPUB was not made; what Sphinx said: {log.relative_to(root)}")
        return mended(made.read_bytes(), address)


def mended(content: bytes, address: str) -> bytes:
    """The book as EPUB 3 asks for it, the same bytes whenever its texts are the same."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    for name in files:
        if name.endswith(".xhtml"):
            files[name] = _page(name, files[name].decode(), files, address)
    drawn = {name for name, text in files.items() if name.endswith(".xhtml") and "<svg" in text}
    files["content.opf"] = _package(files["content.opf"].decode(), drawn)
    files["toc.ncx"] = files["toc.ncx"].decode().replace(
        '"dtb:uid" content="book-id"', f'"dtb:uid" content="{escape(address)}"'
    )  # fmt: skip
    return zip_of(files, _FIRST)


def _page(name: str, text: str, names: Collection[str], address: str) -> str:
    folder = posixpath.dirname(name)

    def there(path: str) -> bool:
        return posixpath.normpath(posixpath.join(folder, path)) in names

    def style(match: re.Match) -> str:
        return match[0] if there(match[1]) else ""

    def link(match: re.Match) -> str:
        before, href = match.groups()
        path, mark, place = href.partition("#")
        in_book = re.sub(r"\.html$", ".xhtml", path)
        if not path or re.match(r"[a-z]+:", path) or there(path):
            return match[0]
        if there(in_book):
            return f'{before}href="{in_book}{mark}{place}"'
        online = posixpath.normpath(posixpath.join(folder, path))
        return f'{before}href="{address}{online}{mark}{place}"'

    text = _LINK.sub(link, _ICON.sub("", _STYLE.sub(style, text)))
    text = re.sub(r"(<a [^>]*?) download(?=[ >])", r"\1", text)  # HTML only, and not in a book
    if "<html" in text and "xml:lang" not in text.split("<head", 1)[0]:
        text = text.replace("<html ", f'<html lang="{LANGUAGE}" xml:lang="{LANGUAGE}" ', 1)
    return text


def _package(text: str, drawn: Collection[str]) -> str:
    """The list of all files, with the dates of this version and what readers may count on."""
    text = _DATES.sub(rf"\g<1>{pages.RELEASED.isoformat()}T00:00:00Z", text)
    text = re.sub(r"\s*<dc:contributor>unknown</dc:contributor>", "", text)
    for name in drawn:
        text = text.replace(f'href="{name}" ', f'href="{name}" properties="svg" ')
    access = "".join(
        f'    <meta property="schema:{name}">{value}</meta>\n'
        for name, values in _ACCESS.items()
        for value in values
    )
    return text.replace("  </metadata>", f"{access}  </metadata>")
