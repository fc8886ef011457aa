"""Promise: the teaching files of the built site open, agree with the teaching file, give no answer
away, and are complete. ``make test`` builds the site and prints the PDF files first."""

import csv
import hashlib
import io
import itertools
import re
import xml.etree.ElementTree as ET
import zipfile
from html import unescape
from pathlib import PurePosixPath

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from taught import EACH, TAUGHT, notes

from rare_earths import charts, datapackage
from rare_earths.site.teach import units
from rare_earths.site.teach.book_page import BookPage
from rare_earths.site.teach.cartridge import accepted_answers
from rare_earths.site.teach.greys import GREYS, in_both_words, in_words, luminance
from rare_earths.site.teach.quiz import tolerance

SHEETS = {"a4": (595, 842), "letter": (612, 792)}


def file(site, docname, ending):
    path = site / f"{units.address(docname)}-{ending}"
    assert path.is_file(), f"{path.name} is missing: run `make teach`"
    return path


def words(text):
    """Letters and digits only: what survives any format."""
    return re.sub(r"[\W_]+", " ", unescape(re.sub(r"<[^>]+>", " ", text))).lower().strip()


def pdf_words(path):
    return words(" ".join(page.extract_text() for page in PdfReader(path).pages))


def docx_xml(path, part="word/document.xml"):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return archive.read(part).decode()


def secrets(docname):
    """Texts that belong into the answer key alone."""
    found = notes(docname)
    for question in found.quiz:
        if question.kind in ("single", "multiple"):
            yield from (choice.feedback for choice in question.choices)
        else:
            yield question.right
    yield from (one.look_for for one in (*found.charts, *found.discussion, found.media_literacy))


# Paper ---------------------------------------------------------------------------------------


@EACH
@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("paper", ["handout", "answers"])
def test_a_pdf_is_tagged_and_on_its_sheet(site, docname, paper, sheet):
    reader = PdfReader(file(site, docname, f"{paper}-{sheet}.pdf"))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"]
    assert root["/Lang"] == "en-GB" and reader.metadata.title
    width, height = map(float, reader.pages[0].mediabox[2:])
    assert (round(width), round(height)) == pytest.approx(SHEETS[sheet], abs=1)
    if paper == "handout":
        assert len(reader.pages) <= 4
        figures = [one for one in tags(root["/StructTreeRoot"]) if one.get("/S") == "/Figure"]
        assert figures and all(len(figure["/Alt"]) > 40 for figure in figures)


def tags(node):
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for one in node:
            yield from tags(one)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        yield from tags(node.get("/K", []))


@EACH
def test_no_answer_stands_in_what_pupils_get(site, docname):
    key = words(file(site, docname, "answers.html").read_text("utf-8"))
    handed_out = {
        "page": words(file(site, docname, "handout.html").read_text("utf-8")),
        "PDF": pdf_words(file(site, docname, "handout-a4.pdf")),
        "DOCX": words(docx_xml(file(site, docname, "handout.docx"))),
    }
    for text in secrets(docname):
        assert words(text) in key or words(in_both_words(text)) in key, text
        for kind, content in handed_out.items():
            for told in (words(text), words(in_words(text))):
                assert told not in content, f"{kind}: {told}"
    for question in notes(docname).quiz:
        for content in handed_out.values():
            assert words(question.text) in content


@EACH
@pytest.mark.parametrize("paper", ["handout", "answers"])
def test_a_docx_can_be_edited_and_names_its_pictures(site, docname, paper):
    path = file(site, docname, f"{paper}.docx")
    document = docx_xml(path)
    ET.fromstring(document)
    assert '<w:pStyle w:val="Title" />' in document and 'w:val="Heading1"' in document
    pictures = re.findall(r'<wp:docPr[^>]*descr="([^"]*)"', document)
    assert len(pictures) == document.count("<wp:inline>")
    assert all(len(text) > 40 for text in pictures)
    assert bool(pictures) == (paper == "handout")
    captions = re.findall(r'"TableCaption" />.*?<w:p>.*?</w:p>', document, flags=re.S)
    assert len(captions) == len(pictures), "a caption that stays with its picture"
    assert all("<wp:inline>" in one for one in captions)
    assert "<dc:language>en-GB" in docx_xml(path, "docProps/core.xml")


