from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel

DEALER = ["channel_dealer.brand_id", "channel_dealer.id"]


def _dealer_key() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["brand_id", "dealer_id"], DEALER)


def _of_file() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["brand_id", "file_id"], ["diversion_case.brand_id", "diversion_case.id"])


class Policy(BrandModel):
    """What a brand tolerates, one row a brand: noise in millionths, and how long a dealer has to speak."""

    __tablename__ = "diversion_policy"
    __table_args__ = (
        CheckConstraint("noise_ppm BETWEEN 10000 AND 400000", name="noise"),
        CheckConstraint("answer_days BETWEEN 3 AND 60 AND appeal_days BETWEEN 3 AND 60", name="days"),
    )

    noise_ppm: Mapped[int] = mapped_column(Integer)
    answer_days: Mapped[int] = mapped_column(Integer)
    appeal_days: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Mark(BrandModel):
    """One row a brand: up to which id sightings have been read, and votes pooled. Its lock is the turn to read."""

    __tablename__ = "diversion_mark"

    read_to: Mapped[int] = mapped_column(BigInteger)
    pooled_to: Mapped[int] = mapped_column(BigInteger)


class VoteRow(BrandModel):
    """The vote of one code: where its first consumer was, and whether that is far for the dealer who held it."""

    __tablename__ = "diversion_vote"
    __table_args__ = (
        UniqueConstraint("brand_id", "code_no"),
        Index("ix_diversion_vote_case", "brand_id", "case_no"),
        Index("ix_diversion_vote_pallet", "brand_id", "pallet_no"),
        Index("ix_diversion_vote_week", "brand_id", "dealer_id", "week_on"),
        Index("ix_diversion_vote_day", "brand_id", "seen_on"),
    )

    code_no: Mapped[int] = mapped_column(BigInteger)
    case_no: Mapped[int | None] = mapped_column(BigInteger)
    pallet_no: Mapped[int | None] = mapped_column(BigInteger)
    shipment_id: Mapped[int] = mapped_column(BigInteger)
    dealer_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    device: Mapped[str | None] = mapped_column(String(64))
    county: Mapped[str] = mapped_column(String(6))
    far: Mapped[bool]
    seen_on: Mapped[date] = mapped_column(Date)
    week_on: Mapped[date] = mapped_column(Date)


