"""Counties as shapes for a screen: projected, simplified below a pixel, written as SVG paths."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import cos, radians

from shapely.geometry.base import BaseGeometry

from app.kit.regions import Atlas, Region

WIDTH = 1000
HALF_PIXEL = 0.5


@dataclass(frozen=True, slots=True)
class Shape:
    """A county as an SVG path, and where its name goes; in the units of the view box."""

    region: Region
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """A flat map about its own middle: degrees of longitude shrink with the latitude."""

    west: float
    north: float
    east_scale: float
    south_scale: float

    def put(self, longitude: float, latitude: float) -> tuple[float, float]:
        return (longitude - self.west) * self.east_scale, (self.north - latitude) * self.south_scale


def draw(atlas: Atlas, codes: Collection[str]) -> Drawing:
    """The counties of these codes that the operator's file knows, filling a view box of fixed width."""
    found = [
        (region, shape)
        for region, shape in zip(atlas.regions, atlas.shapes, strict=True)
        if region.code in codes and not shape.is_empty
    ]
    if not found:
        return Drawing(WIDTH, WIDTH // 2, ())
    frame, height = _frame([shape for _, shape in found])
    return Drawing(WIDTH, height, tuple(_shape(region, shape, frame) for region, shape in found))


def _frame(shapes: list[BaseGeometry]) -> tuple[_Frame, int]:
    bounds = [shape.bounds for shape in shapes]
    west, south = min(bound[0] for bound in bounds), min(bound[1] for bound in bounds)
    east, north = max(bound[2] for bound in bounds), max(bound[3] for bound in bounds)
    scale = WIDTH / max(east - west, 1e-6)
    south_scale = scale / max(cos(radians((south + north) / 2)), 0.1)
    return _Frame(west, north, scale, south_scale), max(1, round((north - south) * south_scale))


def _shape(region: Region, shape: BaseGeometry, frame: _Frame) -> Shape:
    simple = shape.simplify(HALF_PIXEL / frame.east_scale, preserve_topology=True)
    inside = shape.representative_point()
    x, y = frame.put(inside.x, inside.y)
    return Shape(region, "".join(_ring(ring, frame) for ring in _rings(simple)), round(x, 1), round(y, 1))


def _rings(shape: BaseGeometry) -> Iterator[list[tuple[float, float]]]:
    for part in getattr(shape, "geoms", [shape]):
        if part.geom_type == "Polygon":
            yield list(part.exterior.coords)
            yield from (list(hole.coords) for hole in part.interiors)


def _ring(coordinates: list[tuple[float, float]], frame: _Frame) -> str:
    points = [frame.put(*point[:2]) for point in coordinates]
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "Z"
