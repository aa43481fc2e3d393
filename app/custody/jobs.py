from datetime import date, datetime

from app.custody.actions import note_supply_stop
from app.kit.transaction import transaction

STAGE = "stop_supply"
CAUSE = "consequence:{}"


def stop_supply(*, brand_id: int, consequence_id: int, dealer_id: int, stage: str, starts_on: str) -> None:
    """A brand stops the supply of a dealer; of the other consequences custody knows nothing."""
    if stage != STAGE:
        return
    with transaction(brand_id) as session:
        note_supply_stop(
            session,
            cause=CAUSE.format(consequence_id),
            dealer_id=dealer_id,
            starts_on=date.fromisoformat(starts_on),
        )


def resume_supply(
    *, brand_id: int, consequence_id: int, dealer_id: int, stage: str, starts_on: str, ended_at: str
) -> None:
    """The stop has ended; it may become known before its beginning does."""
    if stage != STAGE:
        return
    with transaction(brand_id) as session:
        note_supply_stop(
            session,
            cause=CAUSE.format(consequence_id),
            dealer_id=dealer_id,
            starts_on=date.fromisoformat(starts_on),
            ended_at=datetime.fromisoformat(ended_at),
        )
