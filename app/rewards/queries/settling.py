"""What shops gave and are owed, by day: for the shop, for its dealer, for the brand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit.clock import business_day
from app.rewards.errors import UnknownDay
from app.rewards.models import Day

LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DayTotal:
    """A business day of the brand, or of one of its dealers (None: of all); amounts in fen."""

    dealer_id: int | None
    shops: int
    times: int
    restock_units: int
    restock_fen: int
    owed_fen: int
    paid_fen: int
    collected_fen: int


def day_row(session: Session, day_id: int, *, terminals: Sequence[int]) -> Day:
    """A day of one of the shops; raises `UnknownDay`."""
    found = select(Day).where(Day.id == day_id, Day.terminal_id.in_(terminals))
    row = session.scalar(found.execution_options(populate_existing=True))
    if row is None:
        raise UnknownDay
    return row


def _sums() -> tuple[Any, ...]:
    owed = func.coalesce(func.sum(Day.restock_fen).filter(Day.state != "settled"), 0)
    names = (Day.times, Day.restock_units, Day.restock_fen)
    money = (Day.paid_fen, Day.collected_fen)
    return (
        func.count(),
        *(func.coalesce(func.sum(column), 0) for column in names),
        owed,
        *(func.coalesce(func.sum(column), 0) for column in money),
    )


def settlement(session: Session, day: date) -> tuple[DayTotal, list[DayTotal]]:
    """A business day of the whole brand, and of each dealer."""
    whole = session.execute(select(*_sums()).where(Day.day == day)).one()
    by_dealer = select(Day.dealer_id, *_sums()).where(Day.day == day).group_by(Day.dealer_id)
    rows = session.execute(by_dealer.order_by(Day.dealer_id))
    return DayTotal(None, *map(int, whole)), [DayTotal(*map(int, row)) for row in rows]


def redeemed_lately(session: Session, terminals: Sequence[int], *, at: datetime) -> dict[int, int]:
    """How many prizes each of the shops has handed over in the last month."""
    recent = (
        select(Day.terminal_id, func.sum(Day.times))
        .where(Day.terminal_id.in_(terminals), Day.day >= business_day(at - LATELY))
        .group_by(Day.terminal_id)
    )
    return {terminal_id: int(times) for terminal_id, times in session.execute(recent)}
