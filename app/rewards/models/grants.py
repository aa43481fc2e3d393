"""Prizes that are not money, and the way of those that are sent home."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel
from app.rewards.rules import GrantState

# What comes to an end by the clock: prizes nobody has fetched, and points that were credited.
ENDS_BY_ITSELF = text("state = 'won' OR (kind = 'points' AND state = 'received')")


def grant_key() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["brand_id", "grant_id"], ["rewards_grant.brand_id", "rewards_grant.id"])


class Grant(BrandModel):
    """A prize that is not money, won by one claim; what was promised then holds, whatever campaigns say later."""

    __tablename__ = "rewards_grant"
    __table_args__ = (
        UniqueConstraint("brand_id", "code_no", "share_no"),
        CheckConstraint("kind IN ('another', 'one_yuan', 'points', 'goods')", name="kind"),
        CheckConstraint("state IN ('won', 'ordered', 'received', 'expired')", name="state"),
        CheckConstraint("(kind = 'points') = (sku_id IS NULL)", name="goods_or_points"),
        Index("ix_rewards_grant_person", "brand_id", "person_id", "id"),
        Index("ix_rewards_grant_state", "brand_id", "state", "id"),
        Index("ix_rewards_grant_ends", "brand_id", "expires_at", postgresql_where=ENDS_BY_ITSELF),
    )

    code_no: Mapped[int] = mapped_column(BigInteger)
    share_no: Mapped[int] = mapped_column(SmallInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    campaign_id: Mapped[int] = mapped_column(BigInteger)
    tier_name: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(12))
    sku_id: Mapped[int | None] = mapped_column(BigInteger)
    price_fen: Mapped[int] = mapped_column(Integer)
    points: Mapped[int] = mapped_column(Integer)
    value_fen: Mapped[int] = mapped_column(Integer)
    goods_fen: Mapped[int] = mapped_column(Integer)
    service_fen: Mapped[int] = mapped_column(Integer)
    restock: Mapped[bool]
    state: Mapped[GrantState] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(40))
    rule_version: Mapped[str] = mapped_column(String(40))
    won_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    told_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Delivery(BrandModel):
    """Goods on their way home. The address is sealed and forgotten some time after they have arrived."""

    __tablename__ = "rewards_delivery"
    __table_args__ = (
        UniqueConstraint("brand_id", "grant_id"),
        grant_key(),
        CheckConstraint("state IN ('ordered', 'shipped', 'received')", name="state"),
        CheckConstraint("(state = 'ordered') = (shipped_at IS NULL)", name="shipped"),
        Index("ix_rewards_delivery_state", "brand_id", "state", "id"),
    )

    grant_id: Mapped[int] = mapped_column(BigInteger)
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    place_masked: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10))
    carrier: Mapped[str | None] = mapped_column(String(40))
    tracking: Mapped[str | None] = mapped_column(String(60))
    ordered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    shipped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    shipped_by: Mapped[int | None] = mapped_column(BigInteger)
    received_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
