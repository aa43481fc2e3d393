"""A consequence ends: once, for a reason, and whoever acts on it is told."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from app.diversion.errors import AlreadyEnded
from app.diversion.events import ConsequenceEnded
from app.diversion.models import ConsequenceRow, EndingRow
from app.diversion.queries import endings_of, get_consequence
from app.kit import outbox
from app.kit.ids import new_id


def end_consequence(
    session: Session, *, file_id: int, consequence_id: int, reason: str, by: int, at: datetime
) -> tuple[ConsequenceRow, EndingRow]:
    """Let a consequence hold no longer. Raises `ConsequenceUnknown` and `AlreadyEnded`."""
    ended = get_consequence(session, file_id, consequence_id)
    row = {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "consequence_id": ended.id,
        "reason": reason,
        "ended_by": by,
        "ended_at": at,
    }
    statement = insert_or_skip(EndingRow).values(row).on_conflict_do_nothing().returning(EndingRow)
    ending = session.scalar(statement)
    if ending is None:
        raise AlreadyEnded(ended_at=endings_of(session, [ended])[ended.id].ended_at.isoformat())
    outbox.publish(session, _event(ended, at), at=at)
    return ended, ending


def _event(ended: ConsequenceRow, at: datetime) -> ConsequenceEnded:
    return ConsequenceEnded(
        cause=f"consequence_ended:{ended.id}",
        consequence_id=ended.id,
        file_id=ended.file_id,
        dealer_id=ended.dealer_id,
        stage=ended.stage,
        starts_on=ended.starts_on,
        ended_at=at,
    )
