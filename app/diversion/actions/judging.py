"""Lots beyond chance, written down as findings; and the weeks of dealers, which pool what no file explains."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from app.diversion.actions.findings import Finding, month_of, scope_of, write_down
from app.diversion.queries import (
    MILLION,
    Lots,
    policy,
    scopes_on_file,
    votes_of_cases,
    votes_of_pallets,
    votes_of_week,
)
from app.diversion.rules import Areas, Piece, Tally, Vote, alarm_at, is_flagged, tail, tally
from app.kit import clock

MOST_COUNTS = 300
Level = Literal["case", "pallet", "dealer_week"]


@dataclass(frozen=True, slots=True)
class Bench:
    """What a round judges by."""

    areas: Areas
    noise_ppm: int
    at: datetime

    @property
    def noise(self) -> float:
        return self.noise_ppm / MILLION


def judge_lots(session: Session, far: Sequence[Vote], areas: Areas, *, at: datetime) -> None:
    """Look again at every case and pallet that has got a distant vote."""
    bench = Bench(areas, policy(session).noise_ppm, at)
    cases = votes_of_cases(session, {vote.case_no for vote in far if vote.case_no is not None})
    pallets = votes_of_pallets(session, {vote.pallet_no for vote in far if vote.pallet_no is not None})
    found = [*_beyond_chance("case", cases, bench), *_beyond_chance("pallet", pallets, bench)]
    write_down(session, found, at=at)


def judge_week(session: Session, areas: Areas, *, dealer_id: int, week_on: date, at: datetime) -> None:
    """Look again at all of a dealer's goods of a week, but those that have a file of their own."""
    bench = Bench(areas, policy(session).noise_ppm, at)
    pooled = {(dealer_id, week_on.toordinal()): _unexplained(session, dealer_id, week_on)}
    write_down(session, _beyond_chance("dealer_week", pooled, bench), at=at)


def _unexplained(session: Session, dealer_id: int, week_on: date) -> list[Vote]:
    """No scan accuses twice."""
    on_file = scopes_on_file(session, dealer_id)
    votes = votes_of_week(session, dealer_id, week_on)
    return [vote for vote in votes if scope_of(vote.pallet_no, vote.shipment_id) not in on_file]


def _beyond_chance(level: Level, lots: Lots, bench: Bench) -> Iterator[Finding]:
    for (_, subject), votes in lots.items():
        counted = tally(votes)
        if _is_pattern(level, counted, bench):
            yield _finding(level, subject, votes[0], counted, bench)


def _is_pattern(level: Level, counted: Tally, bench: Bench) -> bool:
    by_consumers = is_flagged(level, seen=counted.seen, far=counted.far, noise=bench.noise)
    return by_consumers and is_flagged(level, seen=counted.occasions, far=counted.far_occasions, noise=bench.noise)


def _finding(level: Level, subject: int, vote: Vote, counted: Tally, bench: Bench) -> Finding:
    weekly = level == "dealer_week"
    scope, scope_no = ("week", subject) if weekly else scope_of(vote.pallet_no, vote.shipment_id)
    chance = tail(counted.seen, counted.far, bench.noise)
    return Finding(
        cause=f"{level}:{vote.dealer_id}:{subject}:{clock.business_day(bench.at)}",
        dealer_id=vote.dealer_id,
        piece=Piece(level, subject, counted.seen, counted.far, chance, counted.concentration),
        scope=scope,
        scope_no=scope_no,
        period_on=date.fromordinal(subject) if weekly else month_of(bench.at),
        shipment_id=None if weekly else vote.shipment_id,
        noise_ppm=bench.noise_ppm,
        facts=_figures(level, counted, bench) | {"own": sorted(bench.areas.counties(vote.dealer_id, bench.at))},
    )


def _figures(level: Level, counted: Tally, bench: Bench) -> dict[str, Any]:
    """By county and day, the largest first: nothing that names a consumer."""
    listed = sorted(counted.counts, key=lambda count: (-count.far, -count.consumers, count.county, count.on))
    return {
        "alarm_at": alarm_at(level, counted.seen, noise=bench.noise),
        "counts": [asdict(count) | {"on": count.on.isoformat()} for count in listed[:MOST_COUNTS]],
    }
