"""Where a dealer may sell: its own counties, and, out of tolerance, the counties that touch them."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

Place = Literal["own", "near", "far"]


@dataclass(frozen=True, slots=True)
class Grant:
    """A county that a dealer is authorised for, from one instant to another; None is without end."""

    county: str
    since: datetime | None = None
    until: datetime | None = None

    def covers(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Areas:
    """Who was authorised where and when, which counties the map has, and which of them touch."""

    grants: Mapping[int, tuple[Grant, ...]]
    mapped: Container[str]
    neighbours: Callable[[str], frozenset[str]]

    @classmethod
    def of_today(
        cls,
        county_dealers: Iterable[tuple[str, int]],
        mapped: Container[str],
        neighbours: Callable[[str], frozenset[str]],
    ) -> Self:
        """From pairs of county and dealer, taken as valid at all times."""
        grants: dict[int, tuple[Grant, ...]] = {}
        for county, dealer_id in county_dealers:
            grants[dealer_id] = (*grants.get(dealer_id, ()), Grant(county))
        return cls(grants, mapped, neighbours)

    def counties(self, dealer_id: int, at: datetime) -> frozenset[str]:
        return frozenset(grant.county for grant in self.grants.get(dealer_id, ()) if grant.covers(at))

    def place(self, dealer_id: int, county: str | None, at: datetime) -> Place | None:
        """Where a county lies for a dealer; None where nothing can be held against it.

        That is an unknown county, a dealer that was given no area at the time, or one whose own counties the
        map does not have, so that nobody can tell which ones touch them.
        """
        own = self.counties(dealer_id, at)
        if county is None or not own:
            return None
        if county in own:
            return "own"
        if county not in self.mapped or not all(each in self.mapped for each in own):
            return None
        return "far" if self.neighbours(county).isdisjoint(own) else "near"
