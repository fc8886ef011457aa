"""Draw a Vega-Lite specification as small, static SVG.

vl-convert does the drawing (the Vega runtime in-process, no browser).  What it returns is made
for scripts to work on; a static picture needs neither invisible marks nor attributes that
repeat their parent's, and coordinates to a tenth of a pixel are enough.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

from rare_earths.charts import FONT_SIZE
from rare_earths.site.files import write_whole

WIDE, NARROW = 640, 310  # px; site/static/book.css switches between them by container width
_SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?|-?\d+(?:e-\d+)")
_MOVED = re.compile(r"translate\(([-\d.]+),([-\d.]+)\)")
_NEEDLESS = {
    "class": None,
    "pointer-events": None,
    "stroke-miterlimit": None,
    "font-family": None,
    "aria-hidden": None,
    "role": None,
    "aria-roledescription": None,
    "opacity": "1",
    "font-weight": "normal",
    "font-size": f"{FONT_SIZE}px",
    "stroke-width": "1",
    "transform": "translate(0,0)",
}
_INHERITED = ("stroke", "fill", "text-anchor", "stroke-width", "stroke-dasharray", "font-weight")


class EmptyChart(ValueError):
    """A chart drew axes but not a single mark."""


@dataclass(frozen=True)
class Picture:
    """A drawn chart: its SVG, and its Vega-Lite and compiled Vega specifications, as fitted."""

    svg: str
    vegalite: dict
    vega: dict


class Painter:
    """Draws specifications, and keeps each picture in a folder under a hash of its making."""

    def __init__(self, cache: Path):
        self.cache = cache

    def draw(self, spec: dict, width: int, prefix: str) -> Picture:
        """Picture of a chart at a given width.

        Parameters
        ----------
        spec
            Vega-Lite specification, as Altair gives it.
        width
            Width of the whole picture in px; the height follows.
        prefix
            Put before every id inside the picture, so that many can stand on one page.

        Raises
        ------
        EmptyChart
            If nothing but axes was drawn.
        """
        sized = fit(spec, width)
        making = json.dumps([sized, prefix, version("vl-convert-python"), _code()], sort_keys=True)
        path = self.cache / f"{hashlib.sha256(making.encode()).hexdigest()[:32]}.json"
        if path.is_file():
            return Picture(**json.loads(path.read_text(encoding="utf-8")))
        svg = tidy(_exact(sized, width), prefix)  # also corrects the widths in `sized`
        picture = Picture(svg, sized, _compile(sized))
        write_whole(path, json.dumps(vars(picture)))
        return picture


def _code() -> str:
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


# Fitting a specification to a width ----------------------------------------------------------


def fit(spec: dict, width: int) -> dict:
    """The specification changed to be `width` px wide: single views exactly, others nearly.

    At the narrow width, views that stand side by side are put below each other, and the chart's
    own ``usermeta.narrow`` is merged in (JSON merge patch, RFC 7396).
    """
    spec = copy.deepcopy(spec)
    narrow = spec.pop("usermeta", {}).get("narrow") if "usermeta" in spec else None
    if width <= NARROW:
        spec = _stack(spec)
        if narrow:
            spec = merge_patch(spec, narrow)
    views = abreast(spec)
    if views == 1 and not _is_composed(spec):
        spec["width"] = width
        spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    else:
        _set_view_width(spec, width / views - 24)
    return spec


def merge_patch(target, patch):
    """RFC 7396: the target with the patch's members replaced, added or (null) removed."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def _is_composed(spec: dict) -> bool:
    parts = ("hconcat", "vconcat", "concat", "facet", "repeat")
    return any(key in spec for key in parts) or _facet_channel(spec) is not None


def _facet_channel(spec: dict) -> dict | None:
    encoding = spec.get("encoding", {})
    for channel in ("facet", "column", "row"):
        if channel in encoding:
            return encoding[channel]
    return None


def _stack(spec: dict) -> dict:
    if "hconcat" in spec:
        spec["vconcat"] = spec.pop("hconcat")
    for key in ("facet", "concat", "repeat"):
        if key in spec and "columns" in spec:
            spec["columns"] = 1 if spec["columns"] < 4 else 2
    facet = spec.get("encoding", {}).get("facet")
    if facet and "columns" in facet:
        facet["columns"] = 1 if facet["columns"] < 4 else 2
    return spec


def abreast(spec: dict) -> int:
    """How many views stand side by side."""
    if "hconcat" in spec:
        return len(spec["hconcat"])
    if "vconcat" in spec:
        return max(abreast(view) for view in spec["vconcat"])
    facet = spec.get("encoding", {}).get("facet") or {}
    return int(spec.get("columns") or facet.get("columns") or 1)


def _set_view_width(spec: dict, width: float) -> None:
    if "spec" in spec:
        _set_view_width(spec["spec"], width)
        return
    for key in ("hconcat", "vconcat", "concat"):
        for view in spec.get(key, ()):
            share = abreast(view)
            _set_view_width(view, width / share if share > 1 else width)
        if key in spec:
            return
    spec["width"] = width


