from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel

LARGEST_BATCH = 20_000_000
LIVE = text("lifted_at IS NULL")


def _of_batch(column: str = "batch_id") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["brand_id", column], ["codes_batch.brand_id", "codes_batch.id"])


class CounterRow(BrandModel):
    """The next unused code number of the brand."""

    __tablename__ = "codes_counter"
    __table_args__ = (UniqueConstraint("brand_id"),)

    next_code_no: Mapped[int] = mapped_column(BigInteger)


class BatchRow(BrandModel):
    """Codes of one level, minted together: the numbers ``lo <= code_no < hi``. Never changed after minting.

    The next ``canaries`` numbers, from ``hi`` on, belong to its print file only: they read as genuine, and as they
    lie outside of the batch nothing ever activates, packs or pays them.
    """

    __tablename__ = "codes_batch"
    __table_args__ = (
        UniqueConstraint("brand_id", "number"),
        UniqueConstraint("brand_id", "lo"),
        ForeignKeyConstraint(["brand_id", "sku_id"], ["catalog_sku.brand_id", "catalog_sku.id"]),
        CheckConstraint("0 < lo AND lo < hi AND hi <= 1099511627776", name="range_within_40_bits"),
        CheckConstraint("has_inner = (inner_slot IS NOT NULL)", name="inner_face_has_a_slot"),
        CheckConstraint("canaries >= 0 AND hi + canaries <= 1099511627776", name="canaries_within_40_bits"),
        UniqueConstraint("brand_id", "pack_id", "level"),
        ForeignKeyConstraint(["brand_id", "pack_id"], ["codes_pack.brand_id", "codes_pack.id"]),
    )

    number: Mapped[str] = mapped_column(String(40))
    sku_id: Mapped[int] = mapped_column(BigInteger)
    level: Mapped[str] = mapped_column(String(20))
    lo: Mapped[int] = mapped_column(BigInteger)
    hi: Mapped[int] = mapped_column(BigInteger)
    has_inner: Mapped[bool] = mapped_column(Boolean)
    outer_slot: Mapped[str] = mapped_column(String(1))
    inner_slot: Mapped[str | None] = mapped_column(String(1))
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_on: Mapped[date | None] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    exported_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    pack_id: Mapped[int | None] = mapped_column(BigInteger)
    canaries: Mapped[int] = mapped_column(BigInteger, server_default="0")
    has_security_code: Mapped[bool] = mapped_column(Boolean, server_default=false())


class SpanRow(BrandModel):
    """An activated range of a batch; spans are disjoint because writers lock the batch's row."""

    __tablename__ = "codes_span"
    __table_args__ = (
        UniqueConstraint("brand_id", "lo"),
        Index(None, "brand_id", "batch_id"),
        _of_batch(),
        CheckConstraint("lo < hi", name="range"),
    )

    batch_id: Mapped[int] = mapped_column(BigInteger)
    lo: Mapped[int] = mapped_column(BigInteger)
    hi: Mapped[int] = mapped_column(BigInteger)
    activated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    activated_by: Mapped[int] = mapped_column(BigInteger)


class BlockRow(BrandModel):
    """A frozen or void range with its reason; blocks may overlap, and only frozen ones are ever lifted."""

    __tablename__ = "codes_block"
    __table_args__ = (
        _of_batch(),
        CheckConstraint("lo < hi", name="range"),
        CheckConstraint("kind IN ('frozen', 'void')", name="kind"),
        CheckConstraint("kind = 'frozen' OR lifted_at IS NULL", name="void_for_ever"),
        Index("ix_codes_block_batch", "brand_id", "batch_id"),
        Index("ix_codes_block_live", "brand_id", "lo", postgresql_where=LIVE),
    )

    batch_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(10))
    lo: Mapped[int] = mapped_column(BigInteger)
    hi: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by: Mapped[int] = mapped_column(BigInteger)
    lifted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    lifted_by: Mapped[int | None] = mapped_column(BigInteger)


class PackingRow(BrandModel):
    """Children ``lo <= n < hi`` in order, ``per_parent`` to a parent: n in ``parent_lo + (n - lo) / per_parent``.

    Rows are disjoint by children. A whole pre-associated batch is one row; a case packed by a line is one row
    whose ``per_parent`` is its size. Where a line shuffles, a row is a map (`rules.packing`): child ``lo + i`` is
    in ``parent_lo + offsets[i]``, two bytes each. Ask for parents through `parent_sql`, which knows both.
    """

    __tablename__ = "codes_packing"
    __table_args__ = (
        UniqueConstraint("brand_id", "lo"),
        _of_batch("child_batch_id"),
        _of_batch("parent_batch_id"),
        CheckConstraint("lo < hi AND per_parent > 0", name="range"),
        CheckConstraint("child_batch_id <> parent_batch_id", name="not_in_itself"),
        CheckConstraint("offsets IS NULL OR length(offsets) = 2 * (hi - lo)", name="map"),
        Index("ix_codes_packing_reach", "brand_id", "reach", "parent_lo"),
        Index("ix_codes_packing_parent", "brand_id", "parent_lo"),  # the release before reads by it
        Index("ix_codes_packing_batches", "brand_id", "child_batch_id", "parent_batch_id"),
        Index("ix_codes_packing_parent_batch", "brand_id", "parent_batch_id"),
    )

    lo: Mapped[int] = mapped_column(BigInteger)
    hi: Mapped[int] = mapped_column(BigInteger)
    parent_lo: Mapped[int] = mapped_column(BigInteger)
    per_parent: Mapped[int] = mapped_column(BigInteger)
    child_batch_id: Mapped[int] = mapped_column(BigInteger)
    parent_batch_id: Mapped[int] = mapped_column(BigInteger)
    packed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    parent_hi: Mapped[int] = mapped_column(BigInteger)
    reach: Mapped[int] = mapped_column(SmallInteger)
    offsets: Mapped[bytes | None] = mapped_column(LargeBinary)


class QueryRow(BrandModel):
    """How often one face of a code was asked about; ``id`` is made of both (`query_id`), so one index serves.

    Counties are where the first, the latest and the query before it came from, as far as they were told.
    """

    __tablename__ = "codes_query"

    code_no: Mapped[int] = mapped_column(BigInteger)
    face: Mapped[str] = mapped_column(String(5))
    times: Mapped[int] = mapped_column(BigInteger)
    first_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_device: Mapped[str | None] = mapped_column(String(64))
    first_county: Mapped[str | None] = mapped_column(String(6))
    last_county: Mapped[str | None] = mapped_column(String(6))
    previous_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    previous_county: Mapped[str | None] = mapped_column(String(6))


class SecurityTryRow(BrandModel):
    """How often the digits under the film of the code ``id`` were tried; five wrong ones in a row lock them."""

    __tablename__ = "codes_security_try"

    tries: Mapped[int] = mapped_column(BigInteger)
    passed: Mapped[int] = mapped_column(BigInteger)
    first_passed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ExportRow(BrandModel):
    """Append-only: which print file left, for whom, and what it must hash to."""

    __tablename__ = "codes_export"
    __table_args__ = (_of_batch(), Index(None, "brand_id", "batch_id"))

    batch_id: Mapped[int] = mapped_column(BigInteger)
    exported_by: Mapped[int] = mapped_column(BigInteger)
    exported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    sha256: Mapped[str] = mapped_column(String(64))
    count: Mapped[int] = mapped_column(BigInteger)
    recipient: Mapped[str] = mapped_column(String(80))
