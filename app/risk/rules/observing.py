"""What risk remembers of a code that somebody asked for, and the windows it is looked at through."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import Literal

Kind = Literal["claim", "held", "look", "leak", "canary", "guess"]
KINDS = ("claim", "held", "look", "leak", "canary", "guess")
ASKED = frozenset(("claim", "held"))
HOUR, DAY, WEEK, MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=30)
NIGHT_UTC = range(17, 21)  # one to five in the morning, Shanghai
EARTH_KM = 6371.0
UNPACKED_BITS = 5  # codes without a case are taken by 32 neighbours
BLOCK_BITS = (
    10  # cases that were packed one after the other: what a thief of goods or of a print file goes through
)
MANY_OF_A_CASE = 8
NEAR_DEGREES = 0.7  # less than any jump


@dataclass(frozen=True, slots=True)
class Seen:
    """One observation. A ``held`` claim was refused or put off; a ``look`` asked without claiming.

    ``far`` says whether it was asked for away from where the goods were shipped, ``handled`` whether another
    device had asked for the code before, ``bare`` that nobody had looked at it before claiming, ``unsold`` that no
    shop has opened its case; None where that is not known. ``pack`` is `pack_of`; places are in degrees.
    """

    kind: Kind
    at: datetime
    code_no: int
    pack: int
    person_id: int | None = None
    device: str | None = None
    address: str | None = None
    dealer_id: int | None = None
    far: bool | None = None
    handled: bool | None = None
    bare: bool = False
    unsold: bool = False
    age_days: int | None = None
    place: tuple[float, float] | None = None


def pack_of(code_no: int, case_no: int | None) -> int:
    """The case; where it is not known, the neighbourhood of numbers, which can be no case's number."""
    return case_no if case_no is not None else -1 - (code_no >> UNPACKED_BITS)


def block_of(code_no: int) -> int:
    return code_no >> BLOCK_BITS


@dataclass(frozen=True, slots=True)
class Asked:
    """The codes that a subject has asked to be paid for, each once, at its latest time, the oldest first."""

    lasts: tuple[Seen, ...]
    first_at: datetime | None

    @classmethod
    def of(cls, history: Iterable[Seen]) -> "Asked":
        """Trying a code again does not make it two; but who brings a bag of caps again has brought it again."""
        asked = [seen for seen in history if seen.kind in ASKED]
        lasts = {seen.code_no: seen for seen in asked}
        return cls(tuple(sorted(lasts.values(), key=lambda seen: seen.at)), asked[0].at if asked else None)

    def since(self, at: datetime, window: timedelta) -> Sequence[Seen]:
        return self.lasts[bisect_right(self.lasts, at - window, key=lambda seen: seen.at) :]


def packs(seen: Iterable[Seen]) -> int:
    return len({one.pack for one in seen})


def scattered(seen: Iterable[Seen]) -> int:
    """Of how many cases only a few codes were asked for."""
    counts = Counter(one.pack for one in seen)
    return sum(count < MANY_OF_A_CASE for count in counts.values())


def whole_packs(seen: Iterable[Seen], *, codes: int) -> int:
    """Of how many cases so many codes or more were asked for."""
    counts = Counter(one.pack for one in seen)
    return sum(count >= codes for count in counts.values())


def longest_run(seen: Iterable[Seen]) -> int:
    """How many code numbers follow each other without a gap."""
    longest = run = 0
    before = None
    for number in sorted({one.code_no for one in seen}):
        run = run + 1 if before is not None and number == before + 1 else 1
        longest, before = max(longest, run), number
    return longest


def jumps(seen: Sequence[Seen], *, km_per_hour: int, least_km: int = 100) -> int:
    """How often somebody was at two places faster than one can travel."""
    placed = [one for one in seen if one.place is not None]
    return sum(_is_jump(one, other, km_per_hour, least_km) for one, other in pairwise(placed))


def _is_jump(one: Seen, other: Seen, km_per_hour: int, least_km: int) -> bool:
    if one.place is None or other.place is None or _is_near(one.place, other.place):
        return False
    far, hours = km(one.place, other.place), (other.at - one.at).total_seconds() / 3600
    return far >= least_km and far > km_per_hour * hours


def _is_near(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) < NEAR_DEGREES and abs(one[1] - other[1]) < NEAR_DEGREES


def km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The great-circle distance, by the haversine formula."""
    north, east = radians(other[0] - one[0]), radians(other[1] - one[1])
    chord = sin(north / 2) ** 2 + cos(radians(one[0])) * cos(radians(other[0])) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, chord)))


def is_at_night(at: datetime) -> bool:
    return at.hour in NIGHT_UTC
