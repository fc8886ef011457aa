"""Draw the charts of executed chapters in a process of its own; Sphinx then finds them drawn.

The drawing library keeps a hundred and fifty megabytes for it.  In Sphinx they would stay until
the end of the build, and two such processes would take more than a small machine has to spare.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import nbformat

from rare_earths.charts import VEGALITE_MIME
from rare_earths.site import pictures, svg
from rare_earths.site.pixels import Pixels
from rare_earths.site.svg import NARROW, WIDE, Painter

_NONE = "[]"  # no charts


class Drawer:
    """The process: it gets ready at once, and draws whenever it is asked to, until its end."""

    def __init__(self, cache: Path):
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(cache)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        self._begun = 0

    def begin(self, work: str) -> None:
        """Have charts drawn, see :func:`work_of`, and do not wait for them."""
        with suppress(OSError):  # it has died; Sphinx will draw
            print(work, file=self._process.stdin, flush=True)
            self._begun += 1

    def finish(self) -> None:
        """Wait for all that has begun; the same pictures as PNG follow by the end."""
        while self._begun and self._process.stdout.readline():
            self._begun -= 1

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def end(self) -> None:
        self._process.communicate()


def draw(work: Iterable[str], cache: Path) -> None:
    """Draw charts; what cannot be drawn is left to Sphinx, which says where.

    Parameters
    ----------
    work
        What :func:`work_of` says of each chapter.
    cache
        Where :class:`rare_earths.site.svg.Painter` keeps what it has drawn.
    """
    if lines := [line for line in work if line != _NONE]:
        drawer = Drawer(cache)
        for line in lines:
            drawer.begin(line)
        drawer.finish()
        drawer.end()


def work_of(cells: Iterable[nbformat.NotebookNode]) -> str:
    """The charts of executed cells as a line of JSON, which takes much less room than they do."""
    return json.dumps(list(charts_of(cells)))


def charts_of(cells: Iterable[nbformat.NotebookNode]) -> Iterable[tuple[str, dict]]:
    """Name and Vega-Lite specification of each figure among executed cells."""
    for cell in cells:
        name = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
        for output in cell.get("outputs", ()):
            if name and (spec := output.get("data", {}).get(VEGALITE_MIME)):
                yield name, spec


def main(cache: Path) -> None:
    """Draw what each line of standard input lists, at both widths and as PNG; then say so."""
    painter, owner, pixels = Painter(cache), os.getppid(), Pixels()
    svg.warm_up()
    for line in sys.stdin:
        for name, spec in json.loads(line):
            if os.getppid() != owner:
                return
            with suppress(ValueError):
                wide = painter.draw(spec, WIDE, f"{name}-w")
                path, drawing, scale = pictures.png_job(cache, wide.svg)
                if not path.is_file():
                    pixels.begin(path, drawing, scale)
                painter.draw(spec, NARROW, f"{name}-n")
        print("drawn", flush=True)
    pixels.close()
    pixels.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
