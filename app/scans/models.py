from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel


class Report(BrandModel):
    """Somebody holds what they take for a fake: words, a photo, and the brand's answer. Contact is sealed."""

    __tablename__ = "scans_report"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'answered', 'closed')", name="state"),
        CheckConstraint("(state = 'answered') <= (answer IS NOT NULL)", name="answer"),
        Index("ix_scans_report_state", "brand_id", "state", "id"),
        Index("ix_scans_report_person", "brand_id", "person_id", "id"),
    )

    code: Mapped[str] = mapped_column(String(64))
    code_no: Mapped[int | None] = mapped_column(BigInteger)
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    device: Mapped[str] = mapped_column(String(64))
    county: Mapped[str | None] = mapped_column(String(6))
    words: Mapped[str] = mapped_column(String(1000))
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    photo: Mapped[str | None] = mapped_column(String(80))
    reported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    state: Mapped[str] = mapped_column(String(10))
    answer: Mapped[str | None] = mapped_column(String(1000))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_by: Mapped[int | None] = mapped_column(BigInteger)
