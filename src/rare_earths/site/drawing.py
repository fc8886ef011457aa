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
from rare_earths.site.svg import NARROW, WIDE, Painter


class Drawer:
    """The process: it gets ready at once, and draws once."""

    def __init__(self, cache: Path):
        command = [sys.executable, "-m", __name__, str(cache)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE)

    def draw(self, notebooks: Iterable[nbformat.NotebookNode]) -> None:
        """Draw all charts of the notebooks, and wait for the end of it."""
        charts = [chart for notebook in notebooks for chart in charts_of(notebook)]
        self._process.communicate(json.dumps(charts).encode())

    def has_ended(self) -> bool:
        return self._process.poll() is not None


def draw(notebooks: Iterable[nbformat.NotebookNode], cache: Path) -> None:
    """Draw all charts of the notebooks; what cannot be drawn is left to Sphinx, which says where.

    Parameters
    ----------
    notebooks
        Executed chapters.
    cache
        Where :class:`rare_earths.site.svg.Painter` keeps what it has drawn.
    """
    notebooks = list(notebooks)
    if any(True for notebook in notebooks for _ in charts_of(notebook)):
        Drawer(cache).draw(notebooks)


def charts_of(notebook: nbformat.NotebookNode) -> Iterable[tuple[str, dict]]:
    """Name and Vega-Lite specification of each figure."""
    for cell in notebook.cells:
        name = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
        for output in cell.get("outputs", ()):
            if name and (spec := output.get("data", {}).get(VEGALITE_MIME)):
                yield name, spec


def main(cache: Path) -> None:
    """Draw what standard input lists, at both widths and as PNG, while its owner lives."""
    painter, owner = Painter(cache), os.getppid()
    svg.warm_up()
    charts = json.loads(sys.stdin.read() or "[]")
    for name, spec in charts:
        if os.getppid() != owner:
            return
        with suppress(ValueError):
            wide = painter.draw(spec, WIDE, f"{name}-w")
            painter.draw(spec, NARROW, f"{name}-n")
            pictures.kept_png(cache, wide.svg)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
