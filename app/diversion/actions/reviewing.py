"""The round of the job: new sightings become votes, votes beyond chance become findings."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import and_, case, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from app import channel, codes, custody
from app.diversion.actions.findings import Finding, month_of, scope_of, write_down
from app.diversion.models import Mark, VoteRow
from app.diversion.queries import (
    MILLION,
    Lots,
    policy,
    scopes_on_file,
    votes_of_cases,
    votes_of_pallets,
    votes_of_week,
)
from app.diversion.rules import Areas, Piece, Tally, Vote, alarm_at, first_votes, is_flagged, tail, tally
from app.kit import clock
from app.kit.ids import new_id

BATCH = 500
CONSUMER_KINDS = frozenset({"query", "claim"})
MOST_COUNTS = 300
ONLY = 1
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


def review(session: Session, areas: Areas, *, before: int, at: datetime) -> bool:
    """Judge the next sightings and openings below the id ``before``; True when there are more.

    Everything of a round is one transaction with the mark it moves, so a round counts once or not at all.
    """
    after = _take_turn(session)
    sighted = custody.sightings_between(session, after=after, before=before, limit=BATCH)
    more = len(sighted) == BATCH
    upto = sighted[-1].id if more else max(before - 1, after)
    votes = first_votes(vote for seen in sighted if (vote := _vote(seen, areas)))
    _keep(session, votes)
    bench = Bench(areas, policy(session).noise_ppm, at)
    _judge(session, [vote for vote in votes if vote.far], bench)
    openings = custody.foreign_openings_between(session, after=after, upto=upto)
    write_down(session, _opened_elsewhere(session, openings, areas), at=at)
    session.execute(update(Mark).where(Mark.id == ONLY).values(read_to=upto))
    return more


def _take_turn(session: Session) -> int:
    """Where the last round ended; its row stays locked, so rounds of a brand follow one another."""
    fresh = {"brand_id": session.info["brand_id"], "id": ONLY, "read_to": 0}
    session.execute(insert_or_skip(Mark).values(fresh).on_conflict_do_nothing())
    return session.scalars(select(Mark.read_to).where(Mark.id == ONLY).with_for_update()).one()


def _vote(seen: custody.Sighted, areas: Areas) -> Vote | None:
    """The vote of a sighting, or None where it says nothing: by nobody, nowhere, of goods that nobody held."""
    if seen.kind not in CONSUMER_KINDS or (seen.person_id is None and seen.device is None):
        return None
    if seen.dealer_id is None or seen.shipment_id is None or seen.since is None or seen.at < seen.since:
        return None
    place = areas.place(seen.dealer_id, seen.county, seen.at)
    if place is None or seen.county is None:
        return None
    return Vote(
        code_no=seen.code_no,
        case_no=seen.pack("case"),
        pallet_no=seen.pack("pallet"),
        shipment_id=seen.shipment_id,
        dealer_id=seen.dealer_id,
        person_id=seen.person_id,
        device=seen.device,
        county=seen.county,
        far=place == "far",
        on=clock.business_day(seen.at),
    )


def _keep(session: Session, votes: Sequence[Vote]) -> None:
    """As `Vote.joined`, where a code has voted before."""
    if not votes:
        return
    statement = insert_or_skip(VoteRow).values([_row(session, vote) for vote in votes])
    new = statement.excluded
    signed_in = and_(VoteRow.person_id.is_(None), VoteRow.device == new.device)
    joined = statement.on_conflict_do_update(
        index_elements=[VoteRow.brand_id, VoteRow.code_no],
        set_={
            "far": VoteRow.far & new.far,
            "person_id": case((signed_in, new.person_id), else_=VoteRow.person_id),
        },
        where=VoteRow.dealer_id == new.dealer_id,
    )
    session.execute(joined)


def _row(session: Session, vote: Vote) -> dict[str, Any]:
    facts = asdict(vote)
    seen_on = facts.pop("on")
    return facts | {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "seen_on": seen_on,
        "week_on": week_of(seen_on),
    }


def week_of(day: date) -> date:
    """The Monday of a day."""
    return day - timedelta(days=day.weekday())


def _judge(session: Session, far: Sequence[Vote], bench: Bench) -> None:
    """Look again at every lot that has got a distant vote, from the smallest to the largest."""
    cases = votes_of_cases(session, {vote.case_no for vote in far if vote.case_no is not None})
    pallets = votes_of_pallets(session, {vote.pallet_no for vote in far if vote.pallet_no is not None})
    found = [*_beyond_chance("case", cases, bench), *_beyond_chance("pallet", pallets, bench)]
    write_down(session, found, at=bench.at)
    weeks = sorted({(vote.dealer_id, week_of(vote.on)) for vote in far})
    pooled = {(dealer_id, week.toordinal()): _unexplained(session, dealer_id, week) for dealer_id, week in weeks}
    write_down(session, _beyond_chance("dealer_week", pooled, bench), at=bench.at)


def _unexplained(session: Session, dealer_id: int, week_on: date) -> list[Vote]:
    """The votes of a dealer's week without the goods that have a file of their own: no scan accuses twice."""
    on_file = scopes_on_file(session, dealer_id)
    votes = votes_of_week(session, dealer_id, week_on)
    return [vote for vote in votes if scope_of(vote.pallet_no, vote.shipment_id) not in on_file]


def _beyond_chance(level: Level, lots: Lots, bench: Bench) -> Iterator[Finding]:
    for (_, subject), votes in lots.items():
        counted = tally(votes)
        if is_flagged(level, seen=counted.seen, far=counted.far, noise=bench.noise):
            yield _finding(level, subject, votes[0], counted, bench)


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


def _opened_elsewhere(
    session: Session, openings: Iterable[custody.ForeignOpening], areas: Areas
) -> Iterator[Finding]:
    for opened in openings:
        if not areas.counties(opened.dealer_id, opened.opened_at):
            continue
        goods = custody.lineage(session, opened.case_no)
        if goods.shipment_id is None:
            continue
        pallet_no = pack_of(session, (step.code_no for step in goods.path), "pallet")
        scope, scope_no = scope_of(pallet_no, goods.shipment_id)
        county = session.scalar(select(channel.Terminal.county).where(channel.Terminal.id == opened.terminal_id))
        yield Finding(
            cause=f"opening:{opened.case_no}",
            dealer_id=opened.dealer_id,
            piece=Piece("opening", opened.case_no),
            scope=scope,
            scope_no=scope_no,
            period_on=month_of(opened.opened_at),
            shipment_id=goods.shipment_id,
            noise_ppm=0,
            facts={
                "terminal_id": str(opened.terminal_id),
                "county": county,
                "at": opened.opened_at.isoformat(),
                "own": sorted(areas.counties(opened.dealer_id, opened.opened_at)),
            },
        )


def pack_of(session: Session, code_nos: Iterable[int], level: str) -> int | None:
    """The code of a level among a code and its packs."""
    for code_no in code_nos:
        batch = codes.batch_of(session, code_no)
        if batch is not None and batch.level == level:
            return code_no
    return None
