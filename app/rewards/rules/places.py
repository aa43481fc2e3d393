"""Where prizes go and where they can be fetched."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any, TypeVar

EARTH_METRES = 6_371_000
DEGREE = 1_000_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Address:
    """Whom goods are sent to; personal data, sealed wherever it rests."""

    name: str
    phone: str
    region: str
    street: str

    def masked(self) -> str:
        """Enough for its owner to know it again, and for nobody else to find them."""
        return f"{self.name[:1]}** {self.phone[:3]}****{self.phone[-4:]} {self.region}"[:80]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def metres(one: tuple[int, int], other: tuple[int, int]) -> int:
    """The distance of two places given in millionths of a degree (haversine)."""
    latitude, longitude, latitude_2, longitude_2 = (radians(value / DEGREE) for value in (*one, *other))
    half = sin((latitude_2 - latitude) / 2) ** 2
    half += cos(latitude) * cos(latitude_2) * sin((longitude_2 - longitude) / 2) ** 2
    return round(2 * EARTH_METRES * asin(sqrt(half)))


def nearest(shops: Iterable[tuple[T, int | None]], limit: int) -> list[tuple[T, int | None]]:
    """The nearest first; those whose distance nobody knows come last, as they came."""
    return sorted(shops, key=lambda shop: (shop[1] is None, shop[1] or 0))[:limit]
