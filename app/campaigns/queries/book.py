from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.campaigns.errors import CampaignUnknown
from app.campaigns.models import ALL_DAYS, Binding, CampaignRow, ConditionRow, Tally, TierRow
from app.campaigns.queries.budgets import budgets_by_campaign, unproved_budgets
from app.campaigns.rules import Budget, Conditions, Draw, Tier, Window
from app.kit import cache, sealing
from app.kit.resealing import sealed_column


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as every process keeps it: its window, limits, draw and the commission rule of each tier."""

    id: int
    name: str
    first_no: int
    window: Window
    per_person_limit: int | None
    per_person_day_limit: int | None
    commitment: str
    rule_version: str
    draw: Draw
    commission_rule_ids: tuple[int | None, ...]
    conditions: Conditions | None
    budgets: tuple[Budget, ...]
    rules_text: str | None

    @property
    def asks_history(self) -> bool:
        """Whether a claim must know if the person has won before."""
        return self.conditions is not None and self.conditions.persons != "any"


@dataclass(frozen=True, slots=True)
class Book:
    """All campaigns of a brand as of a version, and which code belongs to which."""

    version: int
    campaigns: dict[int, Campaign]
    starts: tuple[int, ...]
    bindings: tuple[tuple[int, int, int], ...]

    def find(self, code_no: int) -> Campaign | None:
        """The one drawing campaign that a code was bound to at its activation."""
        at = bisect_right(self.starts, code_no)
        if at == 0:
            return None
        _, hi, campaign_id = self.bindings[at - 1]
        return self.campaigns[campaign_id] if code_no < hi else None


def seed_context(brand_id: int, campaign_id: int) -> str:
    return f"campaign:{brand_id}:{campaign_id}"


sealed_column(CampaignRow.seed_sealed, lambda row: seed_context(row.brand_id, row.id))


def _load(session: Session, brand_id: int) -> Book:
    tiers: dict[int, list[TierRow]] = {}
    for tier in session.scalars(
        select(TierRow).where(TierRow.brand_id == brand_id).order_by(TierRow.campaign_id, TierRow.position)
    ):
        tiers.setdefault(tier.campaign_id, []).append(tier)
    rows = session.scalars(select(CampaignRow).where(CampaignRow.brand_id == brand_id))
    conditions, budgets = conditions_by_campaign(session, brand_id), budgets_by_campaign(session, brand_id)
    campaigns = {
        row.id: _campaign(row, tiers.get(row.id, []), conditions.get(row.id), budgets.get(row.id, ()))
        for row in rows
    }
    bindings = session.scalars(select(Binding).where(Binding.brand_id == brand_id).order_by(Binding.lo))
    ranges = tuple((binding.lo, binding.hi, binding.campaign_id) for binding in bindings)
    version = cache.current_version(session, brand_id)
    return Book(version, campaigns, tuple(lo for lo, _, _ in ranges), ranges)


def conditions_by_campaign(session: Session, brand_id: int) -> dict[int, Conditions]:
    """The conditions in force; campaigns without any are missing."""
    rows = select(ConditionRow).where(ConditionRow.brand_id == brand_id).order_by(ConditionRow.version)
    return {row.campaign_id: read_conditions(row.version, row.terms) for row in session.scalars(rows)}


def conditions_of(session: Session, campaign_id: int) -> Conditions | None:
    newest = (
        select(ConditionRow)
        .where(ConditionRow.campaign_id == campaign_id)
        .order_by(ConditionRow.version.desc())
        .limit(1)
    )
    row = session.scalar(newest)
    return read_conditions(row.version, row.terms) if row else None


def read_conditions(version: int, terms: Mapping[str, Any]) -> Conditions:
    hours = (terms["from_hour"], terms["to_hour"]) if terms["from_hour"] is not None else None
    return Conditions(
        version=version,
        dealers=frozenset(map(int, terms["dealers"])),
        counties=frozenset(terms["counties"]),
        terminals=frozenset(map(int, terms["terminals"])),
        weekdays=frozenset(terms["weekdays"]),
        hours=hours,
        persons=terms["persons"],
        per_device_limit=terms["per_device_limit"],
    )


def _campaign(
    row: CampaignRow, tiers: Sequence[TierRow], conditions: Conditions | None, budgets: tuple[Budget, ...]
) -> Campaign:
    seed = sealing.open_sealed(row.seed_sealed, context=seed_context(row.brand_id, row.id))
    return Campaign(
        id=row.id,
        name=row.name,
        first_no=row.first_no,
        window=Window(row.starts_at, row.ends_at, row.stopped_at),
        per_person_limit=row.per_person_limit,
        per_person_day_limit=row.per_person_day_limit,
        commitment=row.commitment,
        rule_version=f"{row.rule_version}+conditions-{conditions.version}" if conditions else row.rule_version,
        draw=Draw(seed, row.codes, drawn(tiers)),
        commission_rule_ids=tuple(tier.commission_rule_id for tier in tiers),
        conditions=conditions,
        budgets=budgets,
        rules_text=row.rules_text,
    )


def drawn(tiers: Sequence[TierRow]) -> tuple[Tier, ...]:
    """Tiers as the draw knows them."""
    return tuple(Tier(tier.name, tier.amount_fen, tier.count, tier.prize) for tier in tiers)


_books = cache.Versioned(_load)


def book(brand_id: int) -> Book:
    """The campaigns of a brand, in memory once loaded; call outside of transactions."""
    return _books.get(brand_id)


def get_campaign(session: Session, campaign_id: int) -> CampaignRow:
    row = session.scalar(select(CampaignRow).where(CampaignRow.id == campaign_id))
    if row is None:
        raise CampaignUnknown
    return row


def tallies_of(session: Session, campaign_id: int, person_id: int, day: date) -> tuple[int, int]:
    """How often a person has claimed in a campaign: in all, and on a business day."""
    wanted = select(Tally.day, Tally.times).where(
        Tally.campaign_id == campaign_id, Tally.person_id == person_id, Tally.day.in_((ALL_DAYS, day))
    )
    times = {row.day: row.times for row in session.execute(wanted)}
    return times.get(ALL_DAYS, 0), times.get(day, 0)


def seed_of(session: Session, row: CampaignRow) -> bytes:
    return sealing.open_sealed(row.seed_sealed, context=seed_context(session.info["brand_id"], row.id))


def tiers_of(session: Session, campaign_id: int) -> Sequence[TierRow]:
    statement = select(TierRow).where(TierRow.campaign_id == campaign_id).order_by(TierRow.position)
    return session.scalars(statement).all()


OVERDRAWN = text("""
SELECT t.campaign_id, t.name FROM campaigns_tier t
JOIN rewards_claim c ON c.brand_id = :brand_id AND c.campaign_id = t.campaign_id AND c.tier_no = t.position
WHERE t.brand_id = :brand_id
GROUP BY t.campaign_id, t.name, t.count HAVING count(*) > t.count LIMIT 20""")


def check_invariants(session: Session) -> list[str]:
    """Bindings are disjoint, no tier paid more prizes than it promised, and budgets are as their claims say."""
    brand_id = session.info["brand_id"]
    ranges = session.execute(select(Binding.lo, Binding.hi).order_by(Binding.lo)).all()
    wrong = [f"bindings overlap at {right.lo}" for left, right in pairwise(ranges) if left.hi > right.lo]
    overdrawn = session.execute(OVERDRAWN, {"brand_id": brand_id})
    wrong += [f"campaign {campaign}: tier {tier} overdrawn" for campaign, tier in overdrawn]
    return wrong + unproved_budgets(session)
