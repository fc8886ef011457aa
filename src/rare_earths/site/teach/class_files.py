"""The class files of a chapter: tables as CSV, what their columns mean, a task, licences, sums."""

from __future__ import annotations

import csv
import io

from rare_earths import datapackage
from rare_earths.checked_yaml import FileError
from rare_earths.site.teach import documents, handouts
from rare_earths.site.teach.archive import checksums, zip_of
from rare_earths.site.teach.book_page import BookPage
from rare_earths.teaching import ChapterNotes

_README = """{title}: class files

From the book Seventeen Elements, version {version}.

data/            tables as CSV. Open them in any spreadsheet: the encoding is UTF-8, the separator
                 a comma, the decimal sign a point. An empty cell means "not known", never zero.
                 Where your computer writes decimals with a comma, import the file (in Excel: Data,
                 From Text/CSV) and choose English as its language.
charts/          what the charts of the chapter draw, as CSV.
dictionary.csv   what every column of every table means, and its unit.
task.docx        a task for the spreadsheet.
LICENCES.txt     who published each table, and under which terms.
SHA256SUMS       check sums: sha256sum --check SHA256SUMS
"""
_COLUMNS = ("name", "title", "type", "unit", "description")


def class_zip(notes: ChapterNotes, page: BookPage) -> bytes:
    """The archive.

    Raises
    ------
    FileError
        If the spreadsheet task names a table that the data package does not have.
    """
    tables = notes.spreadsheet.tables
    for name in tables:
        if name not in datapackage.tables():
            raise FileError(f"{page.docname}.teach.yml: {name} is no table of the data package")
    files: dict[str, bytes | str] = {
        "README.txt": _README.format(title=page.title, version=handouts.VERSION),
        "dictionary.csv": dictionary(tables),
        "task.docx": documents.docx(handouts.task_paper(notes, page)),
        "LICENCES.txt": _licences(tables),
    }
    for name in tables:
        path = datapackage.descriptor(name)["path"]
        files[f"data/{path}"] = (datapackage.data_dir() / path).read_bytes()
    for chart in notes.charts:
        files[f"charts/{chart.figure}.csv"] = (
            page.site / "charts" / f"{chart.figure}.csv"
        ).read_bytes()
    files["SHA256SUMS"] = checksums(files)
    top = page.docname.rsplit("/", 1)[-1]
    return zip_of({f"{top}/{name}": content for name, content in files.items()})


def dictionary(tables: tuple[str, ...]) -> str:
    """CSV: what each column of these tables means."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["table", "column", *_COLUMNS[1:]])
    for name in tables:
        for column in datapackage.descriptor(name)["schema"]["fields"]:
            writer.writerow([name, *(column.get(key, "") for key in _COLUMNS)])
    return out.getvalue()


def _licences(tables: tuple[str, ...]) -> str:
    lines = ["Text, task and charts: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/", ""]
    for name in tables:
        resource = datapackage.descriptor(name)
        lines.append(f"{resource['path']}: {resource['title']}")
        lines.append(f"  published by: {resource.get('publisher') or 'several, named row by row'}")
        for licence in resource.get("licenses", []):
            lines.append(f"  terms: {licence['title']}, {licence['path']}")
    return "\n".join(lines) + "\n"
