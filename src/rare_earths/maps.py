"""The book's two map layers (TopoJSON): whole, in part, with fewer points, with label points."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import accumulate, pairwise
from math import asin, cos, degrees, hypot, radians, sin

import pandas as pd

from rare_earths.datapackage import data_dir, note_read

_FILES = {"world": "world_110m.topo.json", "ukraine_oblasts": "ukraine_oblasts.topo.json"}
_KM2_PER_SQUARE_DEGREE = 111.195**2  # at the equator of a sphere with a radius of 6371 km


def load_map(layer: str) -> dict:
    """One map layer as a TopoJSON dictionary, in degrees of longitude and latitude.

    Both layers draw Ukraine in its internationally recognised borders (UN General Assembly
    resolution 68/262): Crimea and Sevastopol are part of it.

    Parameters
    ----------
    layer
        ``"world"`` (objects ``countries``, ``land``) or ``"ukraine_oblasts"`` (object
        ``oblasts``; ids are ISO 3166-2 codes).

    Raises
    ------
    KeyError
        If there is no such layer.
    """
    if layer not in _FILES:
        raise KeyError(f"no map layer {layer!r}; there are {sorted(_FILES)}")
    note_read(f"maps/{_FILES[layer]}")
    return json.loads((data_dir() / "maps" / _FILES[layer]).read_text(encoding="utf-8"))


def excerpt(
    topology: dict,
    layer_object: str,
    *,
    ids: list[str] | None = None,
    least_km2: float = 0,
    south: float = -90,
) -> dict:
    """One object of a layer with the parts to be drawn, and with no arc that they do not use.

    Parameters
    ----------
    topology
        Quantised TopoJSON in degrees, as :func:`load_map` gives it; it is left as it was.
    layer_object
        Name of the object to keep, such as ``"land"``.
    ids
        Ids of the shapes to keep; all, if left out.
    least_km2
        Area below which an island or exclave is dropped; a shape's largest part always stays.
    south
        Latitude in degrees; parts that lie wholly south of it are dropped (-60: Antarctica).

    Returns
    -------
    dict
        TopoJSON with this object alone. Its shapes keep their ids and lose their properties.

    Raises
    ------
    KeyError
        If the layer has no such object, or the object no shape with one of the ids.
    """
    lines = _degrees(topology)
    shapes = {shape.get("id"): shape for shape in topology["objects"][layer_object]["geometries"]}
    found = [shapes[one] for one in ids] if ids is not None else list(shapes.values())
    number: dict[int, int] = {}  # old position of an arc -> new one, in order of use
    geometries = []
    for shape in found:
        areas = [_area_and_centre(_ring(lines, part[0]))[0] for part in _polygons(shape)]
        drawn = [
            [[_renumbered(i, number) for i in ring] for ring in part]
            for part, area in zip(_polygons(shape), areas, strict=True)
            if area >= min(least_km2, max(areas))
            and max(latitude for _, latitude in _ring(lines, part[0])) > south
        ]
        geometries.append({"type": "MultiPolygon", "arcs": drawn, "id": shape.get("id")})
    return topology | {
        "objects": {layer_object: {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": [topology["arcs"][old] for old in number],
    }


def label_points(topology: dict, layer_object: str) -> pd.DataFrame:
    """Where a mark that stands for a whole shape is put: the centre of its largest part.

    Method: centroid (centre of mass of the area inside the outer line) on the Lambert cylindrical
    equal-area projection, so that the north weighs no more than its area. In a shape that is bent
    like a horseshoe the point lies outside of it; for one around a pole it means nothing.

    Parameters
    ----------
    topology
        Quantised TopoJSON in degrees, as :func:`load_map` gives it.
    layer_object
        Name of the object, such as ``"countries"``.

    Returns
    -------
    DataFrame
        One row a shape: ``id`` (str), ``longitude`` and ``latitude`` in degrees (float).

    Raises
    ------
    KeyError
        If the layer has no such object.
    """
    lines = _degrees(topology)
    points = []
    for shape in topology["objects"][layer_object]["geometries"]:
        _, *centre = max(_area_and_centre(_ring(lines, part[0])) for part in _polygons(shape))
        points.append((shape["id"], *centre))
    return pd.DataFrame(points, columns=["id", "longitude", "latitude"])


def _polygons(shape: dict) -> list:
    """The parts of a shape; each is a list of rings, the outer line first."""
    return shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]


def _ring(lines: list[list], arcs: list[int]) -> list[tuple[float, float]]:
    """The points of a ring; in TopoJSON ``~i`` (negative) stands for arc ``i`` backwards."""
    return [point for i in arcs for point in (lines[i] if i >= 0 else lines[~i][::-1])]


def _renumbered(arc: int, number: dict[int, int]) -> int:
    old = arc if arc >= 0 else ~arc
    new = number.setdefault(old, len(number))
    return new if arc >= 0 else ~new


def _area_and_centre(ring: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Area in square kilometres, and longitude and latitude of the centroid, on a sphere."""
    flat = [(x, degrees(sin(radians(y)))) for x, y in _unrolled(ring)]
    twice = east = north = 0.0
    for (x0, y0), (x1, y1) in pairwise([*flat, flat[0]]):
        cross = x0 * y1 - x1 * y0
        twice, east, north = twice + cross, east + (x0 + x1) * cross, north + (y0 + y1) * cross
    if not twice:  # a shape shrunk to a line
        return 0.0, *ring[0]
    longitude = (east / (3 * twice) + 180) % 360 - 180
    latitude = degrees(asin(radians(north / (3 * twice))))
    return abs(twice) / 2 * _KM2_PER_SQUARE_DEGREE, longitude, latitude


