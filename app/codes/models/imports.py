from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel


class ImportRow(BrandModel):
    """An association file and what became of it; the same bytes are the same import.

    ``lines`` and ``checked`` count lines, ``units`` the children that it packed, ``wrong`` all its errors, of
    which the first are kept.
    """

    __tablename__ = "codes_import"
    __table_args__ = (
        UniqueConstraint("brand_id", "sha256", "dry_run"),
        CheckConstraint("state IN ('waiting', 'done', 'refused')", name="state"),
        CheckConstraint("source IN ('console', 'open', 'folder')", name="source"),
    )

    name: Mapped[str] = mapped_column(String(200))
    file: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    dry_run: Mapped[bool] = mapped_column(Boolean)
    source: Mapped[str] = mapped_column(String(10))
    factory: Mapped[str | None] = mapped_column(String(64))
    line: Mapped[str | None] = mapped_column(String(64))
    lot: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[int] = mapped_column(BigInteger)
    checked: Mapped[int] = mapped_column(BigInteger)
    units: Mapped[int] = mapped_column(BigInteger)
    parents: Mapped[int] = mapped_column(BigInteger)
    wrong: Mapped[int] = mapped_column(BigInteger)
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ImportErrorRow(BrandModel):
    """What is wrong with one line of a file, in words that the person at the line understands."""

    __tablename__ = "codes_import_error"
    __table_args__ = (
        ForeignKeyConstraint(["brand_id", "import_id"], ["codes_import.brand_id", "codes_import.id"]),
        Index("ix_codes_import_error_line", "brand_id", "import_id", "line"),
    )

    import_id: Mapped[int] = mapped_column(BigInteger)
    line: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(String(200))
    message_en: Mapped[str] = mapped_column(String(200))