def _exact(spec: dict, width: int) -> ElementTree.Element:
    """Draw; where the views' widths only add up nearly, correct them by what was measured."""
    import vl_convert

    def paint():
        svg = vl_convert.vegalite_to_svg(spec, vl_version=_vegalite_version(spec))
        return ElementTree.fromstring(svg)

    picture = paint()
    if "autosize" not in spec:
        views = abreast(spec)
        for _ in range(3):
            excess = float(picture.get("width")) - width
            if abs(excess) < 1:
                break
            _set_view_width(spec, _view_width(spec) - excess / views)
            picture = paint()
    return picture


def warm_up() -> None:
    """Have the drawing library load what it needs: its fonts, its JavaScript."""
    import vl_convert

    vl_convert.vegalite_to_svg({"mark": "text", "data": {"values": [{}]}})


def _compile(spec: dict) -> dict:
    """The Vega specification: compiled here, a page need not do it, nor warn about it."""
    import vl_convert

    return vl_convert.vegalite_to_vega(spec, vl_version=_vegalite_version(spec))


def _view_width(spec: dict) -> float:
    if "spec" in spec:
        return _view_width(spec["spec"])
    for key in ("hconcat", "vconcat", "concat"):
        if key in spec:
            return max(_view_width(view) * abreast(view) for view in spec[key])
    return spec["width"]


def _vegalite_version(spec: dict) -> str:
    """Newest Vega-Lite of the drawing library with the specification's major version."""
    import vl_convert

    major = re.search(r"/v(\d+)", spec.get("$schema", "/v6")).group(1)
    return [v for v in vl_convert.get_vegalite_versions() if v.startswith(f"{major}.")][-1]


# Making the picture small --------------------------------------------------------------------


def tidy(picture: ElementTree.Element, prefix: str) -> str:
    """Small SVG text of a drawn picture; ids get the prefix. Raises EmptyChart."""
    if not any(
        len(group) > 0
        and "role-mark" in group.get("class", "")
        and "root" not in group.get("class")
        for group in picture.iter(f"{_SVG}g")
    ):
        raise EmptyChart("the chart drew no mark; are all rows filtered away, or all values NA?")
    _drop_invisible(picture)
    for element in picture.iter():
        for name, needless in _NEEDLESS.items():
            if name in element.attrib and needless in (None, element.get(name)):
                del element.attrib[name]
        for name, value in element.attrib.items():
            if name in ("d", "transform", "x", "y", "x1", "y1", "x2", "y2", "width", "height", "r"):
                element.set(name, _NUMBER.sub(_tenth, value))
            elif name == "id":
                element.set(name, f"{prefix}-{value}")
            elif value.startswith("url(#") and not value.startswith("url(#chart-"):
                element.set(name, value.replace("url(#", f"url(#{prefix}-"))
        _place(element)
    _hoist(picture)
    _unwrap(picture)
    for name in ("version", "width", "height"):
        picture.attrib.pop(name, None)
    picture.set("font-size", str(FONT_SIZE))
    ElementTree.register_namespace("", _SVG[1:-1])
    return ElementTree.tostring(picture, encoding="unicode")


def _drop_invisible(parent: ElementTree.Element) -> None:
    for child in list(parent):
        classes = child.get("class", "")
        bare = child.get("fill") in (None, "none", "transparent") and "stroke" not in child.attrib
        hidden = child.get("display") == "none" or child.get("opacity") == "0"
        if hidden or (classes in ("background", "foreground") and bare):
            parent.remove(child)
            continue
        _drop_invisible(child)
        if child.tag == f"{_SVG}g" and len(child) == 0:
            parent.remove(child)


def _tenth(match: re.Match) -> str:
    rounded = f"{float(match.group()):.1f}"
    return rounded.removesuffix(".0") if rounded not in ("-0.0", "0.0") else "0"


def _place(element: ElementTree.Element) -> None:
    """Say where a text of one line stands in fewer characters; zero goes without saying.

    In a text of several lines each begins at a place of its own, counted from where all were moved.
    """
    moved = _MOVED.fullmatch(element.get("transform", ""))
    if element.tag == f"{_SVG}text" and moved and not len(element):
        del element.attrib["transform"]
        element.attrib.update(zip("xy", moved.groups(), strict=True))
    if element.tag in (f"{_SVG}text", f"{_SVG}line"):
        for name in ("x", "y", "x2", "y2"):
            if element.get(name) == "0":
                del element.attrib[name]


def _hoist(element: ElementTree.Element) -> None:
    """Move an attribute that all children share up to their parent."""
    for child in element:
        _hoist(child)
    if element.tag != f"{_SVG}g" or len(element) < 2:
        return
    for name in _INHERITED:
        values = {child.get(name) for child in element}
        if len(values) == 1 and None not in values and name not in element.attrib:
            element.set(name, values.pop())
            for child in element:
                del child.attrib[name]


def _unwrap(element: ElementTree.Element) -> None:
    """Replace a group that says nothing by its children."""
    for child in list(element):
        _unwrap(child)
    children = []
    for child in element:
        plain = child.tag == f"{_SVG}g" and not child.attrib
        children.extend(list(child) if plain else [child])
    element[:] = children