def _unrolled(ring: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """The ring with longitudes that run on beyond 180 degrees, where it crosses that meridian."""
    turns, before = 0, ring[0][0]
    for longitude, latitude in ring:
        turns += (before - longitude > 180) - (longitude - before > 180)
        before = longitude
        yield longitude + 360 * turns, latitude


def simplify(topology: dict, tolerance: float) -> dict:
    """The same layer with fewer points: small enough to stand inside a page.

    Method: Ramer-Douglas-Peucker (Douglas and Peucker 1973, doi:10.3138/FM57-6770-U75U-7727), on
    each arc of the topology by itself. Arcs keep their two ends, and neighbours use the same arc,
    so a shared border stays shared and no gap opens. The objects are not touched.

    Parameters
    ----------
    topology
        Quantised TopoJSON in degrees, as :func:`load_map` gives it; it is left as it was.
    tolerance
        How far the new line may be from the old one, in degrees of latitude (0.01 is 1.1 km).
        Degrees of longitude count for less, by the cosine of the layer's middle latitude.

        A shape smaller than the tolerance may shrink to a line.

    Returns
    -------
    dict
        TopoJSON with the same objects, arcs in the same order, and the same transform.

    Raises
    ------
    ValueError
        If the tolerance is negative.
    """
    if tolerance < 0:
        raise ValueError(f"tolerance is {tolerance}; it cannot be negative")
    (across, up), (_, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    lines = _lines(topology)
    north = max(y for line in lines for _, y in line) * up + south
    across *= cos(radians((north + south) / 2))
    arcs = []
    for line in lines:
        kept = [(0, 0), *(line[i] for i in _kept(line, across, up, tolerance))]
        arcs.append([[x - x0, y - y0] for (x0, y0), (x, y) in pairwise(kept)])
    return topology | {"arcs": arcs}


def _lines(topology: dict) -> list[list[tuple[int, int]]]:
    """Every arc as the quantised points it runs through (TopoJSON stores the steps)."""
    return [
        list(zip(*(accumulate(steps) for steps in zip(*arc, strict=True)), strict=True))
        for arc in topology["arcs"]
    ]


def _degrees(topology: dict) -> list[list[tuple[float, float]]]:
    """Every arc as points of longitude and latitude."""
    (across, up), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    return [[(x * across + west, y * up + south) for x, y in line] for line in _lines(topology)]


def _kept(line: list[tuple[int, int]], across: float, up: float, tolerance: float) -> list[int]:
    """Positions of the points that stay; a closed line keeps at least a triangle."""
    points = [(x * across, y * up) for x, y in line]
    keep = {0, len(points) - 1}
    if points[0] == points[-1]:
        far = max(range(len(points)), key=lambda i: hypot(*_minus(points[i], points[0])))
        side = max(range(len(points)), key=lambda i: _distance(points[i], points[0], points[far]))
        keep |= {far, side}
    parts = list(pairwise(sorted(keep)))
    while parts:
        first, last = parts.pop()
        off = [_distance(point, points[first], points[last]) for point in points[first : last + 1]]
        if max(off) > tolerance:
            far = first + off.index(max(off))
            keep.add(far)
            parts += [(first, far), (far, last)]
    return sorted(keep)


def _minus(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return one[0] - other[0], one[1] - other[1]


def _distance(point, start, end) -> float:
    """From a point to the line between two others, not beyond its ends."""
    (x, y), (dx, dy) = _minus(point, start), _minus(end, start)
    square = dx * dx + dy * dy
    along = min(1.0, max(0.0, (x * dx + y * dy) / square)) if square else 0.0
    return hypot(x - along * dx, y - along * dy)
