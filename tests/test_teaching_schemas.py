"""Promise: every file for a learning platform fits the schema of its kind.

The schemas in tests/schemas are our own wording of the specifications, smaller than these: they
allow what this book's files may hold and no more.
"""

import io
import zipfile
from functools import lru_cache
from pathlib import Path

import pytest
from conftest import ROOT
from lxml import etree
from taught import EACH, EXAMPLE

from rare_earths.site.teach import units

SCHEMAS = ROOT / "tests" / "schemas"


@lru_cache
def schema(kind):
    return etree.RelaxNG(file=str(SCHEMAS / f"{kind}.rng"))


def faults(kind, document):
    """What the schema says against a document: nothing, if it fits."""
    checker = schema(kind)
    anew = etree.fromstring(etree.tostring(document))  # a tree remembers the names of a check
    return [] if checker.validate(anew) else [str(fault) for fault in checker.error_log]


def of_an_archive(content, kinds):
    """``(kind of schema, document)`` of the XML files in an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith(".xml"):
                yield kinds[Path(name).name], etree.fromstring(archive.read(name))


class OfCanvas(dict):
    """The quiz itself is named by its fingerprint."""

    def __missing__(self, name):
        assert name.startswith("text2qti_assessment_"), name
        return "canvas_quiz"


IN_A_CARTRIDGE = {
    "imsmanifest.xml": "cartridge_manifest",
    "chapter.xml": "web_link",
    "quiz.xml": "cartridge_quiz",
}
FOR_CANVAS = OfCanvas(
    {"imsmanifest.xml": "canvas_manifest", "assessment_meta.xml": "canvas_settings"}
)


def of_a_chapter(site, docname):
    """``(kind of schema, document)`` of all that a chapter has for learning platforms."""
    start = str(site / units.address(docname))
    yield from of_an_archive(Path(f"{start}-cartridge.imscc").read_bytes(), IN_A_CARTRIDGE)
    yield from of_an_archive(Path(f"{start}-quiz-canvas.zip").read_bytes(), FOR_CANVAS)
    yield "moodle_quiz", etree.parse(f"{start}-quiz-moodle.xml").getroot()


@EACH
def test_what_a_chapter_gives_to_platforms_fits_its_schema(site, docname):
    found = list(of_a_chapter(site, docname))
    assert {kind for kind, _ in found} == {kind for kind, _, _ in BROKEN}
    for kind, document in found:
        assert not faults(kind, document), kind


def test_the_cartridge_of_the_course_fits_its_schemas(site):
    path = site / "teach" / "seventeen-elements-course.imscc"
    for kind, document in of_an_archive(path.read_bytes(), IN_A_CARTRIDGE):
        assert not faults(kind, document), kind


def moved_up(found):
    """The element before the one that stands before it."""
    found.getparent().insert(found.getparent().index(found) - 1, found)


def removed(found):
    found.getparent().remove(found)


def without(attribute):
    def edit(found):
        del found.attrib[attribute]

    edit.__name__ = f"without {attribute}"
    return edit


def with_(attribute, value):
    def edit(found):
        assert found.get(attribute) not in (None, value)
        found.set(attribute, value)

    edit.__name__ = f"{attribute} {value}"
    return edit


def reading(text):
    def edit(found):
        assert found.text != text
        found.text = text

    edit.__name__ = f"reading {text!r}"
    return edit


BROKEN = [
    ("cartridge_manifest", "/*/*[local-name()='organizations']", moved_up),
    ("cartridge_manifest", "//*[local-name()='schemaversion']", reading("1.3.0")),
    ("cartridge_manifest", "//*[local-name()='rights']", moved_up),
    ("cartridge_manifest", "//*[local-name()='item']/*[local-name()='title']", removed),
    ("cartridge_manifest", "//*[@identifierref]", with_("identifierref", "nothing")),
    ("cartridge_manifest", "//*[@identifierref]", with_("identifier", "course")),
    ("cartridge_manifest", "//*[@identifierref]", with_("identifier", "1-2")),
    ("cartridge_manifest", "//*[@type='webcontent']", without("href")),
    ("cartridge_manifest", "//*[@type='webcontent']", with_("type", "handout")),
    ("cartridge_manifest", "//*[@type='webcontent']", with_("type", "imswl_xmlv1p1")),
    ("cartridge_manifest", "//*[local-name()='resource']/*", removed),
    ("web_link", "/*/*[local-name()='url']", moved_up),
    ("web_link", "/*/*[local-name()='url']", without("href")),
    ("web_link", "/*/*[local-name()='url']", with_("href", "chapter.html")),
    ("cartridge_quiz", "//q:presentation", moved_up),
    ("cartridge_quiz", "//q:item", without("ident")),
    ("cartridge_quiz", "//q:item[2]", with_("ident", "root_section")),
    ("cartridge_quiz", "//q:item//q:fieldentry", reading("cc.numeric.v0p1")),
    ("cartridge_quiz", "//q:item//q:fieldentry", reading("cc.fib.v0p1")),
    ("cartridge_quiz", "//q:item//q:qtimetadatafield[2]//q:fieldentry", reading("100")),
    ("cartridge_quiz", "//q:assessment/q:qtimetadata//q:fieldentry", reading("cc.quiz.v0p1")),
    ("cartridge_quiz", "//q:response_lid", with_("rcardinality", "Ordered")),
    ("cartridge_quiz", "//q:item[.//q:fieldentry='cc.multiple_choice.v0p1']"
     "[count(.//q:response_label)=3]//q:response_label", removed),
    ("cartridge_quiz", "//q:decvar", with_("varname", "POINTS")),
    ("cartridge_quiz", "//q:setvar", removed),
    ("cartridge_quiz", "//q:displayfeedback", without("feedbacktype")),
    ("cartridge_quiz", "//q:mattext", reading(" ")),
    ("canvas_manifest", "/*/*[local-name()='resources']", moved_up),
    ("canvas_manifest", "//*[local-name()='dependency']", with_("identifierref", "nothing")),
    ("canvas_manifest", "//*[@type='imsqti_xmlv1p2']", with_("type", "imsqti_xmlv2p1")),
    ("canvas_quiz", "//q:resprocessing", moved_up),
    ("canvas_quiz", "//q:item//q:fieldentry", reading("ordering_question")),
    ("canvas_quiz", "//q:vargte", reading("many")),
    ("canvas_quiz", "//q:varlte", moved_up),
    ("canvas_quiz", "//q:item", without("ident")),
    ("canvas_settings", "//*[local-name()='quiz_type']", reading("survey_of_some_kind")),
    ("canvas_settings", "//*[local-name()='available']", reading("perhaps")),
    ("canvas_settings", "//*[local-name()='assignment']", without("identifier")),
    ("canvas_settings", "//*[local-name()='description']", moved_up),
    ("moodle_quiz", "/quiz/question[2]", moved_up),
    ("moodle_quiz", "/quiz/question[2]", with_("type", "ordering")),
    ("moodle_quiz", "/quiz/question[2]", without("type")),
    ("moodle_quiz", "//answer[@fraction]", with_("fraction", "101")),
    ("moodle_quiz", "//answer[@fraction]", without("fraction")),
    ("moodle_quiz", "//answer/feedback", removed),
    ("moodle_quiz", "//answer/tolerance", reading("-1")),
    ("moodle_quiz", "//answernumbering", reading("roman")),
    ("moodle_quiz", "//questiontext", with_("format", "rich")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "where", "edit"), BROKEN, ids=[f"{k}: {w} {e.__name__}" for k, w, e in BROKEN]
)
def test_a_broken_copy_is_refused(site, kind, where, edit):
    document = next(found for name, found in of_a_chapter(site, EXAMPLE) if name == kind)
    assert not faults(kind, document)
    q = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}
    edit(document.xpath(where, namespaces=q)[0])
    assert faults(kind, document)
