"""Activation: ranges are released for sale and, where a campaign is named, bound to it for good."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import codes
from app.campaigns.errors import OtherBatch
from app.campaigns.models import Binding, CampaignRow
from app.campaigns.queries import get_campaign
from app.kit import cache
from app.kit.database import raw
from app.kit.ids import new_id

Ranges = Iterable[tuple[int, int]]
ROWS_AT_ONCE = 20_000
BINDINGS = "COPY campaigns_binding (brand_id, id, campaign_id, lo, hi, bound_at) FROM STDIN"
FORGET = text("DELETE FROM campaigns_binding WHERE brand_id = :brand_id AND id = ANY(:ids)")


def activate(
    session: Session,
    *,
    batch_id: int,
    lo: int | None = None,
    hi: int | None = None,
    campaign_id: int | None,
    by: int,
    at: datetime,
) -> tuple[int, int]:
    """Activate codes ``lo <= code_no < hi`` of a batch (by default all) and bind them to one drawing campaign.

    Returns the range. Raises `CampaignUnknown`, `OtherBatch` and what `codes.activate` refuses.
    """
    span = codes.activate(session, batch_id=batch_id, lo=lo, hi=hi, by=by, at=at)
    if campaign_id is not None:
        campaign = get_campaign(session, campaign_id)
        if campaign.batch_id != batch_id:
            raise OtherBatch
        _bind(session, campaign, [(span.lo, span.hi)], at)
    return span.lo, span.hi


def activate_ranges(session: Session, *, ranges: Ranges, campaign_id: int | None, by: int, at: datetime) -> None:
    """Activate ranges of any batches, such as cases and the units in them, all or nothing.

    Codes of the campaign's batch are bound to it; codes of other levels are activated without one. Raises
    `CampaignUnknown`, `OtherBatch` when none of them, or another batch of its level, belongs to the campaign,
    and what `codes.states.activate_ranges` refuses.
    """
    places = codes.states.activate_ranges(session, ranges=ranges, by=by, at=at)
    if campaign_id is None:
        return
    campaign = get_campaign(session, campaign_id)
    require_own(
        campaign, codes.batch(session, campaign.batch_id), {place.batch.id: place.batch.level for place in places}
    )
    own = [(place.range.lo, place.range.hi) for place in places if place.batch.id == campaign.batch_id]
    _bind(session, campaign, own, at)


def require_own(campaign: CampaignRow, batch: codes.BatchInfo, levels: dict[int, str]) -> None:
    """``levels`` are those of the batches to be activated; raises `OtherBatch`."""
    peers = {batch_id for batch_id, level in levels.items() if level == batch.level}
    if peers != {campaign.batch_id}:
        raise OtherBatch


def _bind(session: Session, campaign: CampaignRow, ranges: Ranges, at: datetime) -> None:
    _copy(session, [(campaign.id, lo, hi, at) for lo, hi in ranges])
    cache.bump(session, campaign.brand_id)


def revoke(session: Session, *, ranges: Ranges, reason: str, by: int, at: datetime) -> int:
    """Take the activation of codes back and free them of their campaign; how many.

    Whoever calls knows that nobody has used them. Raises what `codes.states.revoke` refuses.
    """
    places = codes.states.revoke(session, ranges=ranges, reason=reason, by=by, at=at)
    cuts = codes.states.RangeSet.of((place.range.lo, place.range.hi) for place in places)
    within = select(Binding).where(Binding.lo < cuts.ends[-1], Binding.hi > cuts.starts[0])
    touched = [row for row in session.scalars(within) if any(cuts.common(codes.states.Range(row.lo, row.hi)))]
    session.execute(FORGET, {"brand_id": session.info["brand_id"], "ids": [row.id for row in touched]})
    rests = [
        (row.campaign_id, part.lo, part.hi, row.bound_at)
        for row in touched
        for part in cuts.missing(codes.states.Range(row.lo, row.hi))
    ]
    _copy(session, rests)
    return sum(place.range.size for place in places)


def _copy(session: Session, rows: list[tuple[int, int, int, datetime]]) -> None:
    brand_id = session.info["brand_id"]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        with raw(session).cursor() as cursor, cursor.copy(BINDINGS) as into:
            for row in rows[start : start + ROWS_AT_ONCE]:
                into.write_row((brand_id, new_id(), *row))
