"""The votes of lots, and what a window of days saw in each county."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.diversion.models import VoteRow
from app.diversion.rules import Vote

COLUMNS = (
    VoteRow.code_no,
    VoteRow.case_no,
    VoteRow.pallet_no,
    VoteRow.shipment_id,
    VoteRow.dealer_id,
    VoteRow.person_id,
    VoteRow.device,
    VoteRow.county,
    VoteRow.far,
    VoteRow.seen_on.label("on"),
)
Lots = Mapping[tuple[int, int], list[Vote]]


def votes_of_cases(session: Session, case_nos: Collection[int]) -> Lots:
    """All votes of these cases, by dealer and case."""
    return _grouped(_votes(session, VoteRow.case_no.in_(case_nos)), "case_no")


def votes_of_pallets(session: Session, pallet_nos: Collection[int]) -> Lots:
    """All votes of these pallets, by dealer and pallet."""
    return _grouped(_votes(session, VoteRow.pallet_no.in_(pallet_nos)), "pallet_no")


def votes_of_week(session: Session, dealer_id: int, week_on: date) -> list[Vote]:
    return list(_votes(session, (VoteRow.dealer_id == dealer_id) & (VoteRow.week_on == week_on)))


def _votes(session: Session, condition: ColumnElement[bool]) -> Iterable[Vote]:
    rows = session.execute(select(*COLUMNS).where(condition).order_by(VoteRow.id))
    return (Vote(**row) for row in rows.mappings())


def _grouped(votes: Iterable[Vote], level: str) -> Lots:
    lots: dict[tuple[int, int], list[Vote]] = defaultdict(list)
    for vote in votes:
        lots[vote.dealer_id, getattr(vote, level)].append(vote)
    return lots


def scans_by_county(session: Session, since: date) -> dict[str, tuple[int, int]]:
    """Per county, how many codes were seen there since a day: by their own dealer's area, and far from it."""
    far = func.count().filter(VoteRow.far)
    statement = select(VoteRow.county, func.count() - far, far).where(VoteRow.seen_on >= since)
    return {county: (home, away) for county, home, away in session.execute(statement.group_by(VoteRow.county))}


def flows(session: Session, since: date, limit: int) -> list[tuple[int, str, int]]:
    """Dealer, distant county and number of codes, the largest flows first."""
    statement = select(VoteRow.dealer_id, VoteRow.county, func.count()).where(
        VoteRow.seen_on >= since, VoteRow.far
    )
    grouped = statement.group_by(VoteRow.dealer_id, VoteRow.county)
    ordered = grouped.order_by(func.count().desc(), VoteRow.dealer_id, VoteRow.county).limit(limit)
    return [(dealer_id, county, count) for dealer_id, county, count in session.execute(ordered)]
