from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel

EVENT_SPAN = 4096  # children of one event, so that the events of a child are found near it


class PackingDeskRow(BrandModel):
    """One row a brand: whoever changes what is packed holds this row's lock until the commit."""

    __tablename__ = "codes_packing_desk"

    turns: Mapped[int] = mapped_column(BigInteger)


class PackingEventRow(BrandModel):
    """Append-only: what was done to children ``lo <= n < hi`` of a parent, why, by whom.

    ``packed_at`` says since when those who left had been in it. A file leaves one event without a parent for all
    its lines; what it packed is in its own bytes, which are kept.
    """

    __tablename__ = "codes_packing_event"
    __table_args__ = (
        CheckConstraint("lo < hi", name="range"),
        CheckConstraint("kind IN ('imported', 'unpacked', 'removed', 'added', 'replaced', 'closed')", name="kind"),
        Index("ix_codes_packing_event_lo", "brand_id", "lo"),
        Index("ix_codes_packing_event_parent", "brand_id", "parent_no"),
    )

    kind: Mapped[str] = mapped_column(String(10))
    lo: Mapped[int] = mapped_column(BigInteger)
    hi: Mapped[int] = mapped_column(BigInteger)
    parent_no: Mapped[int | None] = mapped_column(BigInteger)
    packed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    import_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(200))
    by: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
