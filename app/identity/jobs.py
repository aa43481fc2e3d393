from datetime import datetime

from app.identity.actions import forget_ended_sessions
from app.kit.transaction import transaction


def forget_sessions(*, brand_id: int, at: datetime) -> None:
    """Recurring: sessions that ended a month ago are deleted."""
    with transaction(brand_id) as session:
        forget_ended_sessions(session, at=at)
