from datetime import date, datetime
from typing import Any

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
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel


class RuleRow(BrandModel):
    """Append-only: a new figure is a new version under the same name."""

    __tablename__ = "commissions_rule"
    __table_args__ = (
        UniqueConstraint("brand_id", "name", "version"),
        CheckConstraint("terminal_fen >= 0 AND dealer_fen >= 0", name="amounts_not_negative"),
    )

    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(Integer)
    terminal_fen: Mapped[int] = mapped_column(Integer)
    dealer_fen: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Commission(BrandModel):
    """Append-only: what one party got, or did not get, for one source, and why."""

    __tablename__ = "commissions_commission"
    __table_args__ = (
        UniqueConstraint("brand_id", "source", "source_id", "role"),
        CheckConstraint("outcome IN ('paid', 'held', 'refused')", name="outcome_known"),
        Index("ix_commissions_party", "brand_id", "role", "party_id", "id"),
    )

    source: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(10))
    party_id: Mapped[int | None] = mapped_column(BigInteger)
    payee_id: Mapped[int | None] = mapped_column(BigInteger)
    amount_fen: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(40))
    rule_id: Mapped[int | None] = mapped_column(BigInteger)
    rule_version: Mapped[str] = mapped_column(String(40))
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Suspension(BrandModel):
    """From which business day on a dealer's own share is held, until ``ended_at``; ``cause`` names it once."""

    __tablename__ = "commissions_suspension"
    __table_args__ = (
        UniqueConstraint("brand_id", "cause"),
        ForeignKeyConstraint(["brand_id", "dealer_id"], ["channel_dealer.brand_id", "channel_dealer.id"]),
    )

    cause: Mapped[str] = mapped_column(String(80))
    dealer_id: Mapped[int] = mapped_column(BigInteger)
    starts_on: Mapped[date] = mapped_column(Date)
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
