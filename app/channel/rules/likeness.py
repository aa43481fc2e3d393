"""When two shops may be one: by what they are called, where they stand, which phone they answer."""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EARTH_METRES = 6_371_009  # mean radius (IUGG)
NEAR_METRES = 80
ALIKE = 0.75
PHONE, PLACE, NAME = "phone", "place", "name"

# What many shops of a street are called besides their own name, longest first.
COMMON = (
    "有限责任公司",
    "副食品商店",
    "有限公司",
    "生活超市",
    "烟酒商行",
    "个体工商户",
    "经营部",
    "便利店",
    "便民店",
    "小卖部",
    "食杂店",
    "商行",
    "超市",
    "商店",
    "商贸",
    "百货",
    "烟酒",
    "副食",
    "店",
)


@dataclass(frozen=True, slots=True)
class Shop:
    """As much of a shop as the comparison needs; the place in millionths of a degree."""

    name: str
    latitude_e6: int | None
    longitude_e6: int | None
    phone_hash: bytes | None


def normalised(name: str) -> str:
    """A name without width, case, spaces, marks and the words that every shop has; never empty for a name."""
    letters = "".join(
        letter
        for letter in unicodedata.normalize("NFKC", name).casefold()
        if unicodedata.category(letter)[0] in "LN"
    )
    bare = letters
    for word in COMMON:
        bare = bare.replace(word, "")
    return bare or letters


def likeness(one: str, other: str) -> float:
    """How alike two names are, 0 to 1: Dice's coefficient over pairs of neighbouring letters."""
    first, second = normalised(one), normalised(other)
    if first == second:
        return 1.0 if first else 0.0
    pairs, others = _pairs(first), _pairs(second)
    total = pairs.total() + others.total()
    return 2 * (pairs & others).total() / total if total else 0.0


def _pairs(name: str) -> "Counter[str]":
    return Counter(name[index : index + 2] for index in range(len(name) - 1))


def metres_between(one: Shop, other: Shop) -> float | None:
    """The way along the surface of the earth (haversine); None where a place is unknown."""
    points = (one.latitude_e6, one.longitude_e6, other.latitude_e6, other.longitude_e6)
    if any(value is None for value in points):
        return None
    latitude, longitude, other_latitude, other_longitude = (math.radians((value or 0) / 1e6) for value in points)
    chord = (
        math.sin((other_latitude - latitude) / 2) ** 2
        + math.cos(latitude) * math.cos(other_latitude) * math.sin((other_longitude - longitude) / 2) ** 2
    )
    return 2 * EARTH_METRES * math.asin(min(1.0, math.sqrt(chord)))


def box_around(latitude_e6: int, longitude_e6: int) -> tuple[int, int, int, int]:
    """South, north, west, east of a box that holds every place within `NEAR_METRES`, with some to spare."""
    degree_e6 = 1_000_000 * 180 / (math.pi * EARTH_METRES)
    high = math.ceil(NEAR_METRES * degree_e6) + 1
    wide = math.ceil(high / max(0.01, math.cos(math.radians(latitude_e6 / 1e6)))) + 1
    return latitude_e6 - high, latitude_e6 + high, longitude_e6 - wide, longitude_e6 + wide


def reasons_of(one: Shop, other: Shop) -> tuple[str, ...]:
    """Why the two may be the same shop, the strongest first; empty when nothing speaks for it."""
    metres = metres_between(one, other)
    found = (
        (PHONE, one.phone_hash is not None and one.phone_hash == other.phone_hash),
        (PLACE, metres is not None and metres <= NEAR_METRES),
        (NAME, likeness(one.name, other.name) >= ALIKE),
    )
    return tuple(reason for reason, holds in found if holds)


def is_serious(reasons: Sequence[str]) -> bool:
    """One phone, or a name at the same place: hardly by chance."""
    return PHONE in reasons or {PLACE, NAME} <= set(reasons)


def any_serious(found: Iterable[Sequence[str]]) -> bool:
    return any(map(is_serious, found))
