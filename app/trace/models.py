from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel


class ReportRow(BrandModel):
    """A quality report of a batch: a file that anybody may read from the moment it is attached."""

    __tablename__ = "trace_report"
    __table_args__ = (
        ForeignKeyConstraint(["brand_id", "batch_id"], ["codes_batch.brand_id", "codes_batch.id"]),
        Index("ix_trace_report_batch", "brand_id", "batch_id"),
    )

    batch_id: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(80))
    media_type: Mapped[str] = mapped_column(String(40))
    file: Mapped[str] = mapped_column(String(120))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    attached_by: Mapped[int] = mapped_column(BigInteger)
    attached_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
