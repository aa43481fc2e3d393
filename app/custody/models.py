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
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel


def _dealer_key(column: str = "dealer_id") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["brand_id", column], ["channel_dealer.brand_id", "channel_dealer.id"])


class Desk(BrandModel):
    """One row a brand: whoever moves its goods holds this row's lock until the commit."""

    __tablename__ = "custody_desk"

    turns: Mapped[int] = mapped_column(BigInteger)


class Shipment(BrandModel):
    """Goods that left the brand for a dealer, under the number of the delivery note."""

    __tablename__ = "custody_shipment"
    __table_args__ = (
        UniqueConstraint("brand_id", "number"),
        _dealer_key(),
        Index("ix_custody_shipment_dealer", "brand_id", "dealer_id"),
    )

    number: Mapped[str] = mapped_column(String(64))
    dealer_id: Mapped[int] = mapped_column(BigInteger)
    codes: Mapped[int] = mapped_column(BigInteger)
    shipped_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Movement(BrandModel):
    """Append-only: codes ``lo <= code_no < hi``, as scanned, went to a dealer."""

    __tablename__ = "custody_movement"
    __table_args__ = (
        ForeignKeyConstraint(["brand_id", "shipment_id"], ["custody_shipment.brand_id", "custody_shipment.id"]),
        _dealer_key(),
        CheckConstraint("kind IN ('shipped')", name="kind"),
        CheckConstraint("lo < hi", name="range"),
        Index("ix_custody_movement_lo", "brand_id", "lo"),
        Index("ix_custody_movement_shipment", "brand_id", "shipment_id"),
    )

    kind: Mapped[str] = mapped_column(String(10))
    lo: Mapped[int] = mapped_column(BigInteger)
    hi: Mapped[int] = mapped_column(BigInteger)
    dealer_id: Mapped[int] = mapped_column(BigInteger)
    shipment_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Holding(BrandModel):
    """Who holds codes ``lo <= code_no < hi`` now: disjoint ranges, written under the desk's lock."""

    __tablename__ = "custody_holding"
    __table_args__ = (
        UniqueConstraint("brand_id", "lo"),
        ForeignKeyConstraint(["brand_id", "movement_id"], ["custody_movement.brand_id", "custody_movement.id"]),
        CheckConstraint("lo < hi", name="range"),
    )

    lo: Mapped[int] = mapped_column(BigInteger)
    hi: Mapped[int] = mapped_column(BigInteger)
    dealer_id: Mapped[int] = mapped_column(BigInteger)
    shipment_id: Mapped[int] = mapped_column(BigInteger)
    movement_id: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class OpeningRow(BrandModel):
    """Append-only: the first terminal that opened a case, and what custody knew at that moment."""

    __tablename__ = "custody_opening"
    __table_args__ = (
        UniqueConstraint("brand_id", "case_no"),
        ForeignKeyConstraint(["brand_id", "terminal_id"], ["channel_terminal.brand_id", "channel_terminal.id"]),
        _dealer_key("terminal_dealer_id"),
        _dealer_key("dealer_id"),
        Index("ix_custody_opening_terminal", "brand_id", "terminal_id", "opened_at"),
    )

    case_no: Mapped[int] = mapped_column(BigInteger)
    terminal_id: Mapped[int] = mapped_column(BigInteger)
    terminal_dealer_id: Mapped[int] = mapped_column(BigInteger)
    dealer_id: Mapped[int | None] = mapped_column(BigInteger)
    opened_by: Mapped[int] = mapped_column(BigInteger)
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    foreign_opening: Mapped[bool]


class Sighting(BrandModel):
    """Append-only: a code was seen, where and by whom, as far as known. Places in 1e-6 degrees."""

    __tablename__ = "custody_sighting"
    __table_args__ = (
        CheckConstraint("kind IN ('query', 'claim', 'opening', 'inspection')", name="kind"),
        Index("ix_custody_sighting_code", "brand_id", "code_no", "at"),
    )

    code_no: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    device: Mapped[str | None] = mapped_column(String(64))
    address_hash: Mapped[str | None] = mapped_column(String(16))
    county: Mapped[str | None] = mapped_column(String(6))
    latitude_e6: Mapped[int | None] = mapped_column(Integer)
    longitude_e6: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
