from datetime import datetime, timedelta

from app.diversion.actions import judge_week, mark_pooled, review, weeks_to_pool
from app.diversion.queries import areas_of
from app.diversion.rules import Areas
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
            more = review(session, areas, before=before, at=at)
        if not more:
            break
    _pool_weeks(brand_id, areas, at)


def _pool_weeks(brand_id: int, areas: Areas, at: datetime) -> None:
    """Once a run, because a week may hold a hundred thousand votes; a run that dies here is done again."""
    with transaction(brand_id) as session:
        upto, weeks = weeks_to_pool(session)
    for dealer_id, week_on in weeks:
        with transaction(brand_id) as session:
            judge_week(session, areas, dealer_id=dealer_id, week_on=week_on, at=at)
    with transaction(brand_id) as session:
        mark_pooled(session, upto)
