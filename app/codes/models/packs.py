"""From a wish for codes to a file that has left: specs, orders, deliveries, downloads."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel

IN_USE = text("retired_at IS NULL")


class SpecRow(BrandModel):
    """What is printed, and how the file leaves; never changed, only retired in favour of another of its name."""

    __tablename__ = "codes_spec"
    __table_args__ = (
        Index("uq_codes_spec_name", "brand_id", "name", unique=True, postgresql_where=IN_USE),
        CheckConstraint("text_form IN ('short', 'digital_link')", name="text_form"),
        CheckConstraint("letter_case IN ('upper', 'lower')", name="letter_case"),
        CheckConstraint("file_format IN ('csv', 'txt')", name="file_format"),
        CheckConstraint("encryption IN ('age', 'zip')", name="encryption"),
        CheckConstraint("canaries BETWEEN 0 AND 100", name="canaries"),
        CheckConstraint("(retired_by IS NULL) = (retired_at IS NULL)", name="retired_by_somebody"),
    )

    name: Mapped[str] = mapped_column(String(80))
    levels: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    text_form: Mapped[str] = mapped_column(String(12))
    letter_case: Mapped[str] = mapped_column(String(5))
    file_format: Mapped[str] = mapped_column(String(3))
    encryption: Mapped[str] = mapped_column(String(3))
    host: Mapped[str] = mapped_column(String(255))
    canaries: Mapped[int] = mapped_column(BigInteger)
    download_hours: Mapped[int | None] = mapped_column(BigInteger)
    activate_hours: Mapped[int | None] = mapped_column(BigInteger)
    created_by: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    retired_by: Mapped[int | None] = mapped_column(BigInteger)
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PackRow(BrandModel):
    """An order of codes: asked for by one person, reviewed by another, then minted, a batch for each level."""

    __tablename__ = "codes_pack"
    __table_args__ = (
        UniqueConstraint("brand_id", "number"),
        Index(None, "brand_id", "spec_id"),
        ForeignKeyConstraint(["brand_id", "spec_id"], ["codes_spec.brand_id", "codes_spec.id"]),
        ForeignKeyConstraint(["brand_id", "sku_id"], ["catalog_sku.brand_id", "catalog_sku.id"]),
        CheckConstraint("state IN ('requested', 'refused', 'approved', 'minted', 'cancelled')", name="state"),
        CheckConstraint("reviewed_by <> requested_by", name="reviewed_by_a_second_person"),
        CheckConstraint(
            "state IN ('requested', 'cancelled') OR (reviewed_by IS NOT NULL AND reviewed_at IS NOT NULL)",
            name="nothing_without_review",
        ),
        CheckConstraint("(state = 'minted') = (minted_at IS NOT NULL)", name="minted_at"),
    )

    spec_id: Mapped[int] = mapped_column(BigInteger)
    sku_id: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[str] = mapped_column(String(19))
    count: Mapped[int] = mapped_column(BigInteger)
    made_on: Mapped[date | None] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10))
    requested_by: Mapped[int] = mapped_column(BigInteger)
    requested_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reviewed_by: Mapped[int | None] = mapped_column(BigInteger)
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    review_words: Mapped[str | None] = mapped_column(String(200))
    cancelled_by: Mapped[int | None] = mapped_column(BigInteger)
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    minted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class DeliveryRow(BrandModel):
    """A file of one batch for one factory, and the link it is fetched by; the token itself is kept nowhere."""

    __tablename__ = "codes_delivery"
    __table_args__ = (
        UniqueConstraint("brand_id", "token_hash"),
        Index(None, "brand_id", "batch_id"),
        Index("ix_codes_delivery_kept", "brand_id", "expires_at", postgresql_where=text("removed_at IS NULL")),
        ForeignKeyConstraint(["brand_id", "batch_id"], ["codes_batch.brand_id", "codes_batch.id"]),
        CheckConstraint(
            "(encryption = 'age' AND recipient IS NOT NULL AND password_sealed IS NULL)"
            " OR (encryption = 'zip' AND recipient IS NULL AND password_sealed IS NOT NULL)",
            name="one_way_to_open",
        ),
        CheckConstraint("downloads BETWEEN 0 AND most_downloads", name="downloads"),
        CheckConstraint("lines_done BETWEEN 0 AND lines", name="lines"),
        CheckConstraint("ready_at IS NULL OR manifest IS NOT NULL", name="manifest"),
    )

    batch_id: Mapped[int] = mapped_column(BigInteger)
    encryption: Mapped[str] = mapped_column(String(3))
    recipient: Mapped[str | None] = mapped_column(String(80))
    password_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    revealed_by: Mapped[int | None] = mapped_column(BigInteger)
    revealed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_by: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    most_downloads: Mapped[int] = mapped_column(BigInteger)
    downloads: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[int] = mapped_column(BigInteger)
    lines_done: Mapped[int] = mapped_column(BigInteger)
    ready_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    size: Mapped[int | None] = mapped_column(BigInteger)
    manifest: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    revoked_by: Mapped[int | None] = mapped_column(BigInteger)
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class DownloadRow(BrandModel):
    """Append-only: who fetched a file, when, from where."""

    __tablename__ = "codes_download"
    __table_args__ = (
        UniqueConstraint("brand_id", "delivery_id", "number"),
        ForeignKeyConstraint(["brand_id", "delivery_id"], ["codes_delivery.brand_id", "codes_delivery.id"]),
    )

    delivery_id: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[int] = mapped_column(BigInteger)
    address: Mapped[str] = mapped_column(String(45))
    address_hash: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(300))
    downloaded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
