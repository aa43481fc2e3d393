"""What is replayed, as values that a worker can have without pandas."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

MOST_QUANTITY = 24  # a line of more is fuel by the tenth of a gallon, or no goods at all

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Article:
    """What becomes a SKU, under the number of its product or least product, and what each of its units wins."""

    number: int
    kind: str
    spec: str
    prize_fen: int
    units: int


@dataclass(frozen=True, slots=True)
class Lines:
    """Purchase lines in the order of time: indexes into stores, households and articles; seconds since 1970."""

    store: Numbers
    household: Numbers
    article: Numbers
    quantity: Numbers
    at: Numbers


@dataclass(frozen=True, slots=True)
class Expected:
    """What the product must come to, by store id: sums over the data frame, which know nothing of codes."""

    units: dict[int, int]
    rewards_fen: dict[int, int]
    units_a_day: dict[date, dict[int, int]]

    @property
    def all_units(self) -> int:
        return sum(self.units.values())


@dataclass(frozen=True, slots=True)
class Purchases:
    """A slice of the data, ready to be replayed; `left_out` counts its lines that are not, by their reason."""

    stores: list[int]
    households: list[int]
    articles: list[Article]
    lines: Lines
    expected: Expected
    left_out: dict[str, int]
