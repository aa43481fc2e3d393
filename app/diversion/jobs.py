from datetime import datetime, timedelta

from app.diversion.actions import review
from app.diversion.queries import areas_of
from app.kit.ids import first_id_of
from app.kit.transaction import transaction

# Ids are made before the commit: a scan may appear below ids that were read already, but not after so long.
SETTLING = timedelta(minutes=1)
MOST_ROUNDS = 20


def judge_sightings(*, brand_id: int, at: datetime) -> None:
    """Judge what was seen since the last time; what is too much for one run waits for the next."""
    areas, before = areas_of(brand_id), first_id_of(at - SETTLING)
    for _ in range(MOST_ROUNDS):
        with transaction(brand_id) as session:
            if not review(session, areas, before=before, at=at):
                return