@EACH
def test_the_handout_needs_nothing_but_itself_and_no_colour(site, docname):
    page = BeautifulSoup(file(site, docname, "handout.html").read_text("utf-8"), "html.parser")
    assert not page.select("script, link[href]:not([href^='data:']), img")
    assert page.select(".figure")
    for picture in page.select(".figure"):
        assert picture.select_one("[role=img]")["aria-label"]
        colours = set(re.findall(r"#[0-9a-f]{6}\b", str(picture.svg).lower()))
        assert all(colour[1:3] == colour[3:5] == colour[5:] for colour in colours)


HUES = re.compile(r"\b(blue|orange|green|purple|red|yellow|brown)\b", flags=re.IGNORECASE)


def test_no_handout_speaks_of_a_colour_that_its_grey_charts_do_not_have(site):
    pages = sorted((site / "teach").rglob("*-handout.html"))
    assert len(pages) > len(TAUGHT)
    for path in pages:
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        named = [one.get_text(" ") for one in page.select(".figure, .figure + .task")]
        named += [one["aria-label"] for one in page.select("[role=img]")]
        assert named and not HUES.search(" ".join(named)), path.name


def test_steps_on_cards_and_in_plans_stand_in_lists(site):
    pages = [*(site / "teach").glob("*-cards.html"), *(site / "teach").glob("*-plan.html")]
    assert len(pages) == 6
    for path in pages:
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        assert not page.find_all(string=re.compile(r"(^|[.?!;:]\s)[1-9]\. [A-Z]")), path.name


def test_the_greys_of_paper_can_be_told_apart():
    shades = sorted(luminance(grey) for grey in set(GREYS.values()))
    assert set(GREYS) == set(charts.PALETTE)
    assert all((b + 0.05) / (a + 0.05) > 1.3 for a, b in itertools.pairwise(shades))
    assert 1.05 / (shades[-1] + 0.05) >= 3, "white letters on the lightest"


def test_a_colour_is_named_as_it_looks_on_what_is_read():
    asked = "Follow the light blue and the Orange marks, not the bluish."
    assert in_words(asked) == "Follow the pale grey and the Middle grey marks, not the bluish."
    assert in_both_words("The blue ones.") == "The blue (on paper dark grey) ones."


@EACH
def test_the_answer_key_names_the_figure_of_each_question(site, docname):
    key = BeautifulSoup(file(site, docname, "answers.html").read_text("utf-8"), "html.parser")
    heading = key.find("h2", string="Read the chart")
    asked = [one.get_text() for one in heading.find_next("ul").find_all("li")]
    figures = [BookPage(site, docname).chart(one.figure).number for one in notes(docname).charts]
    assert [one.split(". ")[0] for one in asked] == figures and all(figures)


@EACH
def test_the_slides_show_the_charts_as_svg(site, docname):
    deck = BeautifulSoup(file(site, docname, "slides.html").read_text("utf-8"), "html.parser")
    assert len(deck.select(".slide svg")) == len(notes(docname).charts)
    assert not deck.select("script, link[href]:not([href^='data:']), img")
    ids = [one["id"] for one in deck.select("[id]")]
    assert len(ids) == len(set(ids))


@EACH
def test_bounds_that_are_printed_count_and_leave_little_out(docname):
    for question in notes(docname).quiz:
        if question.kind == "numeric" and question.tolerance:
            said = tolerance(question).replace("\u202f", "").replace("−", "-")
            low, high = map(float, re.findall(r"-?\d+(?:\.\d+)?", said))
            assert question.accepts(low) and question.accepts(high), said
            assert high - low > 1.5 * question.tolerance, said


def test_style_and_script_of_the_quiz_are_named_only_where_one_stands(site):
    pages = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    for path in pages:
        html = path.read_text("utf-8")
        named = [name for name in ("quiz.css", "quiz.js") if f"_static/{name}" in html]
        assert len(named) == (2 if "data-quiz" in html else 0), path
    assert (site / "_static" / "quiz.js").is_file() and (site / "_static" / "quiz.css").is_file()


# Quizzes -------------------------------------------------------------------------------------


