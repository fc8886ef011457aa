"""Small PNG files of drawings, which have few colours.

vl-convert writes four bytes a pixel and packs for speed: five to ten times what a drawing needs.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SUB = 1  # the filter that vl-convert uses: each byte as difference from the pixel at its left
_MOST = 256  # colours that a palette holds


def smaller(png: bytes) -> bytes:
    """The picture with one byte a pixel: its most frequent colours, the others as the nearest.

    Parameters
    ----------
    png
        An opaque picture as vl-convert writes it, 8-bit RGBA.

    Raises
    ------
    ValueError
        If the picture is of another kind.
    """
    chunks = _chunks(png)
    width, height, *kind = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if kind != [8, 6, 0, 0, 0]:
        raise ValueError(f"not an 8-bit RGBA picture without interlace: {kind}")
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, -1)
    if (lines[:, 0] != _SUB).any():
        raise ValueError("lines are filtered in another way than expected")
    pixels = np.cumsum(lines[:, 1:].reshape(height, width, 4), axis=1, dtype=np.uint8)
    if (pixels[..., 3] != 255).any():
        raise ValueError("the picture is not opaque")
    palette, numbers = _palette(pixels[..., :3].reshape(-1, 3))
    rows = np.zeros((height, 1 + width), np.uint8)  # each line begins with its filter: none
    rows[:, 1:] = numbers.reshape(height, width)
    return b"".join(
        [
            _SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", palette.tobytes()),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _palette(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``(colours, number of its colour for each pixel)``."""
    codes = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    found, which, count = np.unique(codes, return_inverse=True, return_counts=True)
    colours = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1).astype(np.int32)
    palette = colours[np.argsort(-count, kind="stable")[:_MOST]]
    distance = ((colours[:, None] - palette[None]) ** 2).sum(axis=2)
    return palette.astype(np.uint8), distance.argmin(axis=1)[which]


def _chunks(png: bytes) -> dict[bytes, bytes]:
    """Kind -> content of the parts of a file; parts of one kind belong together."""
    chunks: dict[bytes, bytes] = {}
    at = len(_SIGNATURE)
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        chunks[kind] = chunks.get(kind, b"") + png[at + 8 : at + 8 + length]
        at += 12 + length
    return chunks


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check
