"""Which shape of a TopoJSON layer holds a point: enough geometry for the tests."""

from rare_earths import load_map


def _rings(topology: dict, geometry: dict) -> list[list[tuple[float, float]]]:
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    lines = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
        lines.append(line)
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    rings = []
    for ring in (ring for polygon in polygons for ring in polygon):
        points = []
        for index in ring:
            points += lines[index] if index >= 0 else lines[~index][::-1]
        rings.append(points)
    return rings


def _inside(x: float, y: float, rings: list) -> bool:
    """Even-odd rule over all rings of a shape, so that holes count as outside."""
    odd = False
    for ring in rings:
        for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
                odd = not odd
    return odd


class Layer:
    """One object of a map layer: ``Layer("world", "countries").at(44.95, 34.10)`` -> ``"804"``."""

    def __init__(self, layer: str, name: str):
        topology = load_map(layer)
        self.shapes = {
            str(g["id"]): _rings(topology, g) for g in topology["objects"][name]["geometries"]
        }

    def at(self, latitude: float, longitude: float) -> str | None:
        """Id of the shape that holds the point, None at sea."""
        return next((i for i, r in self.shapes.items() if _inside(longitude, latitude, r)), None)

    def nearest(self, latitude: float, longitude: float) -> str:
        """Id of the shape that holds the point, else of the shape whose corner is nearest.

        For a coarse layer, whose simplified coast may leave a port a few kilometres at sea.
        """

        def distance(rings: list) -> float:
            return min(
                (x - longitude) ** 2 + (y - latitude) ** 2 for ring in rings for x, y in ring
            )

        inside = self.at(latitude, longitude)
        return inside or min(self.shapes, key=lambda i: distance(self.shapes[i]))
