"""Budgets of a campaign at the console, and going on after an emergency stop."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import channel, identity
from app.campaigns.actions import NewBudget, resume_campaign, set_budget
from app.campaigns.errors import CampaignUnknown, NotStopped, OnlyRaised, Revealed
from app.campaigns.queries import budget_states
from app.campaigns.routes.shell import WRITERS, audit, console
from app.campaigns.rules import allowance
from app.campaigns.schemas import BudgetSchema, NewBudgetSchema, ResumeSchema
from app.kit import clock, regions
from app.kit.http import brand_id, contract
from app.kit.transaction import transaction


@console.post("/campaigns/<int:campaign_id>/budgets")
@identity.requires_role(*WRITERS)
@contract(
    accepts=NewBudgetSchema,
    returns=BudgetSchema,
    errors=(CampaignUnknown, OnlyRaised, channel.UnknownDealer),
)
def post_budget(*, campaign_id: int, **given: Any) -> dict[str, Any]:
    """设定活动预算 (总额、地区、经销商、每日); 码激活后只能增加"""
    at = clock.now()
    (new,) = required_budgets([given])
    with transaction(brand_id()) as session:
        before = set_budget(session, campaign_id, new, at=at)
        was = None if before is None else {"total_fen": before.total_fen, "daily_fen": before.daily_fen}
        audit(session, "campaigns.budget_set", campaign_id, given | {"before": was}, at)
        shown = shown_budgets(session, campaign_id, at)
    return next(one for one in shown if (one["scope"], one["key"]) == (new.scope, new.key))


@console.post("/campaigns/<int:campaign_id>/resume")
@identity.requires_role(*WRITERS)
@contract(accepts=ResumeSchema, errors=(CampaignUnknown, NotStopped, Revealed), status=204)
def post_resume(*, campaign_id: int, reason: str) -> None:
    """恢复被紧急停止的活动, 写明原因"""
    at = clock.now()
    with transaction(brand_id()) as session:
        resume_campaign(session, campaign_id)
        audit(session, "campaigns.resumed", campaign_id, {"reason": reason}, at)


def required_budgets(given: Sequence[dict[str, Any]]) -> tuple[NewBudget, ...]:
    """Raises `channel.UnknownDealer` for a dealer the brand lacks."""
    directory = channel.directory(brand_id())
    for one in given:
        if one["scope"] == "dealer" and directory.dealer_name(int(one["key"])) is None:
            raise channel.UnknownDealer(dealer_id=one["key"])
    return tuple(NewBudget(**one) for one in given)


def shown_budgets(session: Session, campaign_id: int, at: datetime) -> list[dict[str, Any]]:
    day = clock.business_day(at)
    return [
        {
            "id": state.budget.id,
            "scope": state.budget.scope,
            "key": state.budget.key,
            "name": _name(state.budget.scope, state.budget.key),
            "total_fen": state.budget.total_fen,
            "daily_fen": state.budget.daily_fen,
            "low_percent": state.low_percent,
            "is_alarmed": state.is_alarmed,
            "spent_fen": state.spent_fen,
            "allowed_fen": allowance(state.budget, day),
        }
        for state in budget_states(session, campaign_id)
    ]


def _name(scope: str, key: str) -> str | None:
    region = regions.atlas().by_code.get(key) if scope == "county" else None
    return f"{region.city}{region.name}" if region else None
