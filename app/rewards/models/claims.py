from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import Model


class Claim(Model):
    """One prize share of one code, paid at most once: its key is what it is about. Append-only."""

    __tablename__ = "rewards_claim"
    __table_args__ = (
        CheckConstraint("amount_fen >= 0", name="amount_not_negative"),
        Index("ix_rewards_claim_person", "brand_id", "person_id", "id"),
    )

    brand_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    code_no: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    share_no: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(BigInteger)
    campaign_id: Mapped[int] = mapped_column(BigInteger)
    rank: Mapped[int] = mapped_column(BigInteger)
    tier_no: Mapped[int | None] = mapped_column(Integer)
    tier_name: Mapped[str | None] = mapped_column(String(40))
    amount_fen: Mapped[int] = mapped_column(Integer)
    rule_version: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
