"""Prizes handed over at a shop: what phones show, what shops gave, what they are owed, and where it went wrong."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel
from app.rewards.models.grants import grant_key


def terminal_key(column: str = "terminal_id") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["brand_id", column], ["channel_terminal.brand_id", "channel_terminal.id"])


class Presentation(BrandModel):
    """A prize is being shown on a phone: the number from which its digits are made, and until when it counts."""

    __tablename__ = "rewards_presentation"
    __table_args__ = (
        UniqueConstraint("brand_id", "grant_id"),
        UniqueConstraint("brand_id", "slot"),
        grant_key(),
        CheckConstraint("slot BETWEEN 0 AND 99999999", name="slot_has_eight_digits"),
    )

    grant_id: Mapped[int] = mapped_column(BigInteger)
    slot: Mapped[int] = mapped_column(Integer)
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Redemption(BrandModel):
    """Append-only: one prize handed over by one shop, at most once, and what the shop got for it."""

    __tablename__ = "rewards_redemption"
    __table_args__ = (
        UniqueConstraint("brand_id", "grant_id"),
        grant_key(),
        terminal_key(),
        CheckConstraint("way IN ('live', 'offline')", name="way"),
        Index("ix_rewards_redemption_terminal", "brand_id", "terminal_id", "id"),
    )

    grant_id: Mapped[int] = mapped_column(BigInteger)
    terminal_id: Mapped[int] = mapped_column(BigInteger)
    dealer_id: Mapped[int] = mapped_column(BigInteger)
    owner_id: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[int] = mapped_column(BigInteger)
    way: Mapped[str] = mapped_column(String(10))
    price_fen: Mapped[int] = mapped_column(Integer)
    goods_fen: Mapped[int] = mapped_column(Integer)
    service_fen: Mapped[int] = mapped_column(Integer)
    restock: Mapped[bool]
    rule_version: Mapped[str] = mapped_column(String(40))
    shown_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Day(BrandModel):
    """A shop's business day of redemptions, counted as they happen; once over, what the dealer owes in goods."""

    __tablename__ = "rewards_day"
    __table_args__ = (
        UniqueConstraint("brand_id", "terminal_id", "day"),
        terminal_key(),
        ForeignKeyConstraint(["brand_id", "dealer_id"], ["channel_dealer.brand_id", "channel_dealer.id"]),
        CheckConstraint("state IN ('open', 'owed', 'settled')", name="state"),
        Index("ix_rewards_day_dealer", "brand_id", "dealer_id", "id"),
        Index("ix_rewards_day_day", "brand_id", "day"),
    )

    terminal_id: Mapped[int] = mapped_column(BigInteger)
    dealer_id: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date] = mapped_column(Date)
    times: Mapped[int] = mapped_column(Integer)
    restock_units: Mapped[int] = mapped_column(Integer)
    restock_fen: Mapped[int] = mapped_column(BigInteger)
    paid_fen: Mapped[int] = mapped_column(BigInteger)
    collected_fen: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    settled_by: Mapped[int | None] = mapped_column(BigInteger)


class Conflict(BrandModel):
    """Append-only: a shop took a prize without a network, and another had redeemed it when it came to tell."""

    __tablename__ = "rewards_conflict"
    __table_args__ = (
        UniqueConstraint("brand_id", "grant_id", "terminal_id"),
        grant_key(),
        terminal_key(),
        terminal_key("winner_terminal_id"),
    )

    grant_id: Mapped[int] = mapped_column(BigInteger)
    terminal_id: Mapped[int] = mapped_column(BigInteger)
    winner_terminal_id: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[int] = mapped_column(BigInteger)
    shown_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    uploaded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Refusal(BrandModel):
    """Append-only: a consumer says that a shop would not hand over a prize."""

    __tablename__ = "rewards_refusal"
    __table_args__ = (
        grant_key(),
        terminal_key(),
        CheckConstraint(
            "reason IN ('no_stock', 'not_bought_here', 'asks_more', 'unaware', 'other')", name="reason"
        ),
        Index("ix_rewards_refusal_terminal", "brand_id", "terminal_id", "id"),
        Index("ix_rewards_refusal_grant", "brand_id", "grant_id"),
    )

    grant_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    terminal_id: Mapped[int | None] = mapped_column(BigInteger)
    shop_name: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(500))
    county: Mapped[str | None] = mapped_column(String(6))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SettingsRow(BrandModel):
    """How the brand wants redemptions to be."""

    __tablename__ = "rewards_settings"
    __table_args__ = (
        UniqueConstraint("brand_id"),
        CheckConstraint("per_terminal_day > 0", name="limit_positive"),
        CheckConstraint("offline_hours BETWEEN 0 AND 168", name="grace_within_a_week"),
    )

    per_terminal_day: Mapped[int] = mapped_column(Integer)
    offline_hours: Mapped[int] = mapped_column(Integer)
