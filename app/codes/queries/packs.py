"""Specs, orders, deliveries and their downloads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.codes.errors import UnknownBatch, UnknownDelivery, UnknownPack, UnknownSpec
from app.codes.models import BatchRow, DeliveryRow, DownloadRow, PackRow, SpecRow
from app.codes.queries.batches import batch_row
from app.codes.queries.catalogue import secret_context
from app.codes.rules.blocks import BlockCipher
from app.codes.rules.print_lines import Stock, canary_lines, lines_between
from app.codes.rules.specs import Level
from app.kit import sealing
from app.kit.paging import Page, page
from app.kit.resealing import sealed_column

FRESH = {"populate_existing": True}  # see what a bulk UPDATE of the same transaction has changed
OVERDUE = text("""
SELECT kind, batch_id, number, level, hours FROM (
  SELECT 'pack_not_downloaded' AS kind, b.id AS batch_id, b.number, b.level, s.download_hours AS hours
  FROM codes_pack p
  JOIN codes_spec s ON s.brand_id = :brand_id AND s.id = p.spec_id
  JOIN codes_batch b ON b.brand_id = :brand_id AND b.pack_id = p.id
  WHERE p.brand_id = :brand_id AND p.minted_at + make_interval(hours => s.download_hours::int) <= :at
    AND NOT EXISTS (SELECT 1 FROM codes_delivery d JOIN codes_download l
      ON l.brand_id = :brand_id AND l.delivery_id = d.id WHERE d.brand_id = :brand_id AND d.batch_id = b.id)
  UNION ALL
  SELECT 'pack_not_activated', b.id, b.number, b.level, s.activate_hours
  FROM codes_pack p
  JOIN codes_spec s ON s.brand_id = :brand_id AND s.id = p.spec_id
  JOIN codes_batch b ON b.brand_id = :brand_id AND b.pack_id = p.id
  JOIN LATERAL (SELECT min(l.downloaded_at) AS first_at FROM codes_delivery d JOIN codes_download l
    ON l.brand_id = :brand_id AND l.delivery_id = d.id
    WHERE d.brand_id = :brand_id AND d.batch_id = b.id) f ON true
  WHERE p.brand_id = :brand_id AND f.first_at + make_interval(hours => s.activate_hours::int) <= :at
    AND NOT EXISTS (SELECT 1 FROM codes_span n WHERE n.brand_id = :brand_id AND n.batch_id = b.id)
) late
WHERE NOT EXISTS (
  SELECT 1 FROM codes_alarm a WHERE a.brand_id = :brand_id AND a.cause = late.kind || ':' || late.batch_id)
ORDER BY batch_id, kind LIMIT :limit""")


@dataclass(frozen=True, slots=True)
class Overdue:
    """A batch that nobody fetched, or nobody activated, within the ``hours`` its spec allows."""

    kind: str
    batch_id: int
    number: str
    level: str
    hours: int

    @property
    def cause(self) -> str:
        return f"{self.kind}:{self.batch_id}"


@dataclass(frozen=True, slots=True)
class Canary:
    """A line of a print file that is nobody's: the line at the factory throws it out by its ``seq``."""

    seq: int
    code_no: int


def spec_page(session: Session, *, in_use: bool, cursor: str | None, limit: int) -> Page[SpecRow]:
    """Specs, newest first; ``in_use`` leaves out the retired ones."""
    statement = select(SpecRow).where(SpecRow.retired_at.is_(None)) if in_use else select(SpecRow)
    return page(session, statement, SpecRow.id, cursor=cursor, limit=limit)


def spec_row(session: Session, spec_id: int) -> SpecRow:
    """A spec by its id; raises `UnknownSpec`."""
    row = session.scalar(select(SpecRow).where(SpecRow.id == spec_id), execution_options=FRESH)
    if row is None:
        raise UnknownSpec(spec_id=str(spec_id))
    return row


def levels_of(spec: SpecRow) -> tuple[Level, ...]:
    """The levels of a spec, from the lowest up."""
    return tuple(Level(**level) for level in spec.levels)


def pack_page(session: Session, *, cursor: str | None, limit: int) -> Page[PackRow]:
    return page(session, select(PackRow), PackRow.id, cursor=cursor, limit=limit)


