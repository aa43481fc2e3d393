import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import codes
from app.campaigns.actions.conditioning import add_conditions
from app.campaigns.errors import (
    BreaksRules,
    CommissionRuleUnknown,
    CommittedTooLate,
    NameTaken,
    NotOverYet,
)
from app.campaigns.models import CampaignRow, TierRow
from app.campaigns.queries import get_campaign, seed_context, seed_of, tiers_of
from app.campaigns.rules import (
    ALGORITHM,
    RULE_VERSION,
    Conditions,
    Promise,
    Tier,
    broken_rules,
    canonical_text,
    commitment,
)
from app.campaigns.rules.draw import SEED_SIZE
from app.kit import cache, sealing
from app.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class NewTier:
    """``count`` codes win ``amount_fen`` each; terminal and dealer are paid by the named commission rule."""

    name: str
    amount_fen: int
    count: int
    commission_rule_id: int | None


@dataclass(frozen=True, slots=True)
class NewCampaign:
    name: str
    batch_id: int
    starts_at: datetime
    ends_at: datetime
    per_person_limit: int | None
    per_person_day_limit: int | None
    tiers: tuple[NewTier, ...]
    conditions: Conditions | None = None


def create_campaign(session: Session, new: NewCampaign, *, at: datetime) -> CampaignRow:
    """Save a campaign and commit its draw: from here on, every code's prize is decided and nobody knows it.

    Raises `BreaksRules`, `CommittedTooLate`, `NameTaken`, `CommissionRuleUnknown`, `codes.UnknownBatch`.
    """
    batch = codes.batch_row(session, new.batch_id, lock=True)
    if codes.spans_over(session, batch.id, batch.lo, batch.hi):
        raise CommittedTooLate
    tiers = tuple(Tier(tier.name, tier.amount_fen, tier.count) for tier in new.tiers)
    last_day = codes.states.settings_of(session, session.info["brand_id"]).last_day(batch.expires_on)
    promise = Promise(new.starts_at, new.ends_at, tiers, batch.hi - batch.lo, last_day)
    broken = broken_rules(promise, at=at)
    if broken:
        raise BreaksRules(rules=broken)
    row = _committed(session.info["brand_id"], new, batch.lo, batch.hi - batch.lo, tiers, at)
    _save(session, row)
    _save_tiers(session, _tier_rows(row, new.tiers))
    if new.conditions is not None:
        add_conditions(session, row.id, new.conditions, version=1, at=at)
    cache.bump(session, row.brand_id)
    return row


def _committed(
    brand_id: int, new: NewCampaign, first_no: int, size: int, tiers: tuple[Tier, ...], at: datetime
) -> CampaignRow:
    campaign_id, seed = new_id(), secrets.token_bytes(SEED_SIZE)
    return CampaignRow(
        brand_id=brand_id,
        id=campaign_id,
        name=new.name,
        batch_id=new.batch_id,
        first_no=first_no,
        codes=size,
        starts_at=new.starts_at.astimezone(UTC),
        ends_at=new.ends_at.astimezone(UTC),
        per_person_limit=new.per_person_limit,
        per_person_day_limit=new.per_person_day_limit,
        seed_sealed=sealing.seal(seed, context=seed_context(brand_id, campaign_id)),
        algorithm=ALGORITHM,
        commitment=commitment(campaign_id=campaign_id, seed=seed, n=size, tiers=tiers),
        rule_version=RULE_VERSION,
        created_at=at,
    )


def _save(session: Session, row: CampaignRow) -> None:
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise NameTaken(name=row.name) from error


def _save_tiers(session: Session, tiers: list[TierRow]) -> None:
    try:
        with session.begin_nested():
            session.add_all(tiers)
            session.flush()
    except IntegrityError as error:
        raise CommissionRuleUnknown from error


def _tier_rows(campaign: CampaignRow, tiers: Sequence[NewTier]) -> list[TierRow]:
    return [
        TierRow(
            campaign_id=campaign.id,
            position=position,
            name=tier.name,
            amount_fen=tier.amount_fen,
            count=tier.count,
            commission_rule_id=tier.commission_rule_id,
        )
        for position, tier in enumerate(tiers)
    ]


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


def reveal(session: Session, campaign_id: int, *, at: datetime) -> dict[str, Any]:
    """The seed and all that was committed to, for anyone to check; only once no code can win any more."""
    row = get_campaign(session, campaign_id)
    if row.ends_at > at and row.stopped_at is None:
        raise NotOverYet
    if row.revealed_at is None:
        row.revealed_at = at
        session.flush()
    tiers = tuple(Tier(tier.name, tier.amount_fen, tier.count) for tier in tiers_of(session, row.id))
    seed = seed_of(session, row)
    return {
        "text": canonical_text(campaign_id=row.id, seed=seed, n=row.codes, tiers=tiers),
        "commitment": row.commitment,
        "seed": seed.hex(),
        "first_no": row.first_no,
    }
