"""Promise: the maps drawn in chapters keep borders shared and every region whole.

Where the borders run is tested in tests/data/test_ukraine.py, on the layers themselves.
"""

from itertools import pairwise

import pytest

from rare_earths.maps import load_map, simplify

DRAWN = 0.03  # degrees, as drawn in the chapters


@pytest.fixture(scope="module")
def whole() -> dict:
    return load_map("ukraine_oblasts")


def lines(topology: dict) -> list[list[tuple[int, int]]]:
    """Every arc as the quantised points it runs through."""
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        found.append([(x := x + dx, y := y + dy) for dx, dy in arc])
    return found


def rings(topology: dict):
    """(id, ring) of every outline, as quantised points."""
    drawn = lines(topology)
    for shape in topology["objects"]["oblasts"]["geometries"]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for ring in (ring for polygon in polygons for ring in polygon):
            points = [p for i in ring for p in (drawn[i] if i >= 0 else drawn[~i][::-1])]
            yield shape["id"], points


def area(points: list[tuple[int, int]]) -> float:
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise([*points, points[0]]))) / 2


def test_few_points_are_left_and_the_layer_itself_is_untouched(whole):
    before = sum(map(len, whole["arcs"]))
    after = sum(map(len, simplify(whole, DRAWN)["arcs"]))
    assert after < before / 8 and before == sum(map(len, load_map("ukraine_oblasts")["arcs"]))


def test_borders_stay_shared(whole):
    thin = simplify(whole, DRAWN)
    assert thin["objects"] == whole["objects"] and len(thin["arcs"]) == len(whole["arcs"])
    for old, new in zip(lines(whole), lines(thin), strict=True):
        assert (new[0], new[-1]) == (old[0], old[-1])
        assert set(new) <= set(old), "a point that was not there"


def test_every_region_keeps_its_size(whole):
    old, new = {}, {}
    for topology, sizes in ((whole, old), (simplify(whole, DRAWN), new)):
        for code, points in rings(topology):
            assert len(set(points)) >= 3, f"{code} lost a part"
            sizes[code] = sizes.get(code, 0) + area(points)
    assert len(new) == 27
    for code, size in old.items():
        assert new[code] == pytest.approx(size, rel=0.08), code


def test_no_line_moves_further_than_the_tolerance():
    arc = [[0, 0], [10, 4], [10, -4], [10, 30], [10, -30]]  # one small bump, one large
    flat = {"type": "Topology", "objects": {}, "arcs": [arc],
            "transform": {"scale": [0.01, 0.01], "translate": [0, 0]}}  # fmt: skip
    assert lines(simplify(flat, 0.05)) == [[(0, 0), (20, 0), (30, 30), (40, 0)]]
    assert lines(simplify(flat, 0)) == lines(flat)
    assert lines(simplify(flat, 1)) == [[(0, 0), (40, 0)]]


def test_a_closed_line_stays_a_shape():
    ring = [[0, 0], [3, 0], [0, 3], [-3, 0], [0, -3]]
    island = {"type": "Topology", "objects": {}, "arcs": [ring],
              "transform": {"scale": [0.001, 0.001], "translate": [30, 46]}}  # fmt: skip
    (kept,) = lines(simplify(island, 1))
    assert kept[0] == kept[-1] and len(set(kept)) == 3


def test_a_negative_tolerance_is_refused(whole):
    with pytest.raises(ValueError, match="cannot be negative"):
        simplify(whole, -0.1)


def test_an_unknown_layer_is_named():
    with pytest.raises(KeyError, match="no map layer 'moon'"):
        load_map("moon")
