"""The round of the job: new sightings become votes, votes beyond chance become findings."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from app import channel, codes, custody
from app.diversion.actions.findings import Finding, month_of, scope_of, write_down
from app.diversion.actions.judging import judge_lots
from app.diversion.models import Mark, VoteRow
from app.diversion.rules import Areas, Piece, Vote, first_votes
from app.kit import clock
from app.kit.database import raw
from app.kit.ids import new_id

BATCH = 500
CONSUMER_KINDS = frozenset({"query", "claim"})
ONLY = 1
VOTE_COLUMNS = tuple(field.name for field in fields(Vote))
# Columns travel as arrays: a statement with five hundred rows of parameters takes longer to write than to run.
KEEP = """
INSERT INTO diversion_vote AS known (brand_id, id, code_no, case_no, pallet_no, shipment_id, dealer_id,
    person_id, device, county, far, seen_on, week_on)
SELECT %(brand_id)s, vote.* FROM unnest(
    %(id)s::bigint[], %(code_no)s::bigint[], %(case_no)s::bigint[], %(pallet_no)s::bigint[],
    %(shipment_id)s::bigint[], %(dealer_id)s::bigint[], %(person_id)s::bigint[], %(device)s::text[],
    %(county)s::text[], %(far)s::boolean[], %(on)s::date[], %(week_on)s::date[]
) vote
ON CONFLICT (brand_id, code_no) DO UPDATE SET
    far = known.far AND excluded.far,
    person_id = CASE WHEN known.person_id IS NULL AND known.device = excluded.device
        THEN excluded.person_id ELSE known.person_id END
WHERE known.dealer_id = excluded.dealer_id"""


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
    judge_lots(session, [vote for vote in votes if vote.far], areas, at=at)
    openings = custody.foreign_openings_between(session, after=after, upto=upto)
    write_down(session, _opened_elsewhere(session, openings, areas), at=at)
    session.execute(update(Mark).where(Mark.id == ONLY).values(read_to=upto))
    return more


def _take_turn(session: Session) -> int:
    """Where the last round ended; its row stays locked, so rounds of a brand follow one another."""
    fresh = {"brand_id": session.info["brand_id"], "id": ONLY, "read_to": 0, "pooled_to": 0}
    session.execute(insert_or_skip(Mark).values(fresh).on_conflict_do_nothing())
    return session.scalars(select(Mark.read_to).where(Mark.id == ONLY).with_for_update()).one()


def weeks_to_pool(session: Session) -> tuple[int, list[tuple[int, date]]]:
    """Dealers and weeks that have got distant votes since the last time, and the id that `mark_pooled` takes."""
    pooled_to = session.scalar(select(Mark.pooled_to).where(Mark.id == ONLY)) or 0
    fresh = VoteRow.id > pooled_to
    weeks = select(VoteRow.dealer_id, VoteRow.week_on).where(fresh, VoteRow.far).distinct()
    ordered = weeks.order_by(VoteRow.dealer_id, VoteRow.week_on)
    upto = session.scalar(select(func.max(VoteRow.id)).where(fresh)) or pooled_to
    return upto, [(dealer_id, week_on) for dealer_id, week_on in session.execute(ordered)]


def mark_pooled(session: Session, upto: int) -> None:
    session.execute(update(Mark).where(Mark.id == ONLY).values(pooled_to=upto))


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
    columns = {name: [getattr(vote, name) for vote in votes] for name in VOTE_COLUMNS}
    columns["id"] = [new_id() for _ in votes]
    columns["week_on"] = [week_of(vote.on) for vote in votes]
    raw(session).execute(KEEP, columns | {"brand_id": session.info["brand_id"]})


def week_of(day: date) -> date:
    """The Monday of a day."""
    return day - timedelta(days=day.weekday())


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