@EACH
def test_canvas_gets_every_question_with_its_key(site, docname):
    quiz = notes(docname).quiz
    with zipfile.ZipFile(file(site, docname, "quiz-canvas.zip")) as archive:
        manifest = archive.read("imsmanifest.xml").decode()
        (name,) = re.findall(r'<file href="([^"]+(?<!meta)\.xml)"', manifest)
        root = ET.fromstring(archive.read(name))
        assert set(re.findall(r'<file href="([^"]+)"', manifest)) < set(archive.namelist())
    assert "Private" not in manifest and "CC BY 4.0" in manifest
    q = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}
    items = root.findall(".//q:item", q)
    assert len(items) == len(quiz)
    for item, question in zip(items, quiz, strict=True):
        assert words(question.text) in words(item.find(".//q:presentation//q:mattext", q).text)
        labels = {
            one.get("ident"): words(one.find(".//q:mattext", q).text)
            for one in item.findall(".//q:response_label", q)
            if one.find(".//q:mattext", q) is not None
        }
        (key,) = (
            one
            for one in item.findall(".//q:respcondition", q)
            if one.find("q:setvar", q) is not None
        )
        refused = {one.text for one in key.findall(".//q:not/q:varequal", q)}
        equal = [one.text for one in key.findall(".//q:varequal", q) if one.text not in refused]
        if question.kind == "numeric":
            low = float(key.find(".//q:vargte", q).text)
            high = float(key.find(".//q:varlte", q).text)
            assert (low, high) == pytest.approx(question.range)
        elif question.kind == "order":
            assert [labels[one] for one in equal] == [words(" ".join(question.items))]
        else:
            right = {words(one.text) for one in question.choices if one.correct}
            assert {labels[one] for one in equal} == right


@EACH
def test_moodle_gets_every_question_with_feedback_and_full_marks(site, docname):
    root = ET.fromstring(file(site, docname, "quiz-moodle.xml").read_bytes())
    first, *rest = root.findall("question")
    assert first.get("type") == "category"
    assert first.findtext("category/text").startswith("$course$/top/Seventeen Elements/")
    assert len(rest) == len(notes(docname).quiz)
    for element, question in zip(rest, notes(docname).quiz, strict=True):
        assert element.findtext("idnumber") == question.id
        assert words(question.text) in words(element.findtext("questiontext/text"))
        if question.kind == "order":
            pairs = {
                words(one.findtext("text")): int(one.findtext("answer/text"))
                for one in element.findall("subquestion")
            }
            assert pairs == {words(item): i for i, item in enumerate(question.items, start=1)}
            assert element.findtext("correctfeedback/text")
            continue
        answers = element.findall("answer")
        assert all(one.findtext("feedback/text") for one in answers)
        gained = sum(float(a.get("fraction")) for a in answers if float(a.get("fraction")) > 0)
        assert gained == pytest.approx(100, abs=0.01)
        if question.kind == "numeric":
            right = next(one for one in answers if one.get("fraction") == "100")
            assert float(right.findtext("text")) == pytest.approx(question.answer)
            assert float(right.findtext("tolerance")) == pytest.approx(question.tolerance)
        else:
            correct = [float(one.get("fraction")) > 0 for one in answers]
            assert correct == [one.correct for one in question.choices]


@EACH
def test_gift_says_the_same_when_read_back(site, docname):
    text = file(site, docname, "quiz-gift.txt").read_text("utf-8")
    assert text.startswith("$CATEGORY: $course$/top/Seventeen Elements/")
    read = list(read_gift(text))
    assert [one["id"] for one in read] == [question.id for question in notes(docname).quiz]
    for one, question in zip(read, notes(docname).quiz, strict=True):
        assert words(question.text) in words(one["text"])
        if question.kind == "order":
            pairs = [f"{item} -> {i}" for i, item in enumerate(question.items, start=1)]
            assert [words(a) for _, a, _ in one["answers"]] == list(map(words, pairs))
        elif question.kind == "numeric":
            mark, right, feedback = one["answers"][0]
            value, tolerance = map(float, right.split(":"))
            assert mark == "=" and (value, tolerance) == pytest.approx(
                (question.answer, question.tolerance)
            )
            assert words(feedback) == words(question.right)
            assert len(one["answers"]) == 2 + len(question.near)
        else:
            said = [(words(c.text), c.correct, words(c.feedback)) for c in question.choices]
            heard = [
                (words(re.sub(r"^%[\d.-]+%", "", a)), counts(mark, a), words(feedback))
                for mark, a, feedback in one["answers"]
            ]
            assert heard == said


