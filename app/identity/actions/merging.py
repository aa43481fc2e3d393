from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.identity.events import PersonsMerged
from app.identity.models import MergeRow, PersonRow, PlatformAccountRow, UnionKeyRow
from app.identity.queries import roles_of, surviving_person
from app.kit import outbox
from app.kit.cache import bump

STRAGGLERS = timedelta(minutes=1)


def merge_persons(session: Session, *, one: int, other: int, reason: str, at: datetime) -> int:
    """Make one person of two; the older survives, whose id is returned. Merging the same two again does nothing.

    Platform accounts and union keys move; everything else keeps its row and is found through `merged_into`.
    Tokens of both die: the next refresh speaks for the survivor, with the roles of both.
    """
    _lock(session, one, other)
    one, other = surviving_person(session, one), surviving_person(session, other)
    if one == other:
        return one
    survivor, absorbed = sorted((one, other))  # ids are ordered by time
    _move(session, absorbed=absorbed, survivor=survivor)
    session.add(MergeRow(person_id=absorbed, survivor_id=survivor, reason=reason, at=at))
    session.flush()
    if roles_of(session, absorbed):
        bump(session, session.info["brand_id"])  # processes remember whom a terminal's commission is paid to
    _publish(session, absorbed=absorbed, survivor=survivor, at=at)
    return survivor


def _publish(session: Session, *, absorbed: int, survivor: int, at: datetime) -> None:
    """Once for now and once for later: a payment to the absorbed person may still be under way elsewhere.

    No transaction lives as long as `STRAGGLERS`, so the second round finds whatever the first was too early for.
    """
    for cause, due_at in ((f"merge:{absorbed}", at), (f"merge:{absorbed}:stragglers", at + STRAGGLERS)):
        event = PersonsMerged(cause=cause, person_id=absorbed, survivor_id=survivor, at=at)
        outbox.publish(session, event, at=due_at)


def _lock(session: Session, one: int, other: int) -> None:
    """Both persons and whoever lives on in them, in id order; again when a merge came in between."""
    wanted = {one, other}
    while True:
        rows = session.execute(
            select(PersonRow.id, PersonRow.merged_into)
            .where(or_(PersonRow.id.in_(wanted), PersonRow.merged_into.in_(wanted)))
            .order_by(PersonRow.id)
            .with_for_update()
        )
        needed = wanted | {merged_into for _, merged_into in rows if merged_into}
        if needed == wanted:
            return
        wanted = needed


def _move(session: Session, *, absorbed: int, survivor: int) -> None:
    session.execute(
        update(PersonRow)
        .where(or_(PersonRow.id == absorbed, PersonRow.merged_into == absorbed))
        .values(merged_into=survivor)
    )
    session.execute(
        update(PersonRow)
        .where(PersonRow.id.in_((absorbed, survivor)))
        .values(token_generation=PersonRow.token_generation + 1)
    )
    for table in (PlatformAccountRow, UnionKeyRow):
        session.execute(update(table).where(table.person_id == absorbed).values(person_id=survivor))
