from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel


class Dealer(BrandModel):
    """A dealer of the brand; the house dealer answers for sales that nobody else serves."""

    __tablename__ = "channel_dealer"
    __table_args__ = (
        UniqueConstraint("brand_id", "name"),
        Index("uq_channel_dealer_house", "brand_id", unique=True, postgresql_where=text("house")),
        CheckConstraint("state IN ('active', 'closed')", name="state"),
    )

    name: Mapped[str] = mapped_column(String(80))
    house: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10), default="active")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class DealerArea(BrandModel):
    """A county (six-digit code of GB/T 2260) that one dealer is authorised for."""

    __tablename__ = "channel_dealer_area"
    __table_args__ = (
        UniqueConstraint("brand_id", "county"),
        ForeignKeyConstraint(["brand_id", "dealer_id"], ["channel_dealer.brand_id", "channel_dealer.id"]),
        Index("ix_channel_dealer_area_dealer", "brand_id", "dealer_id"),
    )

    dealer_id: Mapped[int] = mapped_column(BigInteger)
    county: Mapped[str] = mapped_column(String(6))


class Terminal(BrandModel):
    """A shop that sells the brand's goods, supplied by one dealer."""

    __tablename__ = "channel_terminal"
    __table_args__ = (
        UniqueConstraint("brand_id", "dealer_id", "name"),
        ForeignKeyConstraint(["brand_id", "dealer_id"], ["channel_dealer.brand_id", "channel_dealer.id"]),
        CheckConstraint("state IN ('active', 'closed')", name="state"),
        CheckConstraint("(latitude_e6 IS NULL) = (longitude_e6 IS NULL)", name="place"),
    )

    dealer_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(200))
    county: Mapped[str] = mapped_column(String(6))
    latitude_e6: Mapped[int | None] = mapped_column(Integer)
    longitude_e6: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10), default="active")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
