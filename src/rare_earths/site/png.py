"""Small PNG files of drawings, which have few colours."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

_MOST = 256  # colours that a palette holds


def smaller(png: bytes) -> bytes:
    """The picture with one byte a pixel: a palette of its colours instead of four bytes each.

    Parameters
    ----------
    png
        An opaque picture.
    """
    out = BytesIO()
    with Image.open(BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(_MOST, Image.Quantize.MEDIANCUT, dither=0)
        few.save(out, "PNG", optimize=True)
    return out.getvalue()
