"""Promise: the documents to edit open in LibreOffice, and no word is lost there."""

import re
import shutil
import subprocess
import zipfile
from collections import Counter

import programs
import pytest
from lxml import etree
from pypdf import PdfReader
from taught import EXAMPLE

from rare_earths.site.teach import units

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARTS = (f"{W}t", f"{W}br")


def words(text):
    return Counter(re.findall(r"[^\W_]+", text.casefold()))


def text_of(document):
    """The text of a DOCX, a paragraph a line."""
    with zipfile.ZipFile(document) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    paragraphs = (
        "".join("\n" if part.tag == f"{W}br" else part.text or "" for part in p.iter(*PARTS))
        for p in root.iter(f"{W}p")
    )
    return "\n".join(paragraphs)


def kind(document):
    return document.stem.rpartition("-")[2]


@pytest.fixture(scope="module")
def documents(site, tmp_path_factory):
    """Every DOCX of the site, and the task among the files for a class."""
    unpacked = tmp_path_factory.mktemp("class")
    with zipfile.ZipFile(site / f"{units.address(EXAMPLE)}-class.zip") as archive:
        (task,) = [name for name in archive.namelist() if name.endswith("task.docx")]
        found = [unpacked / archive.extract(task, unpacked)]
    return found + sorted((site / "teach").rglob("*.docx"))


def test_every_document_opens_in_libreoffice_with_its_text(documents, tmp_path):
    office = programs.find("libreoffice")
    if not office:
        pytest.skip(f"no LibreOffice (soffice) here: run `{programs.advice('libreoffice')}`")
    assert {kind(document) for document in documents} >= {"handout", "answers", "task"}
    copies = [
        shutil.copy(document, tmp_path / f"{number}-{document.name}")
        for number, document in enumerate(documents)
    ]
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, *copies],
        check=True,
        capture_output=True,
    )
    for copy in copies:
        pdf = copy.with_suffix(".pdf")
        assert pdf.is_file(), f"LibreOffice cannot open {copy.name}"
        pages = PdfReader(pdf).pages
        text = text_of(copy)
        lost = words(text) - words(" ".join(page.extract_text() for page in pages))
        assert text and not lost, (copy.name, lost)
