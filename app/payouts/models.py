from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel
from app.payouts.rules import FINAL, MINIMUM_FEN, OPEN, STATES, State


def _in(states: tuple[State, ...]) -> str:
    return f"state IN ({', '.join(repr(state) for state in states)})"


class Payout(BrandModel):
    """One withdrawal, and everything the platform has said of it.

    ``attempts`` counts creations sent; until ``unsure_until`` one of them that got no answer may still take
    effect. ``check_at`` is when to ask next. ``contradiction`` is set when the platform took its word back.
    """

    __tablename__ = "payouts_payout"
    __table_args__ = (
        UniqueConstraint("brand_id", "out_bill_no"),
        ForeignKeyConstraint(["brand_id", "person_id"], ["identity_person.brand_id", "identity_person.id"]),
        CheckConstraint(_in(STATES), name="state_known"),
        CheckConstraint(f"amount_fen >= {MINIMUM_FEN}", name="amount_allowed"),
        CheckConstraint("out_bill_no ~ '^[0-9A-Za-z]{1,32}$'", name="number_allowed"),
        CheckConstraint(f"({_in(FINAL)}) = (finished_at IS NOT NULL)", name="finished_when_final"),
        CheckConstraint("package_info IS NULL OR state = 'waiting'", name="package_while_waiting"),
        CheckConstraint("state <> 'returned' OR fail_reason IS NOT NULL", name="returned_with_reason"),
        Index("ix_payouts_payout_open", "brand_id", "check_at", postgresql_where=text(_in(OPEN))),
        Index("ix_payouts_payout_person", "brand_id", "person_id", "id"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    amount_fen: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12))
    out_bill_no: Mapped[str] = mapped_column(String(32))
    platform: Mapped[str] = mapped_column(String(20))
    app_id: Mapped[str] = mapped_column(String(64))
    mch_id: Mapped[str] = mapped_column(String(32))
    openid: Mapped[str] = mapped_column(String(128))
    scene: Mapped[str] = mapped_column(String(8))
    package_info: Mapped[str | None] = mapped_column(Text)
    transfer_bill_no: Mapped[str | None] = mapped_column(String(64))
    fail_reason: Mapped[str | None] = mapped_column(String(64))
    contradiction: Mapped[str | None] = mapped_column(String(120))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    unsure_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    check_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Notified(BrandModel):
    """A notification of the platform that has taken effect; the same one again changes nothing."""

    __tablename__ = "payouts_notified"
    __table_args__ = (UniqueConstraint("brand_id", "notification_id"),)

    notification_id: Mapped[str] = mapped_column(String(64))
    out_bill_no: Mapped[str] = mapped_column(String(32))
    told: Mapped[str] = mapped_column(String(24))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
