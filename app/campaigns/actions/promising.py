import functools
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import catalog, codes
from app.campaigns.errors import (
    BreaksRules,
    CampaignUnknown,
    CommissionRuleUnknown,
    CommittedTooLate,
    LimitReached,
    NameTaken,
    NotOverYet,
)
from app.campaigns.models import CampaignRow, TierRow
from app.campaigns.queries import Campaign, drawn, seed_context, seed_of, tiers_of
from app.campaigns.rules import (
    ALGORITHM,
    CASH,
    RULE_VERSION,
    Prize,
    Promise,
    Tier,
    broken_rules,
    canonical_text,
    commitment,
)
from app.campaigns.rules.draw import SEED_SIZE
from app.kit import cache, sealing
from app.kit.clock import business_day
from app.kit.ids import new_id, new_ids
from app.kit.statement import Change, Columns

ALL_DAYS = date(1970, 1, 1)
TALLIES = Columns("tally", id="bigint", day="date")


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


def create_campaign(session: Session, new: NewCampaign, *, at: datetime) -> CampaignRow:
    """Save a campaign and commit its draw: from here on, every code's prize is decided and nobody knows it.

    Raises `BreaksRules`, `CommittedTooLate`, `NameTaken`, `CommissionRuleUnknown`, `codes.UnknownBatch`,
    `catalog.UnknownSku`.
    """
    batch = codes.batch_row(session, new.batch_id, lock=True)
    if codes.spans_over(session, batch.id, batch.lo, batch.hi):
        raise CommittedTooLate
    tiers = tuple(Tier(tier.name, tier.amount_fen, tier.count, tier.prize) for tier in new.tiers)
    last_day = codes.states.settings_of(session, session.info["brand_id"]).last_day(batch.expires_on)
    promise = Promise(new.starts_at, new.ends_at, tiers, batch.hi - batch.lo, last_day)
    broken = broken_rules(promise, at=at)
    if broken:
        raise BreaksRules(rules=broken)
    for sku_id in {tier.prize.sku_id for tier in new.tiers if tier.prize.sku_id is not None}:
        catalog.sku(session, sku_id)
    row = _committed(session.info["brand_id"], new, batch.lo, batch.hi - batch.lo, tiers, at)
    _save(session, row)
    _save_tiers(session, _tier_rows(row, new.tiers))
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
            **asdict(tier.prize),
        )
        for position, tier in enumerate(tiers)
    ]


def get_campaign(session: Session, campaign_id: int) -> CampaignRow:
    row = session.scalar(select(CampaignRow).where(CampaignRow.id == campaign_id))
    if row is None:
        raise CampaignUnknown
    return row


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
    tiers = drawn(tiers_of(session, row.id))
    seed = seed_of(session, row)
    return {
        "text": canonical_text(campaign_id=row.id, seed=seed, n=row.codes, tiers=tiers),
        "commitment": row.commitment,
        "seed": seed.hex(),
        "first_no": row.first_no,
    }


def tally_change(campaign: Campaign, *, brand_id: int, person_id: int, at: datetime) -> Change | None:
    """One more win of a person as a part of a larger statement, which is undone as `LimitReached`.

    None when the campaign has no limits.
    """
    if campaign.per_person_limit is None and campaign.per_person_day_limit is None:
        return None
    limits = {ALL_DAYS: campaign.per_person_limit, business_day(at): campaign.per_person_day_limit}
    days = [day.isoformat() for day, limit in limits.items() if limit is not None]
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
WHERE campaigns_tally.times < CASE WHEN excluded.day = '1970-01-01' THEN %(tally_in_all)s::int
  ELSE %(tally_a_day)s::int END
RETURNING 1)"""  # noqa: S608  # names of columns
