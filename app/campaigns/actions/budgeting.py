"""Budgets are set with the campaign and only raised once codes are on the shelf."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import codes
from app.campaigns.errors import BreaksRules, OnlyRaised
from app.campaigns.events import BudgetLow
from app.campaigns.models import BudgetRow, CampaignRow, PurseRow
from app.campaigns.queries import budget_states, budgets_of, get_campaign, tiers_of
from app.campaigns.rules import PURSES, Budget, Scope, allowance
from app.kit import cache, outbox
from app.kit.clock import business_day
from app.kit.ids import new_ids


@dataclass(frozen=True, slots=True)
class NewBudget:
    """``key`` is the county or the dealer's id of a narrower scope; fen in all, a day, or both."""

    scope: Scope
    key: str
    total_fen: int | None
    daily_fen: int | None
    low_percent: int = 20


def add_budgets(session: Session, campaign: CampaignRow, new: Sequence[NewBudget], *, at: datetime) -> None:
    starts_on = business_day(max(campaign.starts_at, at))
    for one in new:
        budget_id, *purse_ids = new_ids(1 + PURSES)
        session.add(
            BudgetRow(
                id=budget_id,
                campaign_id=campaign.id,
                scope=one.scope,
                key=one.key,
                total_fen=one.total_fen,
                daily_fen=one.daily_fen,
                low_percent=one.low_percent,
                paced_from=starts_on,
                paced_fen=0,
            )
        )
        session.flush()
        session.add_all(
            PurseRow(id=purse_id, budget_id=budget_id, purse_no=number, spent_fen=0, moved_fen=0)
            for number, purse_id in enumerate(purse_ids)
        )
    session.flush()


def set_budget(session: Session, campaign_id: int, new: NewBudget, *, at: datetime) -> Budget | None:
    """Set the budget of a scope; the one it had before, None for a new one.

    Raises `CampaignUnknown`, `BreaksRules`, and `OnlyRaised` for less money, or a first budget, when codes are
    active: what was announced is kept.
    """
    campaign = get_campaign(session, campaign_id)
    batch = codes.batch_row(session, campaign.batch_id, lock=True)
    before = {(one.scope, one.key): one for one in budgets_of(session, campaign_id)}.get((new.scope, new.key))
    if codes.spans_over(session, batch.id, batch.lo, batch.hi) and (before is None or not _raises(before, new)):
        raise OnlyRaised
    if before is None:
        if any(tier.prize.is_credited_later for tier in tiers_of(session, campaign.id)):
            raise BreaksRules(rules=["budget_of_goods"])
        add_budgets(session, campaign, [new], at=at)
    else:
        _change(session, before, new, business_day(at))
    cache.bump(session, campaign.brand_id)
    return before


def raise_alarms(session: Session, *, at: datetime) -> list[BudgetLow]:
    """Publish `BudgetLow` for every budget that has become low, once until it is changed."""
    told = []
    for state in budget_states(session):
        total, left = state.budget.total_fen, (state.budget.total_fen or 0) - state.spent_fen
        if total is None or state.is_alarmed or 100 * left > state.low_percent * total:
            continue
        once = update(BudgetRow).where(BudgetRow.id == state.budget.id, BudgetRow.alarmed_at.is_(None))
        if session.execute(once.values(alarmed_at=at).returning(BudgetRow.id)).first() is not None:
            cause = f"budget:{state.budget.id}:{at.isoformat()}"
            told.append(BudgetLow(cause, state.campaign_id, state.budget.id, left, total))
            outbox.publish(session, told[-1], at=at)
    return told


def _raises(before: Budget, new: NewBudget) -> bool:
    """None is no bound, therefore more than any."""
    pairs = ((before.total_fen, new.total_fen), (before.daily_fen, new.daily_fen))
    return all(after is None or (bound is not None and after >= bound) for bound, after in pairs)


def _change(session: Session, before: Budget, new: NewBudget, today: date) -> None:
    """A new pace begins today, on top of what the old one had allowed until yesterday."""
    row = session.scalars(select(BudgetRow).where(BudgetRow.id == before.id)).one()
    if new.daily_fen != before.daily_fen and today >= before.paced_from:
        goes_on = before.daily_fen is not None and new.daily_fen is not None
        row.paced_fen = allowance(before, today - timedelta(days=1)) if goes_on else 0
        row.paced_from = today
    row.total_fen, row.daily_fen, row.low_percent = new.total_fen, new.daily_fen, new.low_percent
    row.alarmed_at = None
    session.flush()