def counts(mark, answer):
    worth = re.match(r"%(-?[\d.]+)%", answer)
    return float(worth[1]) > 0 if worth else mark == "="


def read_gift(text):
    """A reader of its own: question, then marked answers with feedback; signs may be escaped."""
    for name, question, body in re.findall(
        r"::\d\d (\S+?)::\[html\](.*?)(?<!\\)\{(.*?)(?<!\\)\}", text, flags=re.S
    ):
        body = re.split(r"####", body)[0].strip()
        parts = re.split(r"(?<!\\)([=~])", body.removeprefix("#"))[1:]
        answers = []
        for mark, part in zip(parts[::2], parts[1::2], strict=True):
            answer, _, feedback = re.sub(r"\\#", "\0", part.strip()).partition("#")
            plain = [re.sub(r"\\(.)", r"\1", one.replace("\0", "#")) for one in (answer, feedback)]
            answers.append((mark, *plain))
        yield {"id": name, "text": re.sub(r"\\(.)", r"\1", question), "answers": answers}


# Archives ------------------------------------------------------------------------------------

CP = {"c": "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"}
KINDS = {"webcontent", "imswl_xmlv1p1", "imsqti_xmlv1p2/imscc_xmlv1p1/assessment"}
ORDER = ["metadata", "organizations", "resources"]


