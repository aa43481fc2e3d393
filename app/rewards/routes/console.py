"""Prizes at the console: grants, redemptions, refusals, what came too late, and the settlement of a day."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app import channel, codes, identity
from app.kit import clock, regions
from app.kit.http import blueprint, brand_id, contract, language
from app.kit.paging import PageQuery, page_schema
from app.kit.transaction import transaction
from app.rewards import queries
from app.rewards.actions import change_settings
from app.rewards.errors import UnknownGrant
from app.rewards.models import Grant, Refusal
from app.rewards.routes import shown
from app.rewards.rules import REFUSAL_REASONS, Settings
from app.rewards.schemas import (
    ConflictSchema,
    DayQuery,
    DaySchema,
    GrantFactsSchema,
    GrantQuery,
    GrantSchema,
    RedemptionSchema,
    RefusalSchema,
    SettingsSchema,
    SettlementQuery,
    SettlementSchema,
)

console = blueprint("rewards", __name__, "console")
WRITERS = ("brand_admin", "brand_operator")


def audit(session: Session, action: str, subject: str, before: Any, after: Any, at: datetime) -> None:
    actor = identity.current_actor()
    identity.record(session, actor=actor, action=action, subject=subject, before=before, after=after, at=at)


@console.get("/grants")
@contract(query=GrantQuery, returns=page_schema(GrantSchema))
def list_grants(*, state: str | None, kind: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """奖品列表"""
    at = clock.now()
    with transaction(brand_id()) as session:
        found = queries.grant_page(session, state=state, kind=kind, cursor=cursor, limit=limit)
        ids = [row.id for row in found.items]
        redeemed, sent = queries.redemptions_of(session, ids), queries.deliveries_of(session, ids)
    items = [shown.grant(row, redeemed.get(row.id), sent.get(row.id), at) | _more(row) for row in found.items]
    return {"items": items, "next_cursor": found.next_cursor}


def _more(row: Grant) -> dict[str, Any]:
    names = ("campaign_id", "value_fen", "goods_fen", "service_fen", "restock")
    return {name: getattr(row, name) for name in names} | {"code": codes.text_of(brand_id(), row.code_no)}


@console.get("/redemptions")
@contract(query=PageQuery, returns=page_schema(RedemptionSchema))
def list_redemptions(*, cursor: str | None, limit: int) -> dict[str, Any]:
    """核销记录"""
    with transaction(brand_id()) as session:
        found = queries.redemption_page(session, terminals=None, cursor=cursor, limit=limit)
        prizes = queries.grants_by_id(session, [row.grant_id for row in found.items])
    return {"items": shown.redemptions(found.items, prizes), "next_cursor": found.next_cursor}


@console.get("/refusals")
@contract(query=PageQuery, returns=page_schema(RefusalSchema))
def list_refusals(*, cursor: str | None, limit: int) -> dict[str, Any]:
    """消费者反映的拒兑"""
    with transaction(brand_id()) as session:
        found = queries.refusal_page(session, cursor=cursor, limit=limit)
        prizes = queries.grants_by_id(session, [row.grant_id for row in found.items])
    items = [_refusal(row, prizes[row.grant_id].tier_name) for row in found.items]
    return {"items": items, "next_cursor": found.next_cursor}


def _refusal(row: Refusal, tier: str) -> dict[str, Any]:
    region = regions.atlas().by_code.get(row.county) if row.county else None
    facts = {name: getattr(row, name) for name in ("id", "grant_id", "terminal_id", "words", "at")}
    return facts | {
        "tier": tier,
        "shop": row.shop_name or shown.shop(row.terminal_id),
        "reason": REFUSAL_REASONS[row.reason][language() == "en"],
        "place": f"{region.city}{region.name}" if region else row.county,
    }


@console.get("/redemption-conflicts")
@contract(query=PageQuery, returns=page_schema(ConflictSchema))
def list_conflicts(*, cursor: str | None, limit: int) -> dict[str, Any]:
    """离线核销撞单: 给了货却晚了一步的门店"""
    with transaction(brand_id()) as session:
        found = queries.conflict_page(session, cursor=cursor, limit=limit)
    names = ("id", "grant_id", "shown_at", "uploaded_at")
    items = [
        {name: getattr(row, name) for name in names}
        | {"shop": shown.shop(row.terminal_id), "winner": shown.shop(row.winner_terminal_id)}
        for row in found.items
    ]
    return {"items": items, "next_cursor": found.next_cursor}


@console.get("/redemption-days")
@contract(query=DayQuery, returns=page_schema(DaySchema))
def list_days(*, state: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """门店每天的核销与补货"""
    with transaction(brand_id()) as session:
        found = queries.day_page(session, state=state, cursor=cursor, limit=limit)
    return {"items": [shown.day(row) for row in found.items], "next_cursor": found.next_cursor}


@console.get("/redemption-settlement")
@contract(query=SettlementQuery, returns=SettlementSchema)
def show_settlement(*, day: date | None) -> dict[str, Any]:
    """某日核销结算: 全品牌和各经销商"""
    asked = day or clock.business_day(clock.now())
    with transaction(brand_id()) as session:
        whole, dealers = queries.settlement(session, asked)
    return {"day": asked, "whole": shown.total(whole), "dealers": [shown.total(row) for row in dealers]}


@console.get("/redemption-settings")
@contract(returns=SettingsSchema)
def show_settings() -> Settings:
    """核销的设置"""
    return queries.settings(brand_id())


@console.put("/redemption-settings")
@identity.requires_role(*WRITERS)
@contract(accepts=SettingsSchema, returns=SettingsSchema)
def put_settings(*, per_terminal_day: int, offline_hours: int) -> Settings:
    """改核销的设置"""
    at, before, new = clock.now(), queries.settings(brand_id()), Settings(per_terminal_day, offline_hours)
    with transaction(brand_id()) as session:
        change_settings(session, new)
        audit(session, "rewards.settings", "redemptions", asdict(before), asdict(new), at)
    return new


@console.get("/grants/<int:grant_id>")
@contract(returns=GrantFactsSchema, errors=(UnknownGrant,))
def show_grant(*, grant_id: int) -> dict[str, Any]:
    """一个奖品的来龙去脉"""
    directory, at = channel.directory(brand_id()), clock.now()
    with transaction(brand_id()) as session:
        row = queries.grant_row(session, grant_id)
        facts = queries.grant_facts(session, row, directory, language=language())
        redeemed = queries.redemption_of(session, grant_id)
        sent = queries.deliveries_of(session, [grant_id]).get(grant_id)
    return shown.grant(row, redeemed, sent, at) | _more(row) | {"facts": facts}
