"""Stopping at once, going on, and showing the seed: a campaign whose seed is known never pays again."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from app.campaigns.errors import NotOverYet, NotStopped, Revealed
from app.campaigns.models import CampaignRow
from app.campaigns.queries import drawn, get_campaign, seed_of, tiers_of
from app.campaigns.rules import canonical_text
from app.kit import cache


def stop_campaign(session: Session, campaign_id: int, *, at: datetime) -> bool:
    """Stop paying new claims at once; True when this call stopped it."""
    row = get_campaign(session, campaign_id)
    statement = (
        update(CampaignRow)
        .where(CampaignRow.id == campaign_id, CampaignRow.stopped_at.is_(None))
        .values(stopped_at=at)
        .returning(CampaignRow.id)
        .execution_options(synchronize_session=False)
    )
    stopped = session.execute(statement).first() is not None
    cache.bump(session, row.brand_id)
    return stopped


def resume_campaign(session: Session, campaign_id: int) -> None:
    """Pay claims again after a stop. Raises `CampaignUnknown`, `NotStopped`, and `Revealed` for good."""
    row = get_campaign(session, campaign_id)
    statement = (
        update(CampaignRow)
        .where(
            CampaignRow.id == campaign_id, CampaignRow.stopped_at.is_not(None), CampaignRow.revealed_at.is_(None)
        )
        .values(stopped_at=None)
        .returning(CampaignRow.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(statement).first() is None:
        session.refresh(row)
        raise NotStopped if row.stopped_at is None else Revealed
    cache.bump(session, row.brand_id)


def reveal(session: Session, campaign_id: int, *, at: datetime) -> dict[str, Any]:
    """The seed and all that was committed to, for anyone to check; only once no code can win any more."""
    row = get_campaign(session, campaign_id)
    over = or_(
        CampaignRow.ends_at <= at, CampaignRow.stopped_at.is_not(None), CampaignRow.revealed_at.is_not(None)
    )
    first = update(CampaignRow).where(CampaignRow.id == campaign_id, over).returning(CampaignRow.id)
    if session.execute(first.values(revealed_at=row.revealed_at or at)).first() is None:
        raise NotOverYet
    tiers = drawn(tiers_of(session, row.id))
    seed = seed_of(session, row)
    return {
        "text": canonical_text(campaign_id=row.id, seed=seed, n=row.codes, tiers=tiers),
        "commitment": row.commitment,
        "seed": seed.hex(),
        "first_no": row.first_no,
    }
