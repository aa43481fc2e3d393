"""Names and connections of dealers and terminals, held compactly enough for every process."""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

SCOPES: Mapping[str, str] = {"owner": "terminal", "clerk": "terminal", "salesman": "dealer", "dealer": "dealer"}
TERMINAL_ROLES = ("owner", "clerk")
DEGREE = 1_000_000


@dataclass(frozen=True, slots=True)
class TerminalTable:
    """Terminals ordered by id in flat arrays: about 54 bytes each, found by a binary search."""

    ids: "array[int]"
    dealer_ids: "array[int]"
    ends: "array[int]"
    names: bytes
    counties: "array[int]"

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, str, str]]) -> Self:
        """From ``(terminal_id, dealer_id, name, county)``, ordered by terminal."""
        ids, dealer_ids, ends, names, counties = array("q"), array("q"), array("q"), bytearray(), array("i")
        for terminal_id, dealer_id, name, county in rows:
            ids.append(terminal_id)
            dealer_ids.append(dealer_id)
            names += name.encode()
            ends.append(len(names))
            counties.append(int(county))
        return cls(ids, dealer_ids, ends, bytes(names), counties)

    def __len__(self) -> int:
        return len(self.ids)

    def position(self, terminal_id: int) -> int | None:
        at = bisect_left(self.ids, terminal_id)
        return at if at < len(self.ids) and self.ids[at] == terminal_id else None

    def name_at(self, position: int) -> str:
        start = self.ends[position - 1] if position else 0
        return self.names[start : self.ends[position]].decode()

    def county_at(self, position: int) -> str:
        return f"{self.counties[position]:06}"


@dataclass(frozen=True, slots=True)
class Directory:
    """Every dealer and terminal of a brand, as far as a claim needs to know them.

    Names cover closed dealers and terminals too, because old sales still name them; `county_dealers` holds
    active dealers only.
    """

    house_dealer_id: int | None
    dealer_names: Mapping[int, str]
    county_dealers: Mapping[str, int]
    terminals: TerminalTable

    def dealer_name(self, dealer_id: int) -> str | None:
        return self.dealer_names.get(dealer_id)

    def terminal_name(self, terminal_id: int) -> str | None:
        position = self.terminals.position(terminal_id)
        return None if position is None else self.terminals.name_at(position)

    def dealer_of_terminal(self, terminal_id: int) -> int | None:
        position = self.terminals.position(terminal_id)
        return None if position is None else self.terminals.dealer_ids[position]

    def county_of_terminal(self, terminal_id: int) -> str | None:
        position = self.terminals.position(terminal_id)
        return None if position is None else self.terminals.county_at(position)

    def counties_of_dealer(self, dealer_id: int) -> tuple[str, ...]:
        """The counties an active dealer is authorised for now, in order."""
        return tuple(sorted(county for county, holder in self.county_dealers.items() if holder == dealer_id))

    def dealer_of_county(self, county: str | None) -> int | None:
        return None if county is None else self.county_dealers.get(county)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a shop is, in millionths of a degree (WGS 84)."""

    latitude_e6: int
    longitude_e6: int

    @classmethod
    def of(cls, latitude: float, longitude: float) -> Self:
        return cls(round(latitude * DEGREE), round(longitude * DEGREE))


@dataclass(frozen=True, slots=True)
class Named:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class DealerFacts:
    """A dealer as the console shows it, with its counties in order."""

    id: int
    name: str
    house: bool
    state: str
    counties: Sequence[str]


@dataclass(frozen=True, slots=True)
class TerminalFacts:
    """A shop as the screens show it; its place in degrees (WGS 84)."""

    id: int
    name: str
    dealer: Named
    address: str
    county: str
    latitude: float | None
    longitude: float | None
    phone: str | None
    state: str


def degrees(millionths: int | None) -> float | None:
    return None if millionths is None else millionths / DEGREE


def photo_name(photo_id: int) -> str:
    """Where a registration's photo lies among the brand's files."""
    return f"shop_photos/{photo_id}.jpg"


def pick_own(owned: Collection[int], asked: int | None) -> int | None:
    """The one of the owned ids that was asked for; without asking, the only one; None when unclear."""
    if asked is not None:
        return asked if asked in owned else None
    return next(iter(owned)) if len(owned) == 1 else None
