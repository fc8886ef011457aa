"""Promise: cartridges and quizzes fit the official schemas too, where these can be had.

The manifest of a quiz for Canvas is not among them: text2qti writes what Canvas itself exports,
which mixes two specifications and fits the schema of neither.
"""

import copy
from functools import lru_cache
from itertools import islice

import official_schemas
import pytest
import test_teaching_schemas as ours
from lxml import etree
from taught import EACH, EXAMPLE
from test_teaching_schemas import IN_A_CARTRIDGE, of_a_chapter, of_an_archive

SCHEMAS = {
    "cartridge_quiz": "cc/ccv1p1_qtiasiv1p2p1_v1p0.xsd",
    "web_link": "cc/ccv1p1_imswl_v1p1.xsd",
    "canvas_quiz": "qti/ims_qtiasiv1p2.xsd",
}
OF_A_MANIFEST = {  # namespace -> schema
    "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1": "cc/ccv1p1_imscp_v1p2_v1p0.xsd",
    "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest": "cc/ccv1p1_lommanifest_v1p0.xsd",
    "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/resource": "cc/ccv1p1_lomresource_v1p0.xsd",
}

pytestmark = pytest.mark.skipif(
    bool(official_schemas.missing()),
    reason="the official schemas are not here: python tools/official_schemas.py",
)


@lru_cache
def schema(kind):
    if kind in SCHEMAS:
        return etree.XMLSchema(file=str(official_schemas.FOLDER / SCHEMAS[kind]))
    xs = "{http://www.w3.org/2001/XMLSchema}"
    together = etree.Element(f"{xs}schema")
    for namespace, name in OF_A_MANIFEST.items():
        where = (official_schemas.FOLDER / name).as_uri()
        etree.SubElement(together, f"{xs}import", namespace=namespace, schemaLocation=where)
    return etree.XMLSchema(together)


def faults(kind, document):
    checker = schema(kind)
    anew = etree.fromstring(etree.tostring(document))
    return [] if checker.validate(anew) else [str(fault) for fault in checker.error_log]


KINDS = {"cartridge_manifest", *SCHEMAS}


@EACH
def test_what_a_chapter_gives_to_platforms_fits_the_official_schemas(site, docname):
    found = [(kind, each) for kind, each in of_a_chapter(site, docname) if kind in KINDS]
    assert {kind for kind, _ in found} == KINDS
    for kind, document in found:
        assert not faults(kind, document), kind


def test_the_cartridge_of_the_course_fits_the_official_schemas(site):
    path = site / "teach" / "seventeen-elements-course.imscc"
    for kind, document in of_an_archive(path.read_bytes(), IN_A_CARTRIDGE):
        assert not faults(kind, document), kind


def twice(found):
    found.addnext(copy.deepcopy(found))


def renamed(found):
    found.tag += "x"


def with_itself_inside(found):
    etree.SubElement(found, found.tag)


def with_other_words(found):
    found.text = "" if (found.text or "").strip() else "words"


def with_a_new_attribute(found):
    found.set("strange", "1")


def edits_of(element):
    """Every small damage that can be done to one element."""
    yield from (renamed, with_itself_inside, with_other_words, with_a_new_attribute)
    for attribute in element.attrib:
        yield ours.without(attribute)
        yield ours.with_(attribute, "no such value")
    if element.getparent() is not None:
        yield from (ours.removed, twice)
    if element.getprevious() is not None and element.getprevious().tag != element.tag:
        yield ours.moved_up


def broken_copies(document):
    """What was done -> the copy; done once to elements of one name within elements of one name."""
    copies = {}
    for index, element in enumerate(document.iter("*")):
        for edit in edits_of(element):
            what = f"{getattr(element.getparent(), 'tag', '')} > {element.tag}: {edit.__name__}"
            if what not in copies:
                copies[what] = copy.deepcopy(document)
                edit(next(islice(copies[what].iter("*"), index, None)))
    return copies


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_our_own_schemas_refuse_what_the_official_ones_refuse(site, kind):
    """So files are held against the official ones, in effect, where these are out of reach too."""
    document = next(found for name, found in of_a_chapter(site, EXAMPLE) if name == kind)
    copies = broken_copies(document)
    refused = [what for what, broken in copies.items() if faults(kind, broken)]
    assert len(refused) > len(copies) / 2
    assert not [what for what in refused if not ours.faults(kind, copies[what])]
