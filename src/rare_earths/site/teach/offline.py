"""The whole site in one zip, to be unpacked and opened from disk.

Files for learning platforms stay out: who has such a platform is online. So do the other forms of
the whole book.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from rare_earths.site.teach.archive import zip_of

NAME = "seventeen-elements-offline.zip"
_LEFT_OUT = (".imscc", NAME, "/seventeen-elements.pdf", "/seventeen-elements.epub")
TOP = "seventeen-elements"


def left_out(name: str) -> bool:
    """Whether a file of the site is not in the archive. 404.html speaks for a server."""
    return name == "404.html" or name.endswith(_LEFT_OUT) or Path(name).name.startswith(".")


def contents(site: Path, instead: Mapping[str, str]) -> dict[str, bytes]:
    """Name -> content of all that goes into the archive.

    Parameters
    ----------
    site
        Root folder of the built site.
    instead
        Name of a page -> its text in the archive, where that differs.
    """
    found = ((path.relative_to(site).as_posix(), path) for path in sorted(site.rglob("*")))
    return {
        name: instead[name].encode() if name in instead else path.read_bytes()
        for name, path in found
        if path.is_file() and not left_out(name)
    }


def fingerprint(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


def site_zip(files: Mapping[str, bytes]) -> bytes:
    return zip_of({f"{TOP}/{name}": content for name, content in files.items()})