class SignalRow(BrandModel):
    """Append-only: one finding, with its figures as they were. ``cause`` names it once.

    A lot is written down at most once a day while it stays beyond chance; the youngest speaks for it.
    """

    __tablename__ = "diversion_signal"
    __table_args__ = (
        UniqueConstraint("brand_id", "cause"),
        _dealer_key(),
        CheckConstraint("kind IN ('case', 'pallet', 'dealer_week', 'opening', 'inspection')", name="kind"),
        CheckConstraint("scope IN ('pallet', 'shipment', 'week')", name="scope"),
        Index("ix_diversion_signal_scope", "brand_id", "dealer_id", "scope", "scope_no", "period_on"),
    )

    cause: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(12))
    dealer_id: Mapped[int] = mapped_column(BigInteger)
    subject: Mapped[int] = mapped_column(BigInteger)
    scope: Mapped[str] = mapped_column(String(10))
    scope_no: Mapped[int] = mapped_column(BigInteger)
    period_on: Mapped[date] = mapped_column(Date)
    seen: Mapped[int] = mapped_column(Integer)
    far: Mapped[int] = mapped_column(Integer)
    noise_ppm: Mapped[int] = mapped_column(Integer)
    chance: Mapped[float] = mapped_column(Double)
    concentration: Mapped[float] = mapped_column(Double)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    rule_version: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class FileRow(BrandModel):
    """A case file about one dealer and one pallet, shipment or week; its state moves by conditional UPDATE."""

    __tablename__ = "diversion_case"
    __table_args__ = (
        UniqueConstraint("brand_id", "dealer_id", "scope", "scope_no", "period_on"),
        _dealer_key(),
        CheckConstraint("scope IN ('pallet', 'shipment', 'week')", name="scope"),
        CheckConstraint(
            "state IN ('suspected', 'notified', 'answered', 'upheld', 'dismissed', 'appealed', 'final')",
            name="state",
        ),
        CheckConstraint("verdict IN ('upheld', 'dismissed')", name="verdict"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        Index("ix_diversion_case_state", "brand_id", "state", "id"),
    )

    dealer_id: Mapped[int] = mapped_column(BigInteger)
    scope: Mapped[str] = mapped_column(String(10))
    scope_no: Mapped[int] = mapped_column(BigInteger)
    period_on: Mapped[date] = mapped_column(Date)
    shipment_id: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10))
    verdict: Mapped[str | None] = mapped_column(String(10))
    score: Mapped[int] = mapped_column(Integer)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    rule_version: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    answer_by: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    appeal_by: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class EvidenceRow(BrandModel):
    """Append-only: a signal that is part of a file. None is added once the dealer has been notified."""

    __tablename__ = "diversion_evidence"
    __table_args__ = (
        UniqueConstraint("brand_id", "file_id", "signal_id"),
        _of_file(),
        ForeignKeyConstraint(["brand_id", "signal_id"], ["diversion_signal.brand_id", "diversion_signal.id"]),
    )

    file_id: Mapped[int] = mapped_column(BigInteger)
    signal_id: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class StepRow(BrandModel):
    """Append-only: who moved a file, to which state, and in which words."""

    __tablename__ = "diversion_step"
    __table_args__ = (
        _of_file(),
        CheckConstraint("side IN ('system', 'brand', 'dealer')", name="side"),
        Index("ix_diversion_step_file", "brand_id", "file_id"),
    )

    file_id: Mapped[int] = mapped_column(BigInteger)
    action: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10))
    side: Mapped[str] = mapped_column(String(6))
    by: Mapped[int | None] = mapped_column(BigInteger)
    words: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ConsequenceRow(BrandModel):
    """Append-only: what the brand decided to follow from an upheld file, from which day on."""

    __tablename__ = "diversion_consequence"
    __table_args__ = (
        UniqueConstraint("brand_id", "file_id", "stage"),
        _of_file(),
        _dealer_key(),
        CheckConstraint("stage IN ('notice', 'talk', 'suspend_rebates', 'stop_supply')", name="stage"),
        Index("ix_diversion_consequence_dealer", "brand_id", "dealer_id"),
    )

    file_id: Mapped[int] = mapped_column(BigInteger)
    dealer_id: Mapped[int] = mapped_column(BigInteger)
    stage: Mapped[str] = mapped_column(String(20))
    starts_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(500))
    set_by: Mapped[int] = mapped_column(BigInteger)
    set_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class EndingRow(BrandModel):
    """Append-only: a consequence holds no longer; each ends once."""

    __tablename__ = "diversion_ending"
    __table_args__ = (
        UniqueConstraint("brand_id", "consequence_id"),
        ForeignKeyConstraint(
            ["brand_id", "consequence_id"], ["diversion_consequence.brand_id", "diversion_consequence.id"]
        ),
    )

    consequence_id: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(500))
    ended_by: Mapped[int] = mapped_column(BigInteger)
    ended_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class InspectionRow(BrandModel):
    """Append-only: a code that the brand's inspector found somewhere, and what was known of it there and then."""

    __tablename__ = "diversion_inspection"
    __table_args__ = (
        Index("ix_diversion_inspection_code", "brand_id", "code_no"),
        CheckConstraint("place IN ('own', 'near', 'far')", name="place"),
    )

    code_no: Mapped[int] = mapped_column(BigInteger)
    level: Mapped[str] = mapped_column(String(20))
    dealer_id: Mapped[int | None] = mapped_column(BigInteger)
    county: Mapped[str | None] = mapped_column(String(6))
    place: Mapped[str | None] = mapped_column(String(4))
    latitude_e6: Mapped[int | None] = mapped_column(Integer)
    longitude_e6: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(String(500))
    by: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PhotoRow(BrandModel):
    """Append-only: a picture of a file or an inspection; ``position`` counts from 1, which bounds them."""

    __tablename__ = "diversion_photo"
    __table_args__ = (
        UniqueConstraint("brand_id", "kind", "owner_id", "position"),
        CheckConstraint("kind IN ('case', 'inspection')", name="kind"),
        CheckConstraint("position BETWEEN 1 AND 9", name="position"),
    )

    kind: Mapped[str] = mapped_column(String(10))
    owner_id: Mapped[int] = mapped_column(BigInteger)
    position: Mapped[int] = mapped_column(Integer)
    side: Mapped[str] = mapped_column(String(6))
    sha256: Mapped[str] = mapped_column(String(64))
    by: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
