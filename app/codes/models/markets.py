from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel

MARKET_UNIT = 10_000
"""WeChat makes codes by the ten thousand."""


def _of_market() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["brand_id", "market_id"], ["codes_market_application.brand_id", "codes_market_application.id"]
    )


class MarketApplicationRow(BrandModel):
    """WeChat's codes for one of our batches: its indexes, in order, are the batch's numbers, in order.

    ``requested`` until WeChat has given it an ``application_id``, ``applied`` until WeChat has made the codes,
    ``finished`` until their files are here and the map of raw codes stands, then ``ready`` for ever. ``errcode``
    is WeChat's last refusal, gone with the next step forward.
    """

    __tablename__ = "codes_market_application"
    __table_args__ = (
        UniqueConstraint("brand_id", "batch_id"),
        UniqueConstraint("brand_id", "application_id"),
        ForeignKeyConstraint(["brand_id", "batch_id"], ["codes_batch.brand_id", "codes_batch.id"]),
        CheckConstraint("state IN ('requested', 'applied', 'finished', 'ready')", name="state_known"),
        CheckConstraint("(state = 'requested') = (application_id IS NULL)", name="numbered_when_applied"),
        CheckConstraint("(state = 'ready') = (ready_at IS NOT NULL)", name="ready_since"),
        Index(
            "ix_codes_market_application_open", "brand_id", "check_at", postgresql_where=text("state = 'applied'")
        ),
    )

    batch_id: Mapped[int] = mapped_column(BigInteger)
    app_id: Mapped[str] = mapped_column(String(64))
    application_id: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10))
    errcode: Mapped[int | None] = mapped_column(Integer)
    requested_by: Mapped[int] = mapped_column(BigInteger)
    requested_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    check_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ready_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class MarketFileRow(BrandModel):
    """One file of an application: WeChat's indexes from ``code_start`` to ``code_end``, both included.

    ``first_no`` is our number of the first. Whether the file is here, the disk says.
    """

    __tablename__ = "codes_market_file"
    __table_args__ = (
        UniqueConstraint("brand_id", "market_id", "code_start"),
        UniqueConstraint("brand_id", "first_no"),
        _of_market(),
        CheckConstraint("0 <= code_start AND code_start <= code_end", name="range"),
    )

    market_id: Mapped[int] = mapped_column(BigInteger)
    code_start: Mapped[int] = mapped_column(BigInteger)
    code_end: Mapped[int] = mapped_column(BigInteger)
    first_no: Mapped[int] = mapped_column(BigInteger)


class MarketActivationRow(BrandModel):
    """That WeChat shall open a page for our numbers ``lo <= n < hi``; prizes hang on `codes_span`, not on this.

    Ranges that were not refused are disjoint, because writers lock the application's row.
    """

    __tablename__ = "codes_market_activation"
    __table_args__ = (
        _of_market(),
        CheckConstraint("lo < hi", name="range"),
        CheckConstraint("state IN ('requested', 'active', 'refused')", name="state_known"),
        CheckConstraint("(state = 'refused') = (errcode IS NOT NULL)", name="refused_with_errcode"),
        Index(
            "ix_codes_market_activation_standing",
            "brand_id",
            "lo",
            unique=True,
            postgresql_where=text("state <> 'refused'"),
        ),
        Index("ix_codes_market_activation_market", "brand_id", "market_id"),
    )

    market_id: Mapped[int] = mapped_column(BigInteger)
    lo: Mapped[int] = mapped_column(BigInteger)
    hi: Mapped[int] = mapped_column(BigInteger)
    activity_name: Mapped[str] = mapped_column(String(40))
    product_brand: Mapped[str] = mapped_column(String(80))
    product_title: Mapped[str] = mapped_column(String(80))
    product_code: Mapped[str] = mapped_column(String(14))
    wxa_app_id: Mapped[str] = mapped_column(String(64))
    wxa_path: Mapped[str] = mapped_column(String(128))
    state: Mapped[str] = mapped_column(String(10))
    errcode: Mapped[int | None] = mapped_column(Integer)
    requested_by: Mapped[int] = mapped_column(BigInteger)
    requested_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
