"""Who supplies which shop and answers for which county: as it is now, and as it was."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel


def dealer_key(column: str = "dealer_id") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["brand_id", column], ["channel_dealer.brand_id", "channel_dealer.id"])


def terminal_key() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["brand_id", "terminal_id"], ["channel_terminal.brand_id", "channel_terminal.id"])


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
    """A county (six-digit code of GB/T 2260) that one dealer is authorised for, since when."""

    __tablename__ = "channel_dealer_area"
    __table_args__ = (
        UniqueConstraint("brand_id", "county"),
        dealer_key(),
        Index("ix_channel_dealer_area_dealer", "brand_id", "dealer_id"),
    )

    dealer_id: Mapped[int] = mapped_column(BigInteger)
    county: Mapped[str] = mapped_column(String(6))
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class FormerArea(BrandModel):
    """Append-only: a dealer was authorised for a county, ``since <= at < until``."""

    __tablename__ = "channel_former_area"
    __table_args__ = (
        dealer_key(),
        CheckConstraint("since <= until", name="time"),
        Index("ix_channel_former_area_dealer", "brand_id", "dealer_id"),
        Index("ix_channel_former_area_county", "brand_id", "county"),
    )

    dealer_id: Mapped[int] = mapped_column(BigInteger)
    county: Mapped[str] = mapped_column(String(6))
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Terminal(BrandModel):
    """A shop that sells the brand's goods, supplied by one dealer; the phone is sealed, its hash finds it."""

    __tablename__ = "channel_terminal"
    __table_args__ = (
        UniqueConstraint("brand_id", "dealer_id", "name"),
        dealer_key(),
        CheckConstraint("state IN ('active', 'closed')", name="state"),
        CheckConstraint("(latitude_e6 IS NULL) = (longitude_e6 IS NULL)", name="place"),
        Index("ix_channel_terminal_county", "brand_id", "county"),
        Index("ix_channel_terminal_place", "brand_id", "latitude_e6"),
        Index(
            "ix_channel_terminal_phone",
            "brand_id",
            "phone_hash",
            postgresql_where=text("phone_hash IS NOT NULL"),
        ),
    )

    dealer_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(200))
    county: Mapped[str] = mapped_column(String(6))
    latitude_e6: Mapped[int | None] = mapped_column(Integer)
    longitude_e6: Mapped[int | None] = mapped_column(Integer)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_masked: Mapped[str | None] = mapped_column(String(24))
    phone_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10), default="active")
    supplied_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class FormerSupplier(BrandModel):
    """Append-only: a dealer supplied a terminal, ``since <= at < until``."""

    __tablename__ = "channel_former_supplier"
    __table_args__ = (
        dealer_key(),
        terminal_key(),
        CheckConstraint("since <= until", name="time"),
        Index("ix_channel_former_supplier_terminal", "brand_id", "terminal_id"),
    )

    terminal_id: Mapped[int] = mapped_column(BigInteger)
    dealer_id: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Change(BrandModel):
    """A terminal is to move to another dealer, to close or to reopen: asked for, decided, done at its time."""

    __tablename__ = "channel_change"
    __table_args__ = (
        terminal_key(),
        dealer_key("from_dealer_id"),
        dealer_key("to_dealer_id"),
        CheckConstraint("kind IN ('transfer', 'close', 'reopen')", name="kind"),
        CheckConstraint("(kind = 'transfer') = (to_dealer_id IS NOT NULL)", name="target"),
        CheckConstraint("state IN ('proposed', 'accepted', 'done', 'declined', 'failed')", name="state"),
        Index(
            "uq_channel_change_open",
            "brand_id",
            "terminal_id",
            unique=True,
            postgresql_where=text("state IN ('proposed', 'accepted')"),
        ),
    )

    terminal_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(10))
    from_dealer_id: Mapped[int] = mapped_column(BigInteger)
    to_dealer_id: Mapped[int | None] = mapped_column(BigInteger)
    dismiss: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10))
    effective_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    proposed_by: Mapped[int] = mapped_column(BigInteger)
    proposed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    note: Mapped[str | None] = mapped_column(String(200))
