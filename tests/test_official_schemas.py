"""Promise: cartridges and quizzes fit the official schemas too, where these can be had.

The manifest of a quiz for Canvas is not among them: text2qti writes what Canvas itself exports,
which mixes two specifications and fits the schema of neither.
"""

from functools import lru_cache

import official_schemas
import pytest
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
QTI = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}

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


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        ("cartridge_manifest", "/*/*[local-name()='resources']"),
        ("cartridge_manifest", "//*[local-name()='schemaversion']"),
        ("web_link", "/*/*[local-name()='url']"),
        ("cartridge_quiz", "//q:section"),
        ("cartridge_quiz", "//q:qtimetadatafield/q:fieldentry"),
        ("canvas_quiz", "//q:resprocessing/q:outcomes"),
    ],
)
def test_what_lacks_a_part_is_refused(site, kind, where):
    document = next(found for name, found in of_a_chapter(site, EXAMPLE) if name == kind)
    lost = document.xpath(where, namespaces=QTI)[0]
    lost.getparent().remove(lost)
    assert faults(kind, document)
