from datetime import datetime, timedelta

from app import diversion, risk
from app.kit.ids import first_id_of
from app.kit.transaction import transaction
from app.scans.queries.observing import happened, observed

# Ids are made before the commit. What a slow commit hides from a round is a signal less, never money.
SETTLING = timedelta(seconds=2)
MOST_ROUNDS = 20


def note_scans(*, brand_id: int, at: datetime) -> None:
    """Tell risk what has happened since the last time: so the claim itself need not."""
    before = first_id_of(at - SETTLING)
    for _ in range(MOST_ROUNDS):
        if not _round(brand_id, before, at):
            break


def _round(brand_id: int, before: int, at: datetime) -> bool:
    """One bounded piece, read first and judged then; True when there is more. A round that dies is done again."""
    areas = diversion.areas_of(brand_id)

    def is_far(dealer_id: int, county: str | None, when: datetime) -> bool | None:
        place = areas.place(dealer_id, county, when)
        return None if place is None else place == "far"

    with transaction(brand_id) as session:
        after = risk.take_turn(session, at=at)
        if after >= before - 1:
            return False
        what = happened(session, after=after, before=before)
    seen = observed(brand_id, what, is_far)
    with transaction(brand_id) as session:
        if risk.take_turn(session, at=at) == after:
            risk.note(session, seen, after=after, upto=what.upto, at=at)
            risk.end_turn(session, what.upto)
    return what.upto < before - 1
