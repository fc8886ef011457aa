"""Read a YAML file against a JSON Schema; what is wrong is named by file, line and place.

Two habits of YAML are switched off, for they turn words into something else: ``No`` stays a word
(only ``true`` and ``false`` are truth values), and ``2025-04-30`` stays as written.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

Place = tuple[str | int, ...]  # keys and positions from the top of the file

_KINDS = {
    "object": "a mapping (key: value)",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


class FileError(ValueError):
    """A file is not as its format asks; the message lists every fault with its line."""


class _Loader(yaml.SafeLoader):
    """Numbers, true, false and null; everything else is text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":int", ":float"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _word, _tag in (("true", "bool"), ("false", "bool"), ("null", "null"), ("~", "null")):
    _Loader.yaml_implicit_resolvers.setdefault(_word[0], []).append(
        (f"tag:yaml.org,2002:{_tag}", re.compile(f"^{_word}$"))
    )


@dataclass
class Document:
    """A file's content, with the line of each place in it."""

    path: Path
    name: str
    content: Any
    lines: dict[Place, int]
    faults: list[str] = field(default_factory=list)

    def fault(self, place: Place, message: str) -> None:
        """Note a fault; :meth:`stop_if_faulty` raises all of them."""
        at = place
        while at and at not in self.lines:
            at = at[:-1]
        self.faults.append(f"{self.name}, line {self.lines.get(at, 1)}, {spell(place)}: {message}")

    def stop_if_faulty(self) -> None:
        if self.faults:
            raise FileError("\n".join(self.faults))


def spell(place: Place) -> str:
    """A place as written in messages: ``quiz[2].choices[0].text``."""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place)
    return text.lstrip(".") or "the file"


def read(path: Path, schema: dict, name: str | None = None) -> Document:
    """The file, checked.

    Parameters
    ----------
    path
        A YAML file in UTF-8.
    schema
        JSON Schema (draft 2020-12); its ``description`` entries say in messages what is expected.
    name
        What messages call the file; its path if not given.

    Raises
    ------
    FileError
        If the file is missing, is not YAML, or breaks the schema.
    """
    name = name or str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise FileError(f"{name}: not found") from None
    document = Document(path, name, None, {})
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        document.content = _plain(loader, root, (), document) if root else {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FileError(f"{name}, line {mark.line + 1}: not valid YAML: {error.problem}") from None
    errors = Draft202012Validator(schema).iter_errors(document.content)
    for error in sorted(errors, key=lambda one: [str(key) for key in one.absolute_path]):
        for place, message in _explain(error, schema.get("$defs", {})):
            document.fault(place, message)
    document.stop_if_faulty()
    return document


def _plain(loader: _Loader, node: yaml.Node, place: Place, document: Document) -> Any:
    document.lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(loader.construct_object(key_node))
            if key in found:
                document.lines[(*place, key)] = key_node.start_mark.line + 1
                document.fault((*place, key), "stands here twice")
            found[key] = _plain(loader, value_node, (*place, key), document)
            document.lines[(*place, key)] = key_node.start_mark.line + 1
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, one, (*place, i), document) for i, one in enumerate(node.value)]
    return loader.construct_object(node)


def _explain(error: ValidationError, definitions: dict) -> Iterable[tuple[Place, str]]:
    """Faults of one schema error, in words."""
    place, wanted = tuple(error.absolute_path), error.schema.get("description", "")
    found = error.instance
    if error.validator == "required":
        for key in error.validator_value:
            if key not in found:
                hint = error.schema.get("properties", {}).get(key, {})
                yield place, f"{key} is missing; expected {_wanted(hint, definitions)}"
    elif error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        for key in found:
            if key not in known:
                close = difflib.get_close_matches(key, known, n=1)
                other = f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"
                yield (*place, key), f"{key} is not known here; {other}"
    elif error.validator == "type":
        kind = _KINDS.get(error.validator_value, error.validator_value)
        quotes = kind == "a text" and isinstance(found, (int, float))
        hint = f' (write it in quotes: "{found}")' if quotes else ""
        yield place, f"found {found!r}; expected {wanted or kind}{hint}"
    elif error.validator == "enum":
        close = difflib.get_close_matches(str(found), map(str, error.validator_value), n=1)
        other = f"; did you mean {close[0]}?" if close else ""
        yield place, f"found {found!r}; expected one of {error.validator_value}{other}"
    elif error.validator in ("minItems", "maxItems"):
        bound = "at least" if error.validator == "minItems" else "at most"
        yield place, f"has {len(found)} entries; expected {bound} {error.validator_value}: {wanted}"
    else:
        yield place, f"found {found!r}; expected {wanted or error.message}"


def _wanted(schema: dict, definitions: dict) -> str:
    """What a key should hold: its own description, or that of the definition it points to."""
    named = definitions.get(schema.get("$ref", "").rpartition("/")[2], {})
    return schema.get("description") or named.get("description") or "a value"
