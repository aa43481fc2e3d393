"""From scans to consumers: a bottle has one vote, a person counts once, and in doubt for the dealer."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Vote:
    """What one code says: where its first consumer was.

    One vote a code, because a copied code is scanned by many; who copies codes is no matter of the dealer's.
    ``far`` falls for good as soon as anybody sees the code at home.
    """

    code_no: int
    case_no: int | None
    pallet_no: int | None
    shipment_id: int
    dealer_id: int
    person_id: int | None
    device: str | None
    county: str
    far: bool
    on: date

    def joined(self, later: "Vote") -> "Vote":
        """The vote after another sighting of its code; a person who signs in later stays one consumer."""
        if later.dealer_id != self.dealer_id:
            return self
        same = self.device is not None and self.device == later.device
        person_id = later.person_id if self.person_id is None and same else self.person_id
        return replace(self, far=self.far and later.far, person_id=person_id)


@dataclass(frozen=True, slots=True)
class Count:
    """Distinct consumers of one county and day: all that anybody outside the brand learns of them."""

    county: str
    on: date
    far: bool
    consumers: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Distinct consumers of a lot, how many of them far away, by county and day of their first scan.

    Guests of one banquet are many consumers and one occasion: what came out of one case, in one county, on one
    day. Chance is judged by consumers and by occasions, and both must be beyond it.
    """

    seen: int
    far: int
    occasions: int
    far_occasions: int
    counts: tuple[Count, ...]

    @property
    def concentration(self) -> float:
        """The share of the county with most of the distant consumers: chance scatters, a lorry does not."""
        by_county: Counter[str] = Counter()
        for count in self.counts:
            if count.far:
                by_county[count.county] += count.consumers
        return max(by_county.values(), default=0) / max(self.far, 1)


def first_votes(votes: Iterable[Vote]) -> list[Vote]:
    """One vote a code, from votes in the order of their sightings."""
    joined: dict[int, Vote] = {}
    for vote in votes:
        known = joined.get(vote.code_no)
        joined[vote.code_no] = known.joined(vote) if known else vote
    return list(joined.values())


def tally(votes: Sequence[Vote]) -> Tally:
    """Count the consumers behind votes; one with any bottle at home is at home."""
    firsts = [_first(mine) for mine in _by_consumer(votes)]
    counts = Counter((vote.county, vote.on, vote.far) for vote in firsts)
    occasions = {(vote.case_no or vote.code_no, vote.county, vote.on, vote.far) for vote in firsts}
    return Tally(
        seen=len(firsts),
        far=sum(vote.far for vote in firsts),
        occasions=len(occasions),
        far_occasions=sum(far for *_, far in occasions),
        counts=tuple(Count(county, on, far, count) for (county, on, far), count in sorted(counts.items())),
    )


def _first(mine: Sequence[Vote]) -> Vote:
    """The vote that speaks for a consumer: the first one at home, else the first one."""
    return min(mine, key=lambda vote: (vote.far, vote.on, vote.code_no))


def _by_consumer(votes: Sequence[Vote]) -> list[list[Vote]]:
    """A device that was once signed in on belongs to its person."""
    owners: dict[str | None, int] = {
        vote.device: vote.person_id for vote in votes if vote.device and vote.person_id
    }
    consumers: dict[int | str, list[Vote]] = {}
    for vote in votes:
        who = vote.person_id or owners.get(vote.device) or vote.device
        if who is not None:
            consumers.setdefault(who, []).append(vote)
    return list(consumers.values())