def pack_row(session: Session, pack_id: int) -> PackRow:
    """A pack order by its id; raises `UnknownPack`."""
    row = session.scalar(select(PackRow).where(PackRow.id == pack_id), execution_options=FRESH)
    if row is None:
        raise UnknownPack(pack_id=str(pack_id))
    return row


def batches_of_packs(session: Session, pack_ids: Sequence[int]) -> Sequence[BatchRow]:
    """The batches of some orders, in the order they were minted: from the lowest level up."""
    return session.scalars(select(BatchRow).where(BatchRow.pack_id.in_(pack_ids)).order_by(BatchRow.lo)).all()


def any_number_used(session: Session, numbers: Sequence[str]) -> bool:
    return session.scalar(select(BatchRow.id).where(BatchRow.number.in_(numbers)).limit(1)) is not None


def delivery_row(session: Session, delivery_id: int) -> DeliveryRow:
    """A delivery by its id; raises `UnknownDelivery`."""
    row = session.scalar(select(DeliveryRow).where(DeliveryRow.id == delivery_id), execution_options=FRESH)
    if row is None:
        raise UnknownDelivery(delivery_id=str(delivery_id))
    return row


def deliveries_of(session: Session, batch_ids: Sequence[int]) -> Sequence[DeliveryRow]:
    """The deliveries of some batches, newest first."""
    statement = select(DeliveryRow).where(DeliveryRow.batch_id.in_(batch_ids))
    return session.scalars(statement.order_by(DeliveryRow.id.desc()).limit(200)).all()


def downloads_of(session: Session, delivery_ids: Sequence[int]) -> Sequence[DownloadRow]:
    """Who fetched the files of some deliveries, newest first."""
    statement = select(DownloadRow).where(DownloadRow.delivery_id.in_(delivery_ids))
    return session.scalars(statement.order_by(DownloadRow.id.desc()).limit(600)).all()


def deliveries_to_remove(session: Session, *, at: datetime, limit: int) -> Sequence[DeliveryRow]:
    """Deliveries whose link is over and whose file may still lie on the disk."""
    over = (
        (DeliveryRow.expires_at <= at)
        | DeliveryRow.revoked_at.is_not(None)
        | (DeliveryRow.downloads >= DeliveryRow.most_downloads)
    )
    statement = select(DeliveryRow).where(DeliveryRow.removed_at.is_(None), over)
    return session.scalars(statement.order_by(DeliveryRow.expires_at).limit(limit)).all()


def overdue(session: Session, *, at: datetime, limit: int) -> list[Overdue]:
    """Batches that are late and for which no alarm was raised yet."""
    bound = {"brand_id": session.info["brand_id"], "at": at, "limit": limit}
    return [Overdue(*row) for row in session.execute(OVERDUE, bound)]


def stock_of(brand_id: int, row: BatchRow) -> Stock:
    """What the print file of a batch holds, line by line."""
    secret = sealing.open_sealed(row.secret_sealed, context=secret_context(brand_id, row.id))
    lines = canary_lines(BlockCipher(secret), row.hi - row.lo, row.canaries)
    return Stock(row.lo, row.hi, lines)


def canaries_of(session: Session, batch_id: int) -> list[Canary]:
    """The canaries of a batch's print file, in order; raises `UnknownBatch`."""
    stock = stock_of(session.info["brand_id"], batch_row(session, batch_id))
    return [Canary(line + 1, stock.hi + number) for number, line in enumerate(stock.canary_lines)]


def goods_between(session: Session, batch_id: int, first_seq: int, last_seq: int) -> tuple[int, int]:
    """The numbers ``lo <= code_no < hi`` that stand in lines ``first_seq`` to ``last_seq`` of a print file.

    Canaries among the lines have no part in it. Raises `UnknownBatch`, also for lines that hold no goods.
    """
    found = lines_between(stock_of(session.info["brand_id"], batch_row(session, batch_id)), first_seq, last_seq)
    if found is None:
        raise UnknownBatch(batch_id=str(batch_id))
    return found


def password_context(brand_id: int, delivery_id: int) -> str:
    return f"delivery:{brand_id}:{delivery_id}"


sealed_column(DeliveryRow.password_sealed, lambda row: password_context(row.brand_id, row.id))
