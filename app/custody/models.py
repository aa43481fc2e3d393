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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.custody.rules import KINDS, LONGEST_RUN
from app.kit.database import BrandModel

DOCUMENTS = ", ".join(f"'{kind}'" for kind in KINDS)


def _dealer_key(column: str = "dealer_id") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["brand_id", column], ["channel_dealer.brand_id", "channel_dealer.id"])


def _terminal_key(column: str = "terminal_id") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["brand_id", column], ["channel_terminal.brand_id", "channel_terminal.id"])


class Desk(BrandModel):
    """One row a brand: whoever moves its goods holds this row's lock until the commit.

    `latest_at` is the youngest movement so far: a document that builds on others is always younger than they.
    """

    __tablename__ = "custody_desk"

    turns: Mapped[int] = mapped_column(BigInteger)
    latest_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Shipment(BrandModel):
    """Append-only: a document under which goods changed hands. Neither dealer nor terminal means the brand.

    A terminal stands together with the dealer that supplied it at the time. `of_id` is the document that this
    one confirms (received) or takes back (reversed); each is done once. `made_at` is the recorder's own clock.
    """

    __tablename__ = "custody_shipment"
    __table_args__ = (
        UniqueConstraint("brand_id", "number"),
        UniqueConstraint("brand_id", "of_id", "kind"),
        _dealer_key(),
        _dealer_key("from_dealer_id"),
        _terminal_key(),
        _terminal_key("from_terminal_id"),
        ForeignKeyConstraint(["brand_id", "of_id"], ["custody_shipment.brand_id", "custody_shipment.id"]),
        CheckConstraint(f"kind IN ({DOCUMENTS})", name="kind"),
        CheckConstraint("(of_id IS NOT NULL) = (kind IN ('received', 'reversed'))", name="of"),
        Index("ix_custody_shipment_dealer", "brand_id", "dealer_id"),
        Index("ix_custody_shipment_terminal", "brand_id", "terminal_id"),
        Index("ix_custody_shipment_from_dealer", "brand_id", "from_dealer_id"),
        Index("ix_custody_shipment_from_terminal", "brand_id", "from_terminal_id"),
        Index("ix_custody_shipment_recorded_by", "brand_id", "recorded_by"),
    )

    kind: Mapped[str] = mapped_column(String(12), server_default="shipped")
    number: Mapped[str] = mapped_column(String(64))
    reference: Mapped[str | None] = mapped_column(String(64))
    from_dealer_id: Mapped[int | None] = mapped_column(BigInteger)
    from_terminal_id: Mapped[int | None] = mapped_column(BigInteger)
    dealer_id: Mapped[int | None] = mapped_column(BigInteger)
    terminal_id: Mapped[int | None] = mapped_column(BigInteger)
    codes: Mapped[int] = mapped_column(BigInteger)
    of_id: Mapped[int | None] = mapped_column(BigInteger)
    recorded_by: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    shipped_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SupplyStop(BrandModel):
    """From which business day on nothing goes to a dealer, until ``ended_at``; ``cause`` names it once."""

    __tablename__ = "custody_supply_stop"
    __table_args__ = (
        UniqueConstraint("brand_id", "cause"),
        _dealer_key(),
        Index("ix_custody_supply_stop_dealer", "brand_id", "dealer_id"),
    )

    cause: Mapped[str] = mapped_column(String(80))
    dealer_id: Mapped[int] = mapped_column(BigInteger)
    starts_on: Mapped[date] = mapped_column(Date)
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Movement(BrandModel):
    """Append-only: codes ``lo <= code_no < hi``, as scanned, went from one party to another.

    Neither dealer nor terminal means the brand. A receipt ("received") confirms and moves nothing.
    """

    __tablename__ = "custody_movement"
    __table_args__ = (
        ForeignKeyConstraint(["brand_id", "shipment_id"], ["custody_shipment.brand_id", "custody_shipment.id"]),
        _dealer_key(),
        _terminal_key(),
        CheckConstraint(f"kind IN ({DOCUMENTS})", name="kind"),
        CheckConstraint("lo < hi", name="range"),
        Index("ix_custody_movement_lo", "brand_id", "lo"),
        Index("ix_custody_movement_long", "brand_id", "lo", postgresql_where=text(f"hi - lo > {LONGEST_RUN}")),
        Index("ix_custody_movement_shipment", "brand_id", "shipment_id"),
    )

    kind: Mapped[str] = mapped_column(String(12))
    lo: Mapped[int] = mapped_column(BigInteger)
    hi: Mapped[int] = mapped_column(BigInteger)
    from_dealer_id: Mapped[int | None] = mapped_column(BigInteger)
    from_terminal_id: Mapped[int | None] = mapped_column(BigInteger)
    dealer_id: Mapped[int | None] = mapped_column(BigInteger)
    terminal_id: Mapped[int | None] = mapped_column(BigInteger)
    shipment_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Holding(BrandModel):
    """Who holds codes ``lo <= code_no < hi`` now: disjoint ranges, written under the desk's lock.

    With a terminal, `dealer_id` is the dealer that supplied it; without either the goods are back at the brand.
    """

    __tablename__ = "custody_holding"
    __table_args__ = (
        UniqueConstraint("brand_id", "lo"),
        ForeignKeyConstraint(["brand_id", "movement_id"], ["custody_movement.brand_id", "custody_movement.id"]),
        CheckConstraint("lo < hi", name="range"),
    )

    lo: Mapped[int] = mapped_column(BigInteger)
    hi: Mapped[int] = mapped_column(BigInteger)
    dealer_id: Mapped[int | None] = mapped_column(BigInteger)
    terminal_id: Mapped[int | None] = mapped_column(BigInteger)
    shipment_id: Mapped[int] = mapped_column(BigInteger)
    movement_id: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Part(BrandModel):
    """Append-only: codes ``lo <= code_no < hi`` moved on their own out of the pack ``pack_no``.

    Until they are unpacked on record, whoever moves the pack must hold them, too.
    """

    __tablename__ = "custody_part"
    __table_args__ = (
        ForeignKeyConstraint(["brand_id", "shipment_id"], ["custody_shipment.brand_id", "custody_shipment.id"]),
        CheckConstraint("lo < hi", name="range"),
        Index("ix_custody_part_pack", "brand_id", "pack_no"),
    )

    pack_no: Mapped[int] = mapped_column(BigInteger)
    lo: Mapped[int] = mapped_column(BigInteger)
    hi: Mapped[int] = mapped_column(BigInteger)
    shipment_id: Mapped[int] = mapped_column(BigInteger)


class Discrepancy(BrandModel):
    """Append-only: what a receipt found missing, or too much."""

    __tablename__ = "custody_discrepancy"
    __table_args__ = (
        ForeignKeyConstraint(["brand_id", "shipment_id"], ["custody_shipment.brand_id", "custody_shipment.id"]),
        CheckConstraint("kind IN ('missing', 'surplus')", name="kind"),
        CheckConstraint("lo < hi", name="range"),
        Index("ix_custody_discrepancy_shipment", "brand_id", "shipment_id"),
    )

    shipment_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(10))
    lo: Mapped[int] = mapped_column(BigInteger)
    hi: Mapped[int] = mapped_column(BigInteger)


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
