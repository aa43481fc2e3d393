"""Who, where and when of a campaign: versions that are added, and only widened once codes are on the shelf."""

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import codes
from app.campaigns.errors import ChangedMeanwhile, OnlyWider
from app.campaigns.models import ConditionRow
from app.campaigns.queries import conditions_of, get_campaign
from app.campaigns.rules import Conditions, widens
from app.kit import cache

NONE = Conditions(version=0)


def set_conditions(session: Session, campaign_id: int, new: Conditions, *, at: datetime) -> Conditions:
    """Replace the conditions of a campaign from now on.

    ``new.version`` is that of the conditions the caller has seen, 0 for none. Raises `CampaignUnknown`,
    `ChangedMeanwhile`, and `OnlyWider` when a code of the batch is active: what was announced is kept.
    """
    row = get_campaign(session, campaign_id)
    batch = codes.batch_row(session, row.batch_id, lock=True)
    current = conditions_of(session, campaign_id) or NONE
    if current.version != new.version:
        raise ChangedMeanwhile
    if codes.spans_over(session, batch.id, batch.lo, batch.hi) and not widens(current, new):
        raise OnlyWider
    add_conditions(session, campaign_id, new, version=current.version + 1, at=at)
    cache.bump(session, row.brand_id)
    return conditions_of(session, campaign_id) or NONE


def add_conditions(session: Session, campaign_id: int, new: Conditions, *, version: int, at: datetime) -> None:
    try:
        with session.begin_nested():
            session.add(ConditionRow(campaign_id=campaign_id, version=version, terms=terms_of(new), set_at=at))
            session.flush()
    except IntegrityError as error:
        raise ChangedMeanwhile from error


def terms_of(conditions: Conditions) -> dict[str, Any]:
    """Conditions as JSON values; ids are strings, as everywhere in JSON."""
    from_hour, to_hour = conditions.hours or (None, None)
    return {
        "dealers": [str(one) for one in sorted(conditions.dealers)],
        "counties": sorted(conditions.counties),
        "terminals": [str(one) for one in sorted(conditions.terminals)],
        "weekdays": sorted(conditions.weekdays),
        "from_hour": from_hour,
        "to_hour": to_hour,
        "persons": conditions.persons,
        "per_device_limit": conditions.per_device_limit,
    }
