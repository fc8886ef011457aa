"""Zip files that are the same, byte for byte, whenever their contents are."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

_DATE = (1980, 1, 1, 0, 0, 0)
_PACKED = {".png", ".zip", ".imscc", ".docx", ".pdf", ".epub"}  # squeezing them again gains nothing


def zip_of(files: Mapping[str, bytes | str], first: str = "") -> bytes:
    """A zip with fixed dates, its entries in alphabetical order.

    Parameters
    ----------
    files
        Name in the archive -> content; text is written as UTF-8.
    first
        An entry that must stand before all others, as it is.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in sorted(files, key=lambda one: (one != first, one)):
            content = files[name]
            entry = zipfile.ZipInfo(name, _DATE)
            packed = name == first or PurePosixPath(name).suffix in _PACKED
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content.encode() if isinstance(content, str) else content)
    return out.getvalue()


def checksums(files: Mapping[str, bytes | str]) -> str:
    """Lines as ``sha256sum --check`` reads them."""
    lines = []
    for name, content in sorted(files.items()):
        data = content.encode() if isinstance(content, str) else content
        lines.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
    return "".join(lines)
