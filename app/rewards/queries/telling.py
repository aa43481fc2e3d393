"""The story of a prize in plain words: the same for consumer, shop and staff, who each see their part."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import channel
from app.kit.clock import SHANGHAI
from app.kit.money import format_fen
from app.rewards.models import Conflict, Delivery, Grant, Redemption, Refusal
from app.rewards.queries.grants import deliveries_of, redemption_of
from app.rewards.rules import REFUSAL_REASONS, state_text


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a prize's story; ``outcome`` is info, paid, held or refused."""

    at: datetime
    text: str
    rule: str | None = None
    amount_fen: int | None = None
    outcome: str = "info"


def grant_facts(
    session: Session, grant: Grant, directory: channel.Directory, *, language: str, with_shop: bool = True
) -> list[Fact]:
    """Everything that happened to a prize, oldest first; what shops earn only ``with_shop``."""
    teller = _Teller(directory, language, with_shop)
    redemption = redemption_of(session, grant.id)
    delivery = deliveries_of(session, [grant.id]).get(grant.id)
    refusals = session.scalars(select(Refusal).where(Refusal.grant_id == grant.id).order_by(Refusal.id))
    conflicts = session.scalars(select(Conflict).where(Conflict.grant_id == grant.id).order_by(Conflict.id))
    facts = [
        teller.won(grant),
        *map(teller.refused, refusals),
        *(teller.redeemed(redemption) if redemption else ()),
        *map(teller.late, conflicts),
        *(teller.sent(delivery) if delivery else ()),
        *teller.ended(grant),
    ]
    return sorted(facts, key=lambda fact: fact.at)


def day_of(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True)
class _Teller:
    directory: channel.Directory
    language: str
    with_shop: bool

    def say(self, chinese: str, english: str) -> str:
        return english if self.language == "en" else chinese

    def shop(self, terminal_id: int | None) -> str:
        name = None if terminal_id is None else self.directory.terminal_name(terminal_id)
        return name or self.say("某门店", "a shop")

    def won(self, grant: Grant) -> Fact:
        until = day_of(grant.expires_at)
        text = self.say(
            f"抽中「{grant.tier_name}」, {until} 前有效", f"Won “{grant.tier_name}”, good until {until}"
        )
        return Fact(grant.won_at, text, grant.rule_version)

    def refused(self, row: Refusal) -> Fact:
        shop = row.shop_name or self.shop(row.terminal_id)
        chinese, english = REFUSAL_REASONS[row.reason]
        text = self.say(f"顾客反映「{shop}」不给兑: {chinese}", f"“{shop}” would not honour it: {english}")
        return Fact(row.at, text, outcome="refused")

    def redeemed(self, row: Redemption) -> Iterator[Fact]:
        shop = self.shop(row.terminal_id)
        yield Fact(row.at, self.say(f"在门店「{shop}」核销", f"Handed over by “{shop}”"), row.rule_version)
        if row.way == "offline":
            seen = day_of(row.shown_at)
            told = self.say(
                f"门店离线时于 {seen} 扫到, 联网后上传", f"Seen at {seen} without a network, told later"
            )
            yield Fact(row.at, told)
        if row.price_fen:
            price = format_fen(row.price_fen)
            yield Fact(row.at, self.say(f"顾客付给门店 {price}", f"The customer paid the shop {price}"))
        if self.with_shop:
            yield from self._credited(row)

    def _credited(self, row: Redemption) -> Iterator[Fact]:
        if row.goods_fen:
            into = (
                self.say("补货额度", "restock credit")
                if row.restock
                else self.say("店主钱包", "the owner's wallet")
            )
            text = self.say(
                f"货款 {format_fen(row.goods_fen)} 记入{into}",
                f"{format_fen(row.goods_fen)} for the goods: {into}",
            )
            yield Fact(row.at, text, row.rule_version, row.goods_fen, "paid")
        if row.service_fen:
            fee = format_fen(row.service_fen)
            text = self.say(f"核销服务费 {fee} 记入店主钱包", f"{fee} for the service: the owner's wallet")
            yield Fact(row.at, text, row.rule_version, row.service_fen, "paid")

    def late(self, row: Conflict) -> Fact:
        shop, winner = self.shop(row.terminal_id), self.shop(row.winner_terminal_id)
        text = self.say(
            f"「{shop}」离线核销上传时, 已由「{winner}」核销, 没有入账",
            f"“{shop}” told of it without a network after “{winner}” had redeemed it: not credited",
        )
        return Fact(row.uploaded_at, text, outcome="refused")

    def sent(self, row: Delivery) -> Iterator[Fact]:
        yield Fact(row.ordered_at, self.say("已填收货地址", "Address given"))
        if row.shipped_at is not None:
            text = self.say(f"已寄出: {row.carrier} {row.tracking}", f"Shipped: {row.carrier} {row.tracking}")
            yield Fact(row.shipped_at, text)

    def ended(self, grant: Grant) -> Iterator[Fact]:
        if grant.reason not in {"drawn", "redeemed", "address_given"}:
            text = state_text(grant.state, grant.reason, self.language)
            yield Fact(grant.changed_at, text, outcome="refused" if grant.state == "expired" else "info")
