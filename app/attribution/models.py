from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, DateTime, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel


class Sale(BrandModel):
    """One sale, attributed once; only ``counted_at`` changes, when it enters the daily totals."""

    __tablename__ = "attribution_sale"
    __table_args__ = (
        UniqueConstraint("brand_id", "source", "source_id"),
        Index("ix_attribution_sale_dealer", "brand_id", "dealer_id", "id"),
    )

    source: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int] = mapped_column(BigInteger)
    terminal_id: Mapped[int | None] = mapped_column(BigInteger)
    dealer_id: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(40))
    rule_version: Mapped[str] = mapped_column(String(40))
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    counted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class DayTotal(BrandModel):
    """How many sales a terminal or dealer served on a business day; kept by a job, late by seconds."""

    __tablename__ = "attribution_day_total"
    __table_args__ = (UniqueConstraint("brand_id", "party_kind", "party_id", "day"),)

    party_kind: Mapped[str] = mapped_column(String(10))
    party_id: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date] = mapped_column(Date)
    sales: Mapped[int] = mapped_column(BigInteger)