def check_cartridge(site, content):
    """What the Common Cartridge 1.1 schemas ask of what we write; returns the quizzes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        assert archive.namelist()[0] == "imsmanifest.xml"
        root = ET.fromstring(archive.read("imsmanifest.xml"))
        files = {name: archive.read(name) for name in names}
    assert [one.tag.split("}")[1] for one in root] == ORDER
    assert root.findtext("c:metadata/c:schema", namespaces=CP) == "IMS Common Cartridge"
    assert root.findtext("c:metadata/c:schemaversion", namespaces=CP) == "1.1.0"
    (organization,) = root.findall("c:organizations/c:organization", CP)
    assert organization.get("structure") == "rooted-hierarchy"
    (top,) = organization.findall("c:item", CP)
    assert top.find("c:title", CP) is None
    resources = root.findall("c:resources/c:resource", CP)
    ids = [one.get("identifier") for one in root.iter() if one.get("identifier")]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", one) for one in ids)
    items = list(top.iter(f"{{{CP['c']}}}item"))[1:]
    assert all(item.findtext("c:title", namespaces=CP) for item in items)
    named = {one.get("identifier") for one in resources}
    assert {item.get("identifierref") for item in items} - {None} == named
    listed = set()
    for resource in resources:
        assert resource.get("type") in KINDS
        hrefs = [one.get("href") for one in resource.findall("c:file", CP)]
        assert resource.get("href") in (None, *hrefs)
        assert (resource.get("type") == "webcontent") == (resource.get("href") is not None)
        listed |= set(hrefs)
        if resource.get("type") == "imswl_xmlv1p1":
            url = re.search(r'<url href="([^"]+)"', files[hrefs[0]].decode())[1]
            assert (site / url.split("/", 3)[-1].partition("/")[2]).is_file() or linked(site, url)
    assert listed == names - {"imsmanifest.xml"}
    assert not any("answers" in name for name in names)
    return [files[name] for name in sorted(names) if name.endswith("quiz.xml")]


def linked(site, url):
    """Whether an address of the published book is a page of this build."""
    parts = PurePosixPath(url.split("://")[1]).parts[1:]
    return any((site / PurePosixPath(*parts[i:])).is_file() for i in range(len(parts)))


@EACH
def test_a_chapters_cartridge_is_whole(site, docname):
    (quiz,) = check_cartridge(site, file(site, docname, "cartridge.imscc").read_bytes())
    q = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}
    items = ET.fromstring(quiz).findall(".//q:item", q)
    assert len(items) == len(notes(docname).quiz)
    for item, question in zip(items, notes(docname).quiz, strict=True):
        shown = {one.get("linkrefid") for one in item.findall(".//q:displayfeedback", q)}
        assert shown == {one.get("ident") for one in item.findall("q:itemfeedback", q)}
        key = next(one for one in item.iter() if one.find("q:setvar", q) is not None)
        answers = [one.text for one in key.findall(".//q:varequal", q)]
        if question.kind == "numeric":
            assert answers == accepted_answers(question)
            assert all(question.accepts(float(one.replace(",", "."))) for one in answers)
        elif question.kind in ("single", "multiple"):
            refused = {one.text for one in key.findall(".//q:not/q:varequal", q)}
            right = [f"c{i}" for i, c in enumerate(question.choices, start=1) if c.correct]
            assert [one for one in answers if one not in refused] == right


def test_the_courses_cartridge_is_whole(site):
    path = site / "teach" / "seventeen-elements-course.imscc"
    assert check_cartridge(site, path.read_bytes())


@EACH
def test_the_class_files_are_complete(site, docname):
    with zipfile.ZipFile(file(site, docname, "class.zip")) as archive:
        files = {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256(files[name]).hexdigest() == digest
    assert len(files["SHA256SUMS"].splitlines()) == len(files) - 1
    described = {
        (row["table"], row["column"])
        for row in csv.DictReader(io.StringIO(files["dictionary.csv"].decode()))
    }
    for table in notes(docname).spreadsheet.tables:
        path = datapackage.descriptor(table)["path"]
        assert files[f"data/{path}"] == (site / "data" / path).read_bytes()
        head = next(csv.reader(io.StringIO(files[f"data/{path}"].decode())))
        assert described >= {(table, column) for column in head}
        assert path in files["LICENCES.txt"].decode()
    task = words(docx_xml_bytes(files["task.docx"]))
    assert all(words(step.replace("`", "")) in task for step in notes(docname).spreadsheet.steps)


def docx_xml_bytes(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("word/document.xml").decode()


def test_the_offline_copy_is_the_whole_site(site):
    archive_path = site / "teach" / "seventeen-elements-offline.zip"
    with zipfile.ZipFile(archive_path) as archive:
        copied = {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}
    there = {p.relative_to(site).as_posix() for p in site.rglob("[!.]*") if p.is_file()}
    assert set(copied) == {
        name
        for name in there - {"404.html"}
        if not name.endswith((".imscc", ".epub", archive_path.name, "/seventeen-elements.pdf"))
    }
    for name, content in copied.items():
        if content != (site / name).read_bytes():
            assert name.startswith("teach/") or name == "index.html", name
            shown = content.decode()
            assert ".imscc" not in shown and archive_path.name not in shown, name


# The index -----------------------------------------------------------------------------------


def test_the_index_lists_every_lesson_without_a_script(site):
    page = BeautifulSoup((site / "teach" / "index.html").read_text("utf-8"), "html.parser")
    area = page.select_one("[data-filters]")
    assert set(area["data-filters"].split("|")) >= {"Minutes", "Subjects", "Supports"}
    rows = {
        row.a["href"].removeprefix("../"): [cell.get_text() for cell in row.find_all(["th", "td"])]
        for row in area.select("tbody tr")
    }
    listed = [row for row in rows.values() if "HS-ESS3-1" in row[-1].split("; ")]
    assert listed, "no lesson supports HS-ESS3-1"
    for address in rows:
        assert (site / address).is_file()


@EACH
def test_a_lesson_page_names_all_its_files(site, docname):
    page = BeautifulSoup(
        (site / f"{units.address(docname)}.html").read_text("utf-8"), "html.parser"
    )
    linked_files = {a["href"] for a in page.select(".file-list a")}
    slug = docname.rsplit("/", 1)[-1]
    there = {p.name for p in (site / units.address(docname)).parent.glob(f"{slug}-*")}
    assert linked_files == there
    assert "public" in page.get_text() and "meets" not in page.get_text()
    text = words(page.get_text())
    for one in notes(docname).standards:
        assert words(one.code) in text and words(one.how) in text
