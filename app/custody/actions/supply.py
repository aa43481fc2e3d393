"""Whether a dealer is supplied: stopped and resumed by the brand, asked by every document that brings goods."""

from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert as insert_or_end
from sqlalchemy.orm import Session

from app.custody.errors import SupplyStopped
from app.custody.models import SupplyStop
from app.custody.rules import SUPPLYING, NewDocument
from app.kit.clock import business_day
from app.kit.ids import new_id


def note_supply_stop(
    session: Session, *, cause: str, dealer_id: int, starts_on: date, ended_at: datetime | None = None
) -> None:
    """Let nothing go to a dealer from a business day on, or with ``ended_at`` let it go again.

    Once a cause, in whichever order beginning and end become known: what has ended does not begin again.
    """
    row = {"cause": cause, "dealer_id": dealer_id, "starts_on": starts_on, "ended_at": ended_at}
    insert = insert_or_end(SupplyStop).values(brand_id=session.info["brand_id"], id=new_id(), **row)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=[SupplyStop.brand_id, SupplyStop.cause],
            set_={"ended_at": insert.excluded.ended_at},
            where=SupplyStop.ended_at.is_(None) & insert.excluded.ended_at.is_not(None),
        )
    )


def require_supply(session: Session, new: NewDocument, *, at: datetime) -> None:
    """That the receiver may be supplied at that time; the caller holds the desk. Raises `SupplyStopped`."""
    if new.kind not in SUPPLYING:
        return
    standing = select(func.min(SupplyStop.starts_on)).where(
        SupplyStop.dealer_id == new.receiver.dealer_id,
        SupplyStop.starts_on <= business_day(at),
        or_(SupplyStop.ended_at.is_(None), SupplyStop.ended_at > at),
    )
    since = session.scalar(standing)
    if since is not None:
        raise SupplyStopped(since=since.isoformat())
