from datetime import datetime, timedelta

from app import identity
from app.channel.actions import apply_change, fail_change, forget_photos
from app.channel.queries import get_change
from app.channel.rules import photo_name
from app.kit import files
from app.kit.errors import AppError, Unavailable
from app.kit.transaction import transaction

WANTED = timedelta(days=1)
BATCH = 200


def carry_out_change(*, brand_id: int, change_id: int, at: datetime) -> None:
    """The time of a transfer, closing or reopening has come; what was called off or done stays as it is."""
    with transaction(brand_id) as session:
        if get_change(session, change_id).state != "accepted":
            return
    try:
        with transaction(brand_id) as session:
            change = apply_change(session, change_id, at=at)
            identity.record(
                session,
                actor=change.decided_by,
                action=f"channel.terminal_{change.kind}",
                subject=f"terminal:{change.terminal_id}",
                before=None,
                after={"change": str(change.id), "reason": change.reason},
                at=at,
            )
    except Unavailable:
        raise
    except AppError as refusal:
        with transaction(brand_id) as session:
            fail_change(session, change_id, note=refusal.message)


def drop_photos(*, brand_id: int, at: datetime) -> None:
    """Recurring: photos that were sent for a registration and not used are deleted after a day."""
    while True:
        with transaction(brand_id) as session:
            ids = forget_photos(session, before=at - WANTED, limit=BATCH)
        for photo_id in ids:
            files.remove(brand_id, photo_name(photo_id))
        if len(ids) < BATCH:
            return
