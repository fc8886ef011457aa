"""The book's two map layers (TopoJSON), whole or drawn with fewer points."""

from __future__ import annotations

import json
from itertools import accumulate, pairwise
from math import cos, hypot, radians

from rare_earths.datapackage import data_dir

_FILES = {"world": "world_110m.topo.json", "ukraine_oblasts": "ukraine_oblasts.topo.json"}


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
    return json.loads((data_dir() / "maps" / _FILES[layer]).read_text(encoding="utf-8"))


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
    lines = [
        list(zip(*(accumulate(steps) for steps in zip(*arc, strict=True)), strict=True))
        for arc in topology["arcs"]
    ]
    north = max(y for line in lines for _, y in line) * up + south
    across *= cos(radians((north + south) / 2))
    arcs = []
    for line in lines:
        kept = [(0, 0), *(line[i] for i in _kept(line, across, up, tolerance))]
        arcs.append([[x - x0, y - y0] for (x0, y0), (x, y) in pairwise(kept)])
    return topology | {"arcs": arcs}


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
