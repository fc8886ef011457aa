"""Common Cartridge 1.1 (``.imscc``): handouts, slides, class files and quizzes for any platform.

The manifest and the quiz follow the schemas of IMS Common Cartridge 1.1. Numbers are asked as
text there, since the cartridge has no numeric question: every answer within the tolerance, written
with as many digits as the right one, counts.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, field

from rare_earths.questions import ChoiceQuestion, NumericQuestion, Question
from rare_earths.site.teach import text
from rare_earths.site.teach.archive import zip_of
from rare_earths.site.teach.exchange import asked, orders_as_choices

_CP = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_LOM = "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest"
_QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_LINK = "http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1"
_ASSESSMENT = "imsqti_xmlv1p2/imscc_xmlv1p1/assessment"
_MOST_ANSWERS = 61  # of a number, written out
for _prefix, _space in (("", _CP), ("lomimscc", _LOM)):
    ET.register_namespace(_prefix, _space)


@dataclass(frozen=True)
class Module:
    """What a cartridge holds of one chapter.

    Parameters
    ----------
    name
        Short and unique: ``supply-the-chokepoint``.
    files
        Title -> (name of the file, content), in the order to show.
    address
        Where the chapter is published, for a link; empty if that is not known.
    """

    name: str
    title: str
    files: dict[str, tuple[str, bytes]]
    quiz: Sequence[Question] = field(default=())
    address: str = ""


def cartridge(title: str, description: str, modules: Sequence[Module]) -> bytes:
    """The archive."""
    files: dict[str, bytes | str] = {}
    items, resources = [], []
    for module in modules:
        entries = []
        if module.address:
            path = f"{module.name}/chapter.xml"
            files[path] = _web_link(module.title, module.address)
            entries.append(("Read the chapter", f"{module.name}-link", "imswl_xmlv1p1", path))
        for number, (label, (name, content)) in enumerate(module.files.items(), start=1):
            path = f"{module.name}/{name}"
            files[path] = content
            entries.append((label, f"{module.name}-file-{number}", "webcontent", path))
        if module.quiz:
            path = f"{module.name}/quiz.xml"
            files[path] = assessment(module.name, f"Quiz: {module.title}", module.quiz)
            entries.append(("Quiz", f"{module.name}-quiz", _ASSESSMENT, path))
        items.append((module, [(label, f"r-{name}") for label, name, _, _ in entries]))
        resources += [(f"r-{name}", kind, path) for _, name, kind, path in entries]
    files["imsmanifest.xml"] = _manifest(title, description, items, resources)
    return zip_of(files, first="imsmanifest.xml")


def _manifest(title: str, description: str, items, resources) -> str:
    root = ET.Element(_q(_CP, "manifest"), identifier="seventeen-elements")
    metadata = ET.SubElement(root, _q(_CP, "metadata"))
    ET.SubElement(metadata, _q(_CP, "schema")).text = "IMS Common Cartridge"
    ET.SubElement(metadata, _q(_CP, "schemaversion")).text = "1.1.0"
    lom = ET.SubElement(metadata, _q(_LOM, "lom"))
    general = ET.SubElement(lom, _q(_LOM, "general"))
    for tag, words in (("title", title), ("description", description)):
        _language_string(ET.SubElement(general, _q(_LOM, tag)), words)
    rights = ET.SubElement(lom, _q(_LOM, "rights"))
    restricted = ET.SubElement(rights, _q(_LOM, "copyrightAndOtherRestrictions"))
    ET.SubElement(restricted, _q(_LOM, "value")).text = "yes"
    _language_string(
        ET.SubElement(rights, _q(_LOM, "description")),
        "Text and charts: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/. "
        "Data: as each source says.",
    )
    organizations = ET.SubElement(root, _q(_CP, "organizations"))
    organization = ET.SubElement(
        organizations, _q(_CP, "organization"), identifier="course", structure="rooted-hierarchy"
    )
    top = ET.SubElement(organization, _q(_CP, "item"), identifier="top")
    for module, entries in items:
        folder = ET.SubElement(top, _q(_CP, "item"), identifier=f"i-{module.name}")
        ET.SubElement(folder, _q(_CP, "title")).text = module.title
        for label, resource in entries:
            entry = ET.SubElement(
                folder, _q(_CP, "item"), identifier=f"i{resource}", identifierref=resource
            )
            ET.SubElement(entry, _q(_CP, "title")).text = label
    listed = ET.SubElement(root, _q(_CP, "resources"))
    for identifier, kind, path in resources:
        attributes = {"identifier": identifier, "type": kind}
        if kind == "webcontent":
            attributes["href"] = path
        resource = ET.SubElement(listed, _q(_CP, "resource"), attributes)
        ET.SubElement(resource, _q(_CP, "file"), href=path)
    return _written(root)


def _language_string(parent: ET.Element, words: str) -> None:
    ET.SubElement(parent, _q(_LOM, "string"), language="en-GB").text = words


def _web_link(title: str, address: str) -> str:
    root = ET.Element("webLink", xmlns=_LINK)
    ET.SubElement(root, "title").text = title
    ET.SubElement(root, "url", href=address)
    return _written(root)


# The quiz ------------------------------------------------------------------------------------


def assessment(name: str, title: str, quiz: Sequence[Question]) -> str:
    """QTI 1.2 in the profile of Common Cartridge 1.1."""
    root = ET.Element("questestinterop", xmlns=_QTI)
    top = ET.SubElement(root, "assessment", ident=f"quiz-{name}", title=title)
    _fields(top, cc_profile="cc.exam.v0p1", qmd_assessmenttype="Examination",
            qmd_scoretype="Percentage", qmd_feedbackpermitted="Yes", cc_maxattempts="unlimited")  # fmt: skip
    section = ET.SubElement(top, "section", ident="root_section")
    for number, question in enumerate(quiz, start=1):
        section.append(_item(name, number, question))
    return _written(root)


def _fields(parent: ET.Element, **values: str) -> None:
    metadata = ET.SubElement(parent, "qtimetadata")
    for label, entry in values.items():
        one = ET.SubElement(metadata, "qtimetadatafield")
        ET.SubElement(one, "fieldlabel").text = label
        ET.SubElement(one, "fieldentry").text = entry


def _item(name: str, number: int, question: Question) -> ET.Element:
    item = ET.Element("item", ident=f"{name}-{question.id}", title=f"Question {number}")
    profile = {"multiple": "cc.multiple_response.v0p1", "numeric": "cc.fib.v0p1"}
    kind = profile.get(question.kind, "cc.multiple_choice.v0p1")
    _fields(ET.SubElement(item, "itemmetadata"), cc_profile=kind, cc_weighting="1")
    if isinstance(question, NumericQuestion):
        _number_item(item, question)
    elif isinstance(question, ChoiceQuestion):
        choices = [(one.text, one.correct, one.feedback) for one in question.choices]
        _choice_item(item, question.text, choices, several=question.kind == "multiple")
    else:
        _choice_item(item, question.text, orders_as_choices(question), several=False)
    return item


def _choice_item(item: ET.Element, words: str, choices, *, several: bool) -> None:
    presentation = ET.SubElement(item, "presentation")
    _material(presentation, words)
    cardinality = "Multiple" if several else "Single"
    response = ET.SubElement(presentation, "response_lid", ident="answer", rcardinality=cardinality)
    rendered = ET.SubElement(response, "render_choice")
    names = [f"c{i}" for i in range(1, len(choices) + 1)]
    for one, (label, _, _) in zip(names, choices, strict=True):
        _material(ET.SubElement(rendered, "response_label", ident=one), label)
    processing = _processing(item)
    for one in names:  # what each choice teaches, whether right or not
        condition = ET.SubElement(processing, "respcondition", attrib={"continue": "Yes"})
        _equals(ET.SubElement(condition, "conditionvar"), one)
        _shows(condition, f"{one}_fb")
    condition = ET.SubElement(processing, "respcondition", attrib={"continue": "No"})
    variables = ET.SubElement(condition, "conditionvar")
    if several:
        both = ET.SubElement(variables, "and")
        for one, (_, right, _) in zip(names, choices, strict=True):
            _equals(both if right else ET.SubElement(both, "not"), one)
    else:
        _equals(
            variables, next(n for n, (_, right, _) in zip(names, choices, strict=True) if right)
        )
    ET.SubElement(condition, "setvar", action="Set", varname="SCORE").text = "100"
    for one, (_, _, feedback) in zip(names, choices, strict=True):
        _feedback(item, f"{one}_fb", feedback)


def _number_item(item: ET.Element, question: NumericQuestion) -> None:
    presentation = ET.SubElement(item, "presentation")
    hint = f"digits after the point: {question.digits}" if question.digits else "a whole number"
    _material(presentation, f"{asked(question)} ({hint})")
    response = ET.SubElement(presentation, "response_str", ident="answer", rcardinality="Single")
    rendered = ET.SubElement(response, "render_fib", prompt="Dashline")
    ET.SubElement(rendered, "response_label", ident="number")
    processing = _processing(item)
    condition = ET.SubElement(processing, "respcondition", attrib={"continue": "No"})
    variables = ET.SubElement(condition, "conditionvar")
    for answer in accepted_answers(question):
        _equals(variables, answer)
    ET.SubElement(condition, "setvar", action="Set", varname="SCORE").text = "100"
    _shows(condition, "correct_fb")
    other = ET.SubElement(processing, "respcondition", attrib={"continue": "Yes"})
    ET.SubElement(ET.SubElement(other, "conditionvar"), "other")
    _shows(other, "general_incorrect_fb")
    _feedback(item, "correct_fb", question.right)
    _feedback(item, "general_incorrect_fb", question.wrong)


def accepted_answers(question: NumericQuestion) -> list[str]:
    """The answers that count, nearest to the right one first, with point and with comma."""
    step = 10.0**-question.digits
    reach = min(int((question.tolerance + 1e-9) / step), _MOST_ANSWERS // 2)
    values = sorted(
        (question.answer + step * i for i in range(-reach, reach + 1)),
        key=lambda value: abs(value - question.answer),
    )
    texts = [f"{value:.{question.digits}f}" for value in values]
    texts += [one[: -len(tail)] for one in texts if (tail := _zeros(one))]  # 61.0 also as 61
    return list(dict.fromkeys(t for one in texts for t in (one, one.replace(".", ","))))


def _zeros(number: str) -> str:
    found = re.search(r"\.0+$|(?<=\.\d)0+$", number)
    return found[0] if found else ""


def _processing(item: ET.Element) -> ET.Element:
    processing = ET.SubElement(item, "resprocessing")
    outcomes = ET.SubElement(processing, "outcomes")
    ET.SubElement(
        outcomes, "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal"
    )
    return processing


def _equals(parent: ET.Element, value: str) -> None:
    ET.SubElement(parent, "varequal", respident="answer").text = value


def _shows(condition: ET.Element, feedback: str) -> None:
    ET.SubElement(condition, "displayfeedback", feedbacktype="Response", linkrefid=feedback)


def _feedback(item: ET.Element, name: str, words: str) -> None:
    flow = ET.SubElement(ET.SubElement(item, "itemfeedback", ident=name), "flow_mat")
    _material(flow, words)


def _material(parent: ET.Element, words: str) -> None:
    material = ET.SubElement(parent, "material")
    ET.SubElement(material, "mattext", texttype="text/html").text = f"<p>{text.html(words)}</p>"


def _q(space: str, tag: str) -> str:
    return f"{{{space}}}{tag}"


def _written(root: ET.Element) -> str:
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'
