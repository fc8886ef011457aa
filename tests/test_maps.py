"""Promise: the maps drawn in chapters keep borders shared, every region whole, marks in place.

Where the borders run is tested in tests/data/test_ukraine.py, on the layers themselves.
"""

from itertools import pairwise

import pytest

from rare_earths.datapackage import load
from rare_earths.maps import excerpt, label_points, load_map, simplify

DRAWN = 0.03  # degrees, as drawn in the chapters


@pytest.fixture(scope="module")
def whole() -> dict:
    return load_map("ukraine_oblasts")


@pytest.fixture(scope="module")
def world() -> dict:
    return load_map("world")


def lines(topology: dict) -> list[list[tuple[int, int]]]:
    """Every arc as the quantised points it runs through."""
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        found.append([(x := x + dx, y := y + dy) for dx, dy in arc])
    return found


def rings(topology: dict, name: str = "oblasts"):
    """(id, ring) of every outline, as quantised points."""
    drawn = lines(topology)
    for shape in topology["objects"][name]["geometries"]:
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


def squares(*corners: tuple[int, int, int], wrapped: bool = False) -> dict:
    """A layer with one shape, ``x``, whose parts are squares: (longitude, latitude, side)."""
    arcs = []
    for x, y, side in corners:
        ring = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
        if wrapped:
            ring = [((x + 180) % 360 - 180, y) for x, y in ring]
        steps = [(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(ring)]
        arcs.append([list(step) for step in [ring[0], *steps]])
    shape = {"type": "MultiPolygon", "arcs": [[[n]] for n in range(len(arcs))], "id": "x"}
    return {"type": "Topology", "objects": {"all": {"geometries": [shape]}}, "arcs": arcs,
            "transform": {"scale": [1, 1], "translate": [0, 0]}}  # fmt: skip


@pytest.mark.parametrize(
    ("layer", "longitude", "latitude"),
    [
        (squares((10, -2, 4), (40, -1, 2)), 12, 0),  # the larger of two
        (squares((40, 0, 10), (10, 70, 12)), 45, 4.99),  # larger in area, not in degrees
        (squares((175, -5, 10), wrapped=True), -180, 0),  # across the 180th meridian
    ],
)
def test_a_label_stands_in_the_middle_of_the_largest_part(layer, longitude, latitude):
    (point,) = label_points(layer, "all").itertuples(index=False)
    assert point.id == "x"
    assert (point.longitude, point.latitude) == pytest.approx((longitude, latitude), abs=0.05)


def test_marks_of_plants_stand_in_their_country(world):
    (across, up), (west, south) = world["transform"]["scale"], world["transform"]["translate"]
    points = label_points(world, "countries").set_index("id")
    for code in load("countries").set_index("iso3").map_id[load("sites").iso3.unique()]:
        x = (points.longitude[code] - west) / across
        y = (points.latitude[code] - south) / up
        outlines = [ring for found, ring in rings(world, "countries") if found == code]
        assert any(holds(ring, x, y) for ring in outlines), code


def holds(ring: list[tuple[int, int]], x: float, y: float) -> bool:
    """True if a line from the point to the east crosses the ring an odd number of times."""
    crossed = [
        x < x0 + (y - y0) / (y1 - y0) * (x1 - x0)
        for (x0, y0), (x1, y1) in pairwise(ring)
        if (y0 > y) != (y1 > y)
    ]
    return sum(crossed) % 2 == 1


def test_an_excerpt_holds_what_was_asked_for_and_no_more(world):
    whole_shapes = {s["id"]: s for s in world["objects"]["countries"]["geometries"]}
    few = excerpt(world, "countries", ids=["036", "233"], least_km2=100_000)
    assert list(few["objects"]) == ["countries"]
    australia, estonia = few["objects"]["countries"]["geometries"]
    assert (australia["id"], estonia["id"]) == ("036", "233")
    assert len(australia["arcs"]) == 1 < len(whole_shapes["036"]["arcs"]), "Tasmania is small"
    assert len(estonia["arcs"]) == 1, "the largest part stays, however small"
    arcs = [i for shape in (australia, estonia) for part in shape["arcs"] for i in part[0]]
    assert {max(i, ~i) for i in arcs} == set(range(len(few["arcs"])))
    before, after = (label_points(t, "countries").set_index("id") for t in (world, few))
    assert after.round(6).equals(before.loc[["036", "233"]].round(6)), "the same shapes as before"


def test_an_excerpt_can_leave_out_the_far_south(world):
    def lowest(topology):
        (_, up), (_, south) = topology["transform"]["scale"], topology["transform"]["translate"]
        return min(y for line in lines(topology) for _, y in line) * up + south

    assert lowest(excerpt(world, "land")) < -80
    assert -60 < lowest(excerpt(world, "land", south=-60)) < -50  # Cape Horn


def test_an_excerpt_names_what_is_not_there(world):
    with pytest.raises(KeyError, match="999"):
        excerpt(world, "countries", ids=["999"])


def test_an_unknown_layer_is_named():
    with pytest.raises(KeyError, match="no map layer 'moon'"):
        load_map("moon")
