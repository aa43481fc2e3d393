"""The way of a code as a consumer may read it: days, regions, and no name but that of the shop that opened it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.trace.rules.records import Piece

TO_DEALERS = frozenset({"shipped", "transferred", "received"})
OF_PACKS = TO_DEALERS | {"packed", "delivered", "returned", "opened"}
TOLD = OF_PACKS | {"minted", "activated", "void"}


@dataclass(frozen=True, slots=True)
class Place:
    """A county and the city it belongs to, by name."""

    county: str
    city: str


@dataclass(frozen=True, slots=True)
class Stop:
    """One step of the way; ``where`` is a county or a city, ``shop`` only where a shop opened the goods."""

    kind: str
    at: datetime
    where: str | None = None
    shop: str | None = None


def area(places: Iterable[Place]) -> str | None:
    """Places in so few words that they name nobody: the county, or the city that all are in; else nothing."""
    known = list(places)
    if len(known) == 1:
        return known[0].county
    cities = {place.city for place in known}
    return cities.pop() if len(cities) == 1 else None


def stops(
    code_no: int,
    pieces: Iterable[tuple[int, Piece]],
    *,
    dealers: Mapping[int, str | None],
    shops: Mapping[int, tuple[str | None, str | None]],
) -> list[Stop]:
    """The steps of a code's way, oldest first; of its packs only how they moved, and the same step once.

    ``dealers`` gives their areas, ``shops`` their names and counties.
    """
    way: list[Stop] = []
    for no, piece in pieces:
        record = piece.record
        if record.kind not in (TOLD if no == code_no else OF_PACKS) or piece.parent_no == code_no:
            continue
        shop, county = shops.get(record.terminal_id or 0, (None, None))
        area_of_dealer = dealers.get(record.dealer_id or 0) if record.kind in TO_DEALERS else None
        stop = Stop(record.kind, record.at, county or area_of_dealer, shop if record.kind == "opened" else None)
        if stop not in way:
            way.append(stop)
    return way
