"""Papers as editable DOCX, by pandoc, from the HTML that is also printed."""

from __future__ import annotations

import io
import os
import subprocess
import tempfile
import zipfile
from html import escape
from pathlib import Path

from markupsafe import Markup

from rare_earths.site import pictures
from rare_earths.site.teach.archive import zip_of
from rare_earths.site.teach.book_page import Chart
from rare_earths.site.teach.handouts import Paper

_WIDTH = 620  # px of a picture, the width of the text


def docx(paper: Paper) -> bytes:
    """The paper as DOCX; its heading becomes the document's title.

    Raises
    ------
    RuntimeError
        If pandoc fails; with its message.
    """
    import pypandoc

    with tempfile.TemporaryDirectory(prefix="docx-") as name:
        folder = Path(name)
        for chart in paper.charts:
            (folder / f"{chart.name}.png").write_bytes(pictures.png(chart.svg))
        (folder / "paper.html").write_text(paper.html(_picture, word=True), encoding="utf-8")
        command = [pypandoc.get_pandoc_path(), "paper.html", "--from", "html", "--to", "docx"]
        command += ["--shift-heading-level-by", "-1", "--metadata", "lang=en-GB"]
        done = subprocess.run(
            [*command, "--output", "paper.docx"],
            cwd=folder,
            env={**os.environ, "SOURCE_DATE_EPOCH": "946684800"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"pandoc could not make {paper.name}.docx: {done.stderr.strip()}")
        return _undated((folder / "paper.docx").read_bytes())


def _picture(chart: Chart) -> Markup:
    alt = escape(chart.description)
    return Markup(f'<p><img src="{chart.name}.png" alt="{alt}" width="{_WIDTH}"></p>')


def _undated(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        files = {name: source.read(name) for name in source.namelist()}
    return zip_of(files, first="[Content_Types].xml")
