"""What comes round for codes: leaks that call for an alarm."""

from datetime import datetime, timedelta

from app.codes import actions, queries
from app.kit.clock import business_day
from app.kit.transaction import transaction

KEPT = timedelta(days=180)


def watch_leaks(*, brand_id: int, at: datetime) -> None:
    """Raise an alarm for each batch whose inactive codes too many devices have scanned today; old ones go."""
    day = business_day(at)
    with transaction(brand_id) as session:
        settings = queries.settings_of(session, brand_id)
        found = queries.alarming_leaks(session, day=day, devices=settings.leak_devices)
        for leak in found:
            actions.raise_alarm(
                session,
                kind="leak",
                cause=f"leak:{leak.batch_id}:{day}",
                subject=f"batch:{leak.batch_id}",
                details={"number": leak.number, "devices": leak.devices, "codes": leak.codes},
                at=at,
            )
        actions.mark_alarmed(session, [leak.batch_id for leak in found], day=day, at=at)
        actions.forget_leaks(session, before=day - KEPT)
