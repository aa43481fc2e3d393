from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import codes, identity
from app.campaigns.actions import (
    NewCampaign,
    NewTier,
    activate,
    create_campaign,
    reveal,
    stop_campaign,
)
from app.campaigns.errors import (
    BreaksRules,
    CampaignUnknown,
    CommissionRuleUnknown,
    CommittedTooLate,
    ConfirmFirst,
    NameTaken,
    NotOverYet,
    OtherBatch,
)
from app.campaigns.models import CampaignRow
from app.campaigns.queries import conditions_of, get_campaign, tiers_of
from app.campaigns.routes.budgets import required_budgets, shown_budgets
from app.campaigns.routes.conditions import UNKNOWN, required_known, shown_conditions
from app.campaigns.routes.shell import WRITERS, audit, console
from app.campaigns.rules import Window, window_state
from app.campaigns.schemas import (
    ActivatedSchema,
    ActivationSchema,
    CampaignSchema,
    NewCampaignSchema,
    RevealSchema,
    conditions_from,
)
from app.kit import clock
from app.kit.http import brand_id, contract
from app.kit.paging import Page, PageQuery, page, page_schema
from app.kit.transaction import transaction

REFUSALS = (
    BreaksRules,
    ConfirmFirst,
    CommittedTooLate,
    CommissionRuleUnknown,
    NameTaken,
    codes.UnknownBatch,
)


@console.get("/campaigns")
@contract(query=PageQuery, returns=page_schema(CampaignSchema))
def list_campaigns(*, cursor: str | None, limit: int) -> Page[dict[str, Any]]:
    """活动列表"""
    at = clock.now()
    with transaction(brand_id()) as session:
        found = page(session, select(CampaignRow), CampaignRow.id, cursor=cursor, limit=limit)
        return Page([_shown(session, row, at) for row in found.items], found.next_cursor)


@console.post("/campaigns")
@identity.requires_role(*WRITERS)
@contract(
    accepts=NewCampaignSchema,
    returns=CampaignSchema,
    errors=(*REFUSALS, *UNKNOWN),
    status=201,
)
def post_campaign(
    *,
    tiers: list[dict[str, Any]],
    conditions: dict[str, Any] | None,
    budgets: list[dict[str, Any]],
    confirmed: list[str],
    **promise: Any,
) -> dict[str, Any]:
    """新建活动, 并承诺抽奖"""
    at = clock.now()
    asked = required_known(conditions_from(conditions)) if conditions else None
    new = NewCampaign(
        tiers=tuple(NewTier(**tier) for tier in tiers),
        conditions=asked,
        budgets=required_budgets(budgets),
        confirmed=tuple(confirmed),
        **promise,
    )
    with transaction(brand_id()) as session:
        row = create_campaign(session, new, at=at)
        audit(
            session,
            "campaigns.created",
            row.id,
            {"name": row.name, "commitment": row.commitment, "confirmed": confirmed},
            at,
        )
        return _shown(session, row, at)


@console.get("/campaigns/<int:campaign_id>")
@contract(returns=CampaignSchema, errors=(CampaignUnknown,))
def show_campaign(*, campaign_id: int) -> dict[str, Any]:
    """活动详情"""
    with transaction(brand_id()) as session:
        return _shown(session, get_campaign(session, campaign_id), clock.now())


@console.post("/campaigns/<int:campaign_id>/stop")
@identity.requires_role(*WRITERS)
@contract(returns=CampaignSchema, errors=(CampaignUnknown,))
def post_stop(*, campaign_id: int) -> dict[str, Any]:
    """紧急停止活动"""
    at = clock.now()
    with transaction(brand_id()) as session:
        if stop_campaign(session, campaign_id, at=at):
            audit(session, "campaigns.stopped", campaign_id, {}, at)
        session.expire_all()
        return _shown(session, get_campaign(session, campaign_id), at)


@console.post("/campaigns/<int:campaign_id>/reveal")
@identity.requires_role("brand_admin")
@contract(returns=RevealSchema, errors=(CampaignUnknown, NotOverYet))
def post_reveal(*, campaign_id: int) -> dict[str, Any]:
    """公开抽奖种子"""
    at = clock.now()
    with transaction(brand_id()) as session:
        revealed = reveal(session, campaign_id, at=at)
        audit(session, "campaigns.revealed", campaign_id, {"commitment": revealed["commitment"]}, at)
        return revealed


@console.post("/activations")
@identity.requires_role(*WRITERS)
@contract(
    accepts=ActivationSchema,
    returns=ActivatedSchema,
    errors=(CampaignUnknown, OtherBatch, codes.UnknownBatch, codes.RangeOutsideBatch, codes.AlreadyActivated),
    status=201,
)
def post_activation(*, batch_id: int, lo: int | None, hi: int | None, campaign_id: int | None) -> dict[str, Any]:
    """激活一段码, 并绑定活动"""
    at = clock.now()
    actor = identity.current_actor()
    with transaction(brand_id()) as session:
        first, end = activate(
            session, batch_id=batch_id, lo=lo, hi=hi, campaign_id=campaign_id, by=actor.person_id, at=at
        )
        after = {"lo": first, "hi": end, "campaign_id": campaign_id}
        audit(session, "codes.activated", batch_id, after, at)
    return {"batch_id": batch_id, "lo": first, "hi": end, "count": end - first, "campaign_id": campaign_id}


def _shown(session: Session, row: CampaignRow, at: datetime) -> dict[str, Any]:
    window = Window(row.starts_at, row.ends_at, row.stopped_at)
    shown = {name: getattr(row, name) for name in CampaignSchema().fields if hasattr(row, name)}
    conditions = conditions_of(session, row.id)
    more = {
        "tiers": tiers_of(session, row.id),
        "conditions": shown_conditions(conditions),
        "budgets": shown_budgets(session, row.id, at),
    }
    return shown | more | {"state": window_state(window, at)}
