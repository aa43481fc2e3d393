from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    text,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel
from app.risk.rules import ANSWERS, KINDS, SUBJECTS


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Observation(BrandModel):
    """Append-only until it is forgotten after its month: who asked for a code, as `rules.Seen`.

    Its id is that of what was observed, so that noting it twice changes nothing. Places in 1e-6 degrees.
    """

    __tablename__ = "risk_observation"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        Index("ix_risk_observation_person", "brand_id", "person_id", "id"),
        Index("ix_risk_observation_pack", "brand_id", "pack", "id"),
        Index("ix_risk_observation_device", "brand_id", "device", "id"),
        Index("ix_risk_observation_address", "brand_id", "address", "id"),
        Index("ix_risk_observation_block", "brand_id", "block", "id"),
    )

    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    code_no: Mapped[int] = mapped_column(BigInteger)
    pack: Mapped[int] = mapped_column(BigInteger)
    block: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    device: Mapped[str | None] = mapped_column(String(64))
    address: Mapped[str | None] = mapped_column(String(16))
    dealer_id: Mapped[int | None] = mapped_column(BigInteger)
    far: Mapped[bool | None]
    handled: Mapped[bool | None]
    bare: Mapped[bool]
    unsold: Mapped[bool]
    age_days: Mapped[int | None] = mapped_column(Integer)
    latitude_e6: Mapped[int | None] = mapped_column(Integer)
    longitude_e6: Mapped[int | None] = mapped_column(Integer)


class FlagRow(BrandModel):
    """A subject that is not simply paid, or always is: found by rules (renewed in place) or set by staff.

    ``lo`` and ``hi`` bound a range of codes. ``times`` counts how often rules have set it anew.
    """

    __tablename__ = "risk_flag"
    __table_args__ = (
        CheckConstraint(one_of("kind", SUBJECTS), name="kind"),
        CheckConstraint(one_of("answer", ANSWERS), name="answer"),
        CheckConstraint("(kind = 'range') = (lo < hi)", name="range"),
        CheckConstraint("(lifted_at IS NULL) = (lift_words IS NULL)", name="lifted_with_words"),
        Index(
            "uq_risk_flag_rule",
            "brand_id",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("set_by IS NULL AND lifted_at IS NULL"),
        ),
        Index("ix_risk_flag_until", "brand_id", "until", postgresql_where=text("lifted_at IS NULL")),
    )

    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(64))
    lo: Mapped[int] = mapped_column(BigInteger, default=0)
    hi: Mapped[int] = mapped_column(BigInteger, default=0)
    answer: Mapped[str] = mapped_column(String(14))
    points: Mapped[int] = mapped_column(Integer, default=0)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    rule_version: Mapped[str] = mapped_column(String(20))
    is_suspect: Mapped[bool] = mapped_column(default=False)
    times: Mapped[int] = mapped_column(Integer, default=1)
    words: Mapped[str] = mapped_column(String(500), default="")
    set_by: Mapped[int | None] = mapped_column(BigInteger)
    set_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    lifted_by: Mapped[int | None] = mapped_column(BigInteger)
    lifted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    lift_words: Mapped[str | None] = mapped_column(String(500))


class Held(BrandModel):
    """Append-only: a claim that was not paid, with the flag that decided and its reasons as they were."""

    __tablename__ = "risk_held"
    __table_args__ = (
        CheckConstraint(one_of("answer", ANSWERS), name="answer"),
        ForeignKeyConstraint(["brand_id", "person_id"], ["identity_person.brand_id", "identity_person.id"]),
        Index("ix_risk_held_code", "brand_id", "code_no", "id"),
        Index("ix_risk_held_person", "brand_id", "person_id", "id"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    code_no: Mapped[int] = mapped_column(BigInteger)
    flag_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(10))
    answer: Mapped[str] = mapped_column(String(14))
    points: Mapped[int] = mapped_column(Integer)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    rule_version: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class RankRow(BrandModel):
    """What the platform thinks of a person, 0 to 4, and when it was last asked."""

    __tablename__ = "risk_rank"
    __table_args__ = (
        Unique("brand_id", "person_id"),
        ForeignKeyConstraint(["brand_id", "person_id"], ["identity_person.brand_id", "identity_person.id"]),
        CheckConstraint("rank BETWEEN 0 AND 4", name="rank"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    rank: Mapped[int] = mapped_column(SmallInteger)
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Mark(BrandModel):
    """One row a brand: up to which id claims and looks were noted. Its lock is the turn to judge."""

    __tablename__ = "risk_mark"

    noted_to: Mapped[int] = mapped_column(BigInteger)


class Settings(BrandModel):
    """A brand's own thresholds, one row a brand; what is not named has the default."""

    __tablename__ = "risk_settings"

    limits: Mapped[dict[str, int]] = mapped_column(JSONB)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Appeal(BrandModel):
    """A person disagrees with one refusal; ``decision`` is granted or denied, by whom, when, in which words."""

    __tablename__ = "risk_appeal"
    __table_args__ = (
        Unique("brand_id", "held_id"),
        ForeignKeyConstraint(["brand_id", "held_id"], ["risk_held.brand_id", "risk_held.id"]),
        ForeignKeyConstraint(["brand_id", "person_id"], ["identity_person.brand_id", "identity_person.id"]),
        CheckConstraint("decision IN ('granted', 'denied')", name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        Index("ix_risk_appeal_open", "brand_id", "id", postgresql_where=text("decision IS NULL")),
        Index("ix_risk_appeal_person", "brand_id", "person_id", "id"),
    )

    held_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    words: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decision: Mapped[str | None] = mapped_column(String(10))
    decision_words: Mapped[str | None] = mapped_column(String(500))
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
