"""What dealers owe shops in goods for prizes: closed day by day, settled when the shop has the goods."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import ledger
from app.kit import cache
from app.kit.clock import business_day
from app.kit.ids import new_id
from app.rewards.errors import NotOpen
from app.rewards.models import Day, SettingsRow
from app.rewards.queries import day_row
from app.rewards.rules import Settings

LAST_WRITES = timedelta(minutes=10)  # a redemption that began before midnight may still be on its way


def close_days(session: Session, *, at: datetime) -> None:
    """Yesterday's counts are final: goods are owed for them, or nothing is. Running again finds nothing to do."""
    past = Day.day < business_day(at - LAST_WRITES)
    state = case((Day.restock_fen > 0, "owed"), else_="settled")
    settled = case((Day.restock_fen > 0, None), else_=at)
    closing = update(Day).where(Day.state == "open", past).values(state=state, closed_at=at, settled_at=settled)
    session.execute(closing.execution_options(synchronize_session=False))


def receive_goods(session: Session, day_id: int, *, terminals: Sequence[int], by: int, at: datetime) -> Day:
    """A shop has the goods of a day: its credit becomes what the brand owes the dealer who brought them.

    Raises `UnknownDay`, and `NotOpen` for a day that is not over yet or settled before.
    """
    day = day_row(session, day_id, terminals=terminals)
    settle = update(Day).where(Day.id == day_id, Day.state == "owed")
    settled = settle.values(state="settled", settled_at=at, settled_by=by).returning(Day.id)
    if session.scalar(settled.execution_options(synchronize_session=False)) is None:
        raise NotOpen
    credit = ledger.Account("restock", "terminal", day.terminal_id)
    due = ledger.Account("payable", "dealer", day.dealer_id)
    moved = ledger.Posting(credit, due, day.restock_fen, "restock")
    ledger.post(session, kind="restock", cause=f"restock:{day_id}", postings=[moved], at=at)
    return day_row(session, day_id, terminals=terminals)


def change_settings(session: Session, new: Settings) -> None:
    """How redemptions are from now on."""
    brand_id = session.info["brand_id"]
    values = {"per_terminal_day": new.per_terminal_day, "offline_hours": new.offline_hours}
    statement = insert(SettingsRow).values(brand_id=brand_id, id=new_id(), **values)
    session.execute(statement.on_conflict_do_update(index_elements=["brand_id"], set_=values))
    cache.bump(session, brand_id)
