from datetime import date, datetime

from app.commissions.actions import note_suspension
from app.kit.transaction import transaction

STAGE = "suspend_rebates"
CAUSE = "consequence:{}"


def suspend_dealer(*, brand_id: int, consequence_id: int, dealer_id: int, stage: str, starts_on: str) -> None:
    """A brand suspends the rebates of a dealer; of the other consequences commissions know nothing."""
    if stage != STAGE:
        return
    with transaction(brand_id) as session:
        note_suspension(
            session,
            cause=CAUSE.format(consequence_id),
            dealer_id=dealer_id,
            starts_on=date.fromisoformat(starts_on),
        )


def resume_dealer(
    *, brand_id: int, consequence_id: int, dealer_id: int, stage: str, starts_on: str, ended_at: str
) -> None:
    """The suspension has ended; it may become known before its beginning does."""
    if stage != STAGE:
        return
    with transaction(brand_id) as session:
        note_suspension(
            session,
            cause=CAUSE.format(consequence_id),
            dealer_id=dealer_id,
            starts_on=date.fromisoformat(starts_on),
            ended_at=datetime.fromisoformat(ended_at),
        )
