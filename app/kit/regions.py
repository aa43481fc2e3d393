"""Regions of the map: which one holds a place, what it is called, which ones touch it.

The operator names a GeoJSON file (RFC 7946) whose features are regions: properties ``code`` (GB/T 2260 county),
``name`` and ``city``, polygons in WGS 84. Without a file, or outside of it, a place is in no known region: nothing
else fails.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from shapely import STRtree, from_geojson
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

TOUCHING_DEGREES = 0.001  # about 100 m: borders of public files do not meet exactly


class InvalidRegions(ValueError):
    """The file is no GeoJSON of regions."""


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    name: str
    city: str


@dataclass(frozen=True)
class Atlas:
    """All regions of the file, found by place or by code."""

    regions: tuple[Region, ...] = ()
    shapes: tuple[BaseGeometry, ...] = field(default=(), repr=False)

    @cached_property
    def by_code(self) -> Mapping[str, Region]:
        return {region.code: region for region in self.regions}

    @cached_property
    def _tree(self) -> STRtree:
        return STRtree(self.shapes)

    @cached_property
    def _neighbours(self) -> Mapping[str, frozenset[str]]:
        near = {
            region.code: self._tree.query(shape, predicate="dwithin", distance=TOUCHING_DEGREES)
            for region, shape in zip(self.regions, self.shapes, strict=True)
        }
        return {
            code: frozenset(self.regions[index].code for index in found) - {code} for code, found in near.items()
        }

    def at(self, latitude_e6: int, longitude_e6: int) -> Region | None:
        """The region that holds a place in millionths of a degree; None where the file has none."""
        point = Point(longitude_e6 / 1e6, latitude_e6 / 1e6)
        found = self._tree.query(point, predicate="intersects")
        return self.regions[found[0]] if len(found) else None

    def neighbours(self, code: str) -> frozenset[str]:
        """The codes of the regions that touch this one."""
        return self._neighbours.get(code, frozenset())


_atlas: list[Atlas] = [Atlas()]


def use_file(path: Path | None) -> None:
    """Called once by the factory; raises `InvalidRegions`."""
    _atlas[:] = [read_atlas(path) if path else Atlas()]


def atlas() -> Atlas:
    return _atlas[0]


def read_atlas(path: Path) -> Atlas:
    """Raises `InvalidRegions` with what is wrong."""
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        regions = tuple(_region(feature["properties"]) for feature in features)
        shapes = tuple(from_geojson(json.dumps(feature["geometry"])) for feature in features)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidRegions(f"{path} is no GeoJSON of regions: {error!r}") from error
    return Atlas(regions, shapes)


def _region(properties: Mapping[str, Any]) -> Region:
    return Region(str(properties["code"]), str(properties["name"]), str(properties["city"]))
