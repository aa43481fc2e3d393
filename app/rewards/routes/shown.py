"""Rows as the answers show them; names come from memory, so call this outside of transactions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app import catalog, channel
from app.kit.http import brand_id, language
from app.rewards.models import Day, Delivery, Grant, Redemption
from app.rewards.queries import DayTotal
from app.rewards.rules import expires_soon, state_text


def goods(sku_id: int | None) -> dict[str, str] | None:
    if sku_id is None:
        return None
    facts = catalog.product_facts(brand_id(), sku_id)
    return {"name": facts.name, "spec": facts.spec}


def shop(terminal_id: int | None) -> str | None:
    return None if terminal_id is None else channel.directory(brand_id()).terminal_name(terminal_id)


def dealer(dealer_id: int | None) -> str | None:
    return None if dealer_id is None else channel.directory(brand_id()).dealer_name(dealer_id)


def grant(row: Grant, redeemed: Redemption | None, sent: Delivery | None, at: datetime) -> dict[str, Any]:
    """A prize as its winner sees it."""
    state, reason = (
        ("expired", "not_used_in_time") if row.state == "won" and row.expires_at <= at else (row.state, row.reason)
    )
    return {
        "id": row.id,
        "kind": row.kind,
        "tier": row.tier_name,
        "goods": goods(row.sku_id),
        "price_fen": row.price_fen,
        "points": row.points,
        "state": state,
        "state_text": state_text(state, reason, language()),
        "won_at": row.won_at,
        "expires_at": row.expires_at,
        "expires_soon": expires_soon(row.state, row.expires_at, at),
        "redemption": handed_over(redeemed),
        "delivery": on_its_way(sent) if sent else None,
    }


def handed_over(row: Redemption | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"shop": shop(row.terminal_id) or "", "at": row.at, "price_fen": row.price_fen}


def on_its_way(row: Delivery) -> dict[str, Any]:
    return {
        "state": row.state,
        "place": row.place_masked,
        "carrier": row.carrier,
        "tracking": row.tracking,
        "shipped_at": row.shipped_at,
    }


def redemption(row: Redemption, prize: Grant, *, repeated: bool = False) -> dict[str, Any]:
    """A redemption as the shop and staff see it."""
    return {
        "id": row.id,
        "terminal": shop(row.terminal_id),
        "tier": prize.tier_name,
        "goods": goods(prize.sku_id),
        "price_fen": row.price_fen,
        "goods_fen": row.goods_fen,
        "service_fen": row.service_fen,
        "restock": row.restock,
        "way": row.way,
        "at": row.at,
        "repeated": repeated,
    }


def redemptions(rows: Sequence[Redemption], prizes: dict[int, Grant]) -> list[dict[str, Any]]:
    return [redemption(row, prizes[row.grant_id]) for row in rows]


def day(row: Day) -> dict[str, Any]:
    names = (
        "id",
        "day",
        "times",
        "restock_units",
        "restock_fen",
        "paid_fen",
        "collected_fen",
        "state",
        "settled_at",
    )
    facts = {name: getattr(row, name) for name in names}
    return facts | {"terminal": shop(row.terminal_id), "dealer": dealer(row.dealer_id)}


def total(row: DayTotal) -> dict[str, Any]:
    names = ("shops", "times", "restock_units", "restock_fen", "owed_fen", "paid_fen", "collected_fen")
    return {name: getattr(row, name) for name in names} | {"dealer": dealer(row.dealer_id)}
