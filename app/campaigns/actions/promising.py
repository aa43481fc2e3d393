import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import catalog, codes
from app.campaigns.actions.budgeting import NewBudget, add_budgets
from app.campaigns.actions.conditioning import add_conditions
from app.campaigns.errors import (
    BreaksRules,
    CommissionRuleUnknown,
    CommittedTooLate,
    ConfirmFirst,
    NameTaken,
)
from app.campaigns.models import CampaignRow, TierRow
from app.campaigns.queries import seed_context
from app.campaigns.rules import (
    ALGORITHM,
    CASH,
    RULE_VERSION,
    Conditions,
    Prize,
    Promise,
    Tier,
    broken_rules,
    commitment,
    rules_to_confirm,
)
from app.campaigns.rules.draw import SEED_SIZE
from app.kit import cache, sealing
from app.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class NewTier:
    """``count`` codes win ``amount_fen`` each, or what ``prize`` says; the named rule pays shop and dealer."""

    name: str
    amount_fen: int
    count: int
    commission_rule_id: int | None
    prize: Prize = CASH


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
    budgets: tuple[NewBudget, ...] = ()
    rules_text: str | None = None
    chances: int = 1
    confirmed: tuple[str, ...] = ()
    confirmed_name: str = ""


def create_campaign(session: Session, new: NewCampaign, *, at: datetime) -> CampaignRow:
    """Save a campaign and commit its draw: from here on, every code's prize is decided and nobody knows it.

    Raises `BreaksRules`, `ConfirmFirst`, `CommittedTooLate`, `NameTaken`, `CommissionRuleUnknown`,
    `codes.UnknownBatch`, `catalog.UnknownSku`.
    """
    batch = codes.batch_row(session, new.batch_id, lock=True)
    if codes.spans_over(session, batch.id, batch.lo, batch.hi):
        raise CommittedTooLate
    tiers = tuple(Tier(tier.name, tier.amount_fen, tier.count, tier.prize) for tier in new.tiers)
    last_day = codes.states.settings_of(session, session.info["brand_id"]).last_day(batch.expires_on)
    promise = Promise(
        new.starts_at,
        new.ends_at,
        tiers,
        batch.hi - batch.lo,
        last_day,
        batch.expires_on,
        new.chances,
        new.rules_text,
        tuple((budget.scope, budget.key, budget.total_fen) for budget in new.budgets),
    )
    _require_lawful(promise, new, at)
    for sku_id in {tier.prize.sku_id for tier in new.tiers if tier.prize.sku_id is not None}:
        catalog.sku(session, sku_id)
    row = _committed(session.info["brand_id"], new, batch.lo, batch.hi - batch.lo, tiers, at)
    _save(session, row)
    _save_tiers(session, _tier_rows(row, new.tiers))
    if new.conditions is not None:
        add_conditions(session, row.id, new.conditions, version=1, at=at)
    add_budgets(session, row, new.budgets, at=at)
    cache.bump(session, row.brand_id)
    return row


def _require_lawful(promise: Promise, new: NewCampaign, at: datetime) -> None:
    """What is doubtful is confirmed twice: by naming it, and by typing the campaign's name."""
    broken = broken_rules(promise, at=at)
    if broken:
        raise BreaksRules(rules=broken)
    doubtful = rules_to_confirm(promise)
    if doubtful and not (set(doubtful) <= set(new.confirmed) and new.confirmed_name == new.name):
        raise ConfirmFirst(rules=doubtful)


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
        rules_text=new.rules_text,
        chances=new.chances,
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
            **asdict(tier.prize),
        )
        for position, tier in enumerate(tiers)
    ]
