from datetime import datetime

from app.kit.errors import AppError
from app.kit.transaction import transaction
from app.rewards import actions
from app.rewards.queries import grant_row, settings

AT_ONCE = 500
ROUNDS = 200


def end_grants(*, brand_id: int, at: datetime) -> None:
    """End what nobody has fetched in time, points too; forget what phones do not show any more."""
    rules = settings(brand_id)
    for _ in range(ROUNDS):
        with transaction(brand_id) as session:
            ended = actions.expire_grants(session, rules, at=at, limit=AT_ONCE)
        if ended < AT_ONCE:
            break
    with transaction(brand_id) as session:
        actions.forget_presentations(session, at=at)
        people = actions.people_with_due_points(session, at=at, limit=AT_ONCE)
    for person_id in people:
        with transaction(brand_id) as session:
            actions.expire_points(session, person_id, at=at)


def tell_of_ends(*, brand_id: int, at: datetime) -> None:
    """Say of each prize once that it is about to end."""
    for _ in range(ROUNDS):
        with transaction(brand_id) as session:
            told = actions.tell_expiring(session, at=at, limit=AT_ONCE)
        if told < AT_ONCE:
            break


def settle_days(*, brand_id: int, at: datetime) -> None:
    """Close the business days of shops that are over."""
    with transaction(brand_id) as session:
        actions.close_days(session, at=at)


def receive_by_time(*, brand_id: int, at: datetime) -> None:
    """Goods shipped long ago have arrived; addresses nobody needs any more are forgotten."""
    with transaction(brand_id) as session:
        shipped = actions.long_shipped(session, at=at, limit=AT_ONCE)
        actions.forget_addresses(session, at=at)
    for grant_id in shipped:
        try:
            with transaction(brand_id) as session:
                actions.receive(session, grant_row(session, grant_id), at=at, reason="time_passed")
        except AppError:  # its winner was quicker
            continue
