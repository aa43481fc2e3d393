from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel


class AlarmRow(BrandModel):
    """Something about codes that a person should look at; ``cause`` names it once, however often it is noticed."""

    __tablename__ = "codes_alarm"
    __table_args__ = (
        UniqueConstraint("brand_id", "cause"),
        Index("ix_codes_alarm_open", "brand_id", "id", postgresql_where=text("acknowledged_at IS NULL")),
        CheckConstraint("(acknowledged_by IS NULL) = (acknowledged_at IS NULL)", name="acknowledged_by_somebody"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    cause: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(80))
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    raised_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    acknowledged_by: Mapped[int | None] = mapped_column(BigInteger)
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
