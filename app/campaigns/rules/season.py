"""A made-up season: when units are scanned, by whom and where. Equal seeds give equal seasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

UNKNOWN = -1
DAY_SECONDS = 86_400
HOUR_SECONDS = 3_600
SHANGHAI_SECONDS = 8 * HOUR_SECONDS
RAMP_DAYS = 12.0  # scans rise for about two weeks after the goods are out, then thin out
WEEKEND = 1.3
SCANS_PER_PERSON = 4.0
RETURNING = 0.3
OPENED = 0.85
# How the hours of a day share its scans: lunch, dinner, hardly anybody at night.
HOURS = np.array([4, 2, 1, 1, 1, 2, 5, 10, 16, 22, 28, 44, 50, 40, 30, 28, 30, 40, 56, 62, 54, 40, 24, 10], float)


@dataclass(frozen=True, slots=True)
class Place:
    """A shop, its dealer and its county."""

    terminal_id: int
    dealer_id: int
    county: str


@dataclass(frozen=True, slots=True)
class Season:
    """Scans in the order of time, one array for each fact; `UNKNOWN` where nobody knows.

    ``codes`` are indexes of the draw, ``seconds`` count from 1970 UTC, ``linked`` says that shop and dealer are
    paid with the prize, ``returning`` that the person has won of the brand before the season.
    """

    seconds: NDArray[np.int64]
    codes: NDArray[np.int64]
    persons: NDArray[np.int64]
    terminals: NDArray[np.int64]
    dealers: NDArray[np.int64]
    counties: NDArray[np.int64]
    linked: NDArray[np.bool_]
    returning: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.seconds)


def arrival(days: int, first_weekday: int) -> NDArray[np.float64]:
    """The share of each day of a season; ``first_weekday`` is ISO."""
    day = np.arange(days, dtype=float)
    weekend = (day + first_weekday - 1) % 7 >= 5  # noqa: PLR2004  # Saturday and Sunday
    weights = (day + 1) * np.exp(-day / RAMP_DAYS) * np.where(weekend, WEEKEND, 1.0) + 0.05
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares


def make_season(
    *, seed: int, starts_at: datetime, days: int, codes: int, scans: int, places: Sequence[Place]
) -> Season:
    """``scans`` of different codes of a draw over ``codes``, spread over the days and the places by the seed."""
    chance = np.random.default_rng(seed)
    seconds = _moments(chance, starts_at, days, scans)
    persons = chance.integers(0, max(1, round(scans / SCANS_PER_PERSON)), scans)
    where = chance.integers(0, max(1, len(places)), scans)
    opened = chance.random(scans) < (OPENED if places else 0.0)
    columns = np.array(
        [(place.terminal_id, place.dealer_id, int(place.county)) for place in places] or [(UNKNOWN,) * 3], np.int64
    )[where]
    return Season(
        seconds=seconds,
        codes=_different(chance, codes, scans),
        persons=persons,
        terminals=np.where(opened, columns[:, 0], UNKNOWN),
        dealers=columns[:, 1],
        counties=np.where(opened, columns[:, 2], UNKNOWN),
        linked=opened,
        returning=(persons * 2_654_435_761) % 1_000 < RETURNING * 1_000,
    )


def _moments(chance: np.random.Generator, starts_at: datetime, days: int, scans: int) -> NDArray[np.int64]:
    start = int(starts_at.timestamp()) + SHANGHAI_SECONDS
    midnight = start - start % DAY_SECONDS
    first_weekday = (midnight // DAY_SECONDS + 3) % 7 + 1
    day = chance.choice(days, scans, p=arrival(days, first_weekday))
    hour = chance.choice(24, scans, p=HOURS / HOURS.sum())
    moments = midnight - SHANGHAI_SECONDS + day * DAY_SECONDS + hour * HOUR_SECONDS
    sorted_moments: NDArray[np.int64] = np.sort(moments + chance.integers(0, HOUR_SECONDS, scans))
    return sorted_moments


def _different(chance: np.random.Generator, codes: int, scans: int) -> NDArray[np.int64]:
    """Indexes without repetition, in no order: x → a·x + b over a prime-free stride of the codes."""
    stride = int(codes * 0.6180339887) | 1
    while np.gcd(stride, codes) != 1:
        stride += 2
    offset = int(chance.integers(0, codes))
    return (np.arange(scans, dtype=np.int64) * stride + offset) % codes
