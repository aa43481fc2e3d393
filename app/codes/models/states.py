from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel

DUE = text("state = 'planned'")
UNALARMED = text("alarmed_at IS NULL")


class PlanRow(BrandModel):
    """A change of state of ranges of codes, carried out once when it is due; ``los`` and ``his`` are disjoint.

    What cannot be taken back (void) is requested by one person and reviewed by another before it is planned.

    ``subject`` says in the words of whoever planned it what it is about: a batch, a range, a file.
    """

    __tablename__ = "codes_plan"
    __table_args__ = (
        CheckConstraint("kind IN ('activate', 'void', 'freeze', 'thaw')", name="kind"),
        CheckConstraint(
            "state IN ('requested', 'refused', 'planned', 'done', 'cancelled', 'failed')", name="state"
        ),
        CheckConstraint("(state IN ('requested', 'planned')) = (settled_at IS NULL)", name="settled"),
        CheckConstraint("reviewed_by <> planned_by", name="reviewed_by_a_second_person"),
        CheckConstraint(
            "kind <> 'void' OR state <> 'planned' OR reviewed_by IS NOT NULL", name="no_void_without_review"
        ),
        CheckConstraint("cardinality(los) > 0 AND cardinality(los) = cardinality(his)", name="ranges"),
        Index("ix_codes_plan_due", "brand_id", "due_at", postgresql_where=DUE),
    )

    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(120))
    los: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    his: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    count: Mapped[int] = mapped_column(BigInteger)
    campaign_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(String(200))
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    state: Mapped[str] = mapped_column(String(10))
    planned_by: Mapped[int] = mapped_column(BigInteger)
    planned_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reviewed_by: Mapped[int | None] = mapped_column(BigInteger)
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    review_words: Mapped[str | None] = mapped_column(String(200))
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class RevocationRow(BrandModel):
    """Append-only: an activation that was taken back of codes that nobody had used, and why."""

    __tablename__ = "codes_revocation"
    __table_args__ = (
        ForeignKeyConstraint(["brand_id", "batch_id"], ["codes_batch.brand_id", "codes_batch.id"]),
        CheckConstraint("lo < hi", name="range"),
        Index("ix_codes_revocation_batch", "brand_id", "batch_id"),
    )

    batch_id: Mapped[int] = mapped_column(BigInteger)
    lo: Mapped[int] = mapped_column(BigInteger)
    hi: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(200))
    activated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    revoked_by: Mapped[int] = mapped_column(BigInteger)


class LeakRow(BrandModel):
    """A code that should be in nobody's hands was scanned: one row a code and day, however often."""

    __tablename__ = "codes_leak"
    __table_args__ = (
        UniqueConstraint("brand_id", "code_no", "day"),
        ForeignKeyConstraint(["brand_id", "batch_id"], ["codes_batch.brand_id", "codes_batch.id"]),
        Index("ix_codes_leak_batch", "brand_id", "batch_id", "day"),
        Index("ix_codes_leak_new", "brand_id", "day", postgresql_where=UNALARMED),
    )

    batch_id: Mapped[int] = mapped_column(BigInteger)
    code_no: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date] = mapped_column(Date)
    times: Mapped[int] = mapped_column(BigInteger)
    devices: Mapped[list[str]] = mapped_column(ARRAY(String(64)))
    counties: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    first_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    alarmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SettingRow(BrandModel):
    """One row a brand: thresholds and words of authenticity; without it the house's own apply."""

    __tablename__ = "codes_setting"
    __table_args__ = (
        UniqueConstraint("brand_id"),
        CheckConstraint(
            "0 < inner_warn_after AND inner_warn_after <= inner_exceeded_after"
            " AND 0 < outer_warn_after AND outer_warn_after <= outer_exceeded_after",
            name="thresholds",
        ),
        CheckConstraint("claim_days >= 0 AND leak_devices > 0", name="not_negative"),
    )

    inner_warn_after: Mapped[int] = mapped_column(Integer)
    inner_exceeded_after: Mapped[int] = mapped_column(Integer)
    outer_warn_after: Mapped[int] = mapped_column(Integer)
    outer_exceeded_after: Mapped[int] = mapped_column(Integer)
    claim_days: Mapped[int] = mapped_column(Integer)
    shows_place: Mapped[bool] = mapped_column(Boolean)
    leak_devices: Mapped[int] = mapped_column(Integer)
    words: Mapped[dict[str, Any]] = mapped_column(JSONB)
