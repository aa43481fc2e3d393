"""What a claim counts in its own statement: the limits of people and of devices."""

import functools
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256

from app.campaigns.errors import DeviceLimitReached, LimitReached
from app.campaigns.models import ALL_DAYS
from app.campaigns.queries import Campaign
from app.kit.clock import business_day
from app.kit.ids import new_id, new_ids
from app.kit.statement import Change, Columns

FIRST_WIN = date(1970, 1, 2)  # no business day of ours: the one prize that a campaign for new people pays each
TALLIES = Columns("tally", id="bigint", day="date")

DEVICE = """campaigns_device_counted AS (
INSERT INTO campaigns_device_tally (brand_id, id, campaign_id, device, times)
VALUES (%(brand_id)s, %(campaigns_device_id)s, %(campaign_id)s, %(campaigns_device)s, 1)
ON CONFLICT (brand_id, campaign_id, device) DO UPDATE SET times = campaigns_device_tally.times + 1
WHERE campaigns_device_tally.times < %(campaigns_device_limit)s::int
RETURNING 1)"""
DEVICE_COUNTED = "EXISTS (SELECT FROM campaigns_device_counted)"


def tally_changes(
    campaign: Campaign, *, brand_id: int, person_id: int, device: str | None, wins: bool, at: datetime
) -> Iterator[Change]:
    """One more claim of a person and a device as parts of a larger statement.

    It is undone as `LimitReached` or `DeviceLimitReached`. Nothing when the campaign has no limits.
    """
    conditions = campaign.conditions
    if conditions is None and campaign.per_person_limit is None and campaign.per_person_day_limit is None:
        return
    limits = {ALL_DAYS: campaign.per_person_limit, business_day(at): campaign.per_person_day_limit}
    if conditions is not None and conditions.persons == "new" and wins:
        limits[FIRST_WIN] = 1
    days = [day.isoformat() for day, limit in limits.items() if limit is not None]
    if days:
        yield _person_change(campaign, days, brand_id=brand_id, person_id=person_id)
    if conditions is not None and conditions.per_device_limit is not None:
        params = {
            "brand_id": brand_id,
            "campaign_id": campaign.id,
            "campaigns_device_id": new_id(),
            "campaigns_device": device_key(device, person_id),
            "campaigns_device_limit": conditions.per_device_limit,
        }
        yield Change(DEVICE, DEVICE_COUNTED, params, DeviceLimitReached)


def device_key(device: str | None, person_id: int) -> str:
    """What a device is counted under: it sends what it likes, so of its name only a hash is kept."""
    name = f"device:{device}" if device else f"person:{person_id}"
    return sha256(name.encode(errors="replace")).hexdigest()


def _person_change(campaign: Campaign, days: list[str], *, brand_id: int, person_id: int) -> Change:
    params = {
        "brand_id": brand_id,
        "campaign_id": campaign.id,
        "person_id": person_id,
        "tally_in_all": campaign.per_person_limit or 0,
        "tally_a_day": campaign.per_person_day_limit or 0,
    }
    rows = zip(new_ids(len(days)), days, strict=True)
    counted = f"(SELECT count(*) FROM campaigns_counted) = {len(days)}"  # noqa: S608  # a number
    return Change(_count_one(len(days)), counted, params | TALLIES.params(*rows), LimitReached)


@functools.cache
def _count_one(days: int) -> str:
    return f"""campaigns_counted AS (
INSERT INTO campaigns_tally (brand_id, id, campaign_id, person_id, day, times)
SELECT %(brand_id)s, id, %(campaign_id)s, %(person_id)s, day, 1 FROM {TALLIES.sql(days)}
ON CONFLICT (brand_id, campaign_id, person_id, day) DO UPDATE SET times = campaigns_tally.times + 1
WHERE campaigns_tally.times < CASE excluded.day WHEN '1970-01-01' THEN %(tally_in_all)s::int
  WHEN '1970-01-02' THEN 1 ELSE %(tally_a_day)s::int END
RETURNING 1)"""  # noqa: S608  # names of columns
