"""Prizes that are not money, as their winners, shops and staff find them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.kit.cache import Versioned
from app.kit.paging import Page, page
from app.rewards.errors import UnknownGrant
from app.rewards.models import (
    Conflict,
    Day,
    Delivery,
    Grant,
    Presentation,
    Redemption,
    Refusal,
    SettingsRow,
)
from app.rewards.rules import TOLD_BEFORE, Settings


def grant_row(session: Session, grant_id: int, *, people: Sequence[int] | None = None) -> Grant:
    """A prize of one of the people (None: of anybody); raises `UnknownGrant`."""
    statement = select(Grant).where(Grant.id == grant_id)
    if people is not None:
        statement = statement.where(Grant.person_id.in_(people))
    row = session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise UnknownGrant
    return row


def grant_of_code(session: Session, code_no: int) -> Grant | None:
    return session.scalar(select(Grant).where(Grant.code_no == code_no))


def is_usable(at: datetime) -> ColumnElement[bool]:
    return or_(
        Grant.state == "ordered",
        and_(Grant.state == "won", Grant.expires_at > at),
        and_(Grant.kind == "points", Grant.state == "received", Grant.expires_at > at),
    )


def grants_of(
    session: Session, people: Sequence[int], *, which: str, at: datetime, cursor: str | None, limit: int
) -> Page[Grant]:
    """Prizes of a human, newest first: ``all``, ``usable``, or those that are ``expiring`` soon."""
    mine = select(Grant).where(Grant.person_id.in_(people))
    if which != "all":
        mine = mine.where(is_usable(at))
    if which == "expiring":
        mine = mine.where(Grant.state != "ordered", Grant.expires_at <= at + TOLD_BEFORE)
    return page(session, mine, Grant.id, cursor=cursor, limit=limit)


def grant_page(
    session: Session, *, state: str | None, kind: str | None, cursor: str | None, limit: int
) -> Page[Grant]:
    statement = select(Grant)
    if state:
        statement = statement.where(Grant.state == state)
    if kind:
        statement = statement.where(Grant.kind == kind)
    return page(session, statement, Grant.id, cursor=cursor, limit=limit)


def points_ending(session: Session, people: Sequence[int], *, at: datetime) -> tuple[datetime, int] | None:
    """The next end of points, and how many were won in the lots that end then."""
    soonest = (
        select(Grant.expires_at, func.sum(Grant.points))
        .where(Grant.person_id.in_(people), Grant.kind == "points", Grant.state == "received")
        .where(Grant.expires_at > at)
        .group_by(Grant.expires_at)
        .order_by(Grant.expires_at)
        .limit(1)
    )
    row = session.execute(soonest).first()
    return None if row is None else (row[0], int(row[1]))


def redemption_of(session: Session, grant_id: int) -> Redemption | None:
    return session.scalar(select(Redemption).where(Redemption.grant_id == grant_id))


def redemption_row(session: Session, redemption_id: int, *, terminals: Sequence[int]) -> Redemption:
    """A redemption of one of the shops; raises `UnknownGrant`."""
    found = select(Redemption).where(Redemption.id == redemption_id, Redemption.terminal_id.in_(terminals))
    row = session.scalar(found)
    if row is None:
        raise UnknownGrant
    return row


def redemptions_of(session: Session, grant_ids: Sequence[int]) -> dict[int, Redemption]:
    rows = session.scalars(select(Redemption).where(Redemption.grant_id.in_(grant_ids)))
    return {row.grant_id: row for row in rows}


def deliveries_of(session: Session, grant_ids: Sequence[int]) -> dict[int, Delivery]:
    rows = session.scalars(select(Delivery).where(Delivery.grant_id.in_(grant_ids)))
    return {row.grant_id: row for row in rows}


def grants_by_id(session: Session, grant_ids: Sequence[int]) -> dict[int, Grant]:
    return {row.id: row for row in session.scalars(select(Grant).where(Grant.id.in_(grant_ids)))}


def redemption_page(
    session: Session, *, terminals: Sequence[int] | None, cursor: str | None, limit: int
) -> Page[Redemption]:
    """Redemptions of some shops (None: of all), newest first."""
    statement = select(Redemption)
    if terminals is not None:
        statement = statement.where(Redemption.terminal_id.in_(terminals))
    return page(session, statement, Redemption.id, cursor=cursor, limit=limit)


def refusal_page(session: Session, *, cursor: str | None, limit: int) -> Page[Refusal]:
    return page(session, select(Refusal), Refusal.id, cursor=cursor, limit=limit)


def conflict_page(session: Session, *, cursor: str | None, limit: int) -> Page[Conflict]:
    return page(session, select(Conflict), Conflict.id, cursor=cursor, limit=limit)


def delivery_page(session: Session, *, state: str | None, cursor: str | None, limit: int) -> Page[Delivery]:
    statement = select(Delivery) if state is None else select(Delivery).where(Delivery.state == state)
    return page(session, statement, Delivery.id, cursor=cursor, limit=limit)


def to_be_shipped(session: Session, *, limit: int) -> Sequence[Delivery]:
    """What waits for a carrier, the oldest first."""
    waiting = select(Delivery).where(Delivery.state == "ordered").order_by(Delivery.id).limit(limit)
    return session.scalars(waiting).all()


def day_page(
    session: Session,
    *,
    terminals: Sequence[int] | None = None,
    dealers: Sequence[int] | None = None,
    state: str | None = None,
    cursor: str | None,
    limit: int,
) -> Page[Day]:
    """Business days of shops, newest first."""
    statement = select(Day)
    if terminals is not None:
        statement = statement.where(Day.terminal_id.in_(terminals))
    if dealers is not None:
        statement = statement.where(Day.dealer_id.in_(dealers))
    if state is not None:
        statement = statement.where(Day.state == state)
    return page(session, statement, Day.id, cursor=cursor, limit=limit)


def shown_in(session: Session, slots: Sequence[int], *, at: datetime) -> dict[int, int]:
    """The prizes that phones show now, by slot."""
    found = select(Presentation.slot, Presentation.grant_id).where(
        Presentation.slot.in_(slots), Presentation.until > at
    )
    return {row.slot: row.grant_id for row in session.execute(found)}


def presentation_of(session: Session, grant_id: int, *, at: datetime) -> Presentation | None:
    return session.scalar(select(Presentation).where(Presentation.grant_id == grant_id, Presentation.until > at))


def _load_settings(session: Session, brand_id: int) -> Settings:
    row = session.scalar(select(SettingsRow).where(SettingsRow.brand_id == brand_id))
    return Settings(row.per_terminal_day, row.offline_hours) if row else Settings()


_settings = Versioned(_load_settings)


def settings(brand_id: int) -> Settings:
    """How the brand wants redemptions to be, from memory; call it outside of transactions."""
    return _settings.get(brand_id)
