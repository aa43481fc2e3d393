from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app import channel, custody
from app.diversion import schemas
from app.diversion.queries import flows, scans_by_county
from app.diversion.routes.showing import county, dealer_named
from app.diversion.rules.drawing import Shape, draw
from app.kit import clock, regions
from app.kit.http import blueprint, brand_id, contract
from app.kit.transaction import transaction

console = blueprint("diversion_map", __name__, "console")
MOST_FLOWS = 50


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of the counties of a brand."""

    directory: channel.Directory
    held: Mapping[int, Mapping[str, int]]
    scans: Mapping[str, tuple[int, int]]

    @property
    def counties(self) -> frozenset[str]:
        return frozenset(self.directory.county_dealers) | frozenset(self.scans)


@console.get("/diversion-map")
@contract(query=schemas.MapQuery, returns=schemas.MapSchema)
def show_map(*, days: int) -> dict[str, Any]:
    """流向地图: 各区县的授权、货物与扫码"""
    since = clock.business_day(clock.now()) - timedelta(days=days - 1)
    directory = channel.directory(brand_id())
    with transaction(brand_id()) as session:
        facts = _Facts(directory, custody.held_by_dealer(session), scans_by_county(session, since))
        largest = flows(session, since, MOST_FLOWS)
    atlas = regions.atlas()
    around = frozenset().union(*(atlas.neighbours(code) for code in facts.counties))
    drawing = draw(atlas, facts.counties | around)
    shapes = {shape.region.code: shape for shape in drawing.shapes}
    return {
        "width": drawing.width,
        "height": drawing.height,
        "counties": [_county(code, shapes.get(code), facts) for code in sorted(facts.counties | shapes.keys())],
        "flows": [
            {"dealer": dealer_named(directory, dealer_id), "county": county(code), "scans": count}
            for dealer_id, code, count in largest
        ],
    }


def _county(code: str, shape: Shape | None, facts: _Facts) -> dict[str, Any]:
    region, dealer_id = county(code), facts.directory.dealer_of_county(code)
    own, far = facts.scans.get(code, (0, 0))
    return {
        "code": code,
        "name": region.name if region else code,
        "city": region.city if region else "",
        "path": shape.path if shape else None,
        "x": shape.x if shape else None,
        "y": shape.y if shape else None,
        "dealer": dealer_named(facts.directory, dealer_id),
        "held": facts.held.get(dealer_id, {}) if dealer_id is not None else {},
        "scans_own": own,
        "scans_far": far,
    }
