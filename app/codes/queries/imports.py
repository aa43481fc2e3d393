"""Association files and what was wrong with them."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.codes.errors import UnknownImport
from app.codes.models import ImportErrorRow, ImportRow
from app.codes.queries.catalogue import Catalogue
from app.codes.queries.packing import packings_touching
from app.codes.rules import BatchIndex
from app.codes.rules.associations import Associations
from app.codes.rules.checking import Facts, Kind
from app.codes.rules.packing import Parents, Window
from app.kit.paging import Page, decode_cursor, encode_cursor, page

LEVELS = text("""
SELECT DISTINCT child.level, parent.level
FROM (SELECT DISTINCT child_batch_id, parent_batch_id FROM codes_packing WHERE brand_id = :brand_id) p
JOIN codes_batch child ON child.brand_id = :brand_id AND child.id = p.child_batch_id
JOIN codes_batch parent ON parent.brand_id = :brand_id AND parent.id = p.parent_batch_id""")


def import_row(session: Session, import_id: int) -> ImportRow:
    """An import by its id; raises `UnknownImport`."""
    row = session.scalar(select(ImportRow).where(ImportRow.id == import_id))
    if row is None:
        raise UnknownImport(import_id=str(import_id))
    return row


def import_of_file(session: Session, sha256: str, *, dry_run: bool) -> ImportRow | None:
    return session.scalar(select(ImportRow).where(ImportRow.sha256 == sha256, ImportRow.dry_run == dry_run))


def import_page(session: Session, *, cursor: str | None, limit: int) -> Page[ImportRow]:
    return page(session, select(ImportRow), ImportRow.id, cursor=cursor, limit=limit)


def import_errors(session: Session, import_id: int) -> Sequence[ImportErrorRow]:
    """All errors that were kept, by line."""
    statement = select(ImportErrorRow).where(ImportErrorRow.import_id == import_id)
    return session.scalars(statement.order_by(ImportErrorRow.line, ImportErrorRow.id)).all()


def import_error_page(session: Session, import_id: int, *, cursor: str | None, limit: int) -> Page[ImportErrorRow]:
    """By line, as a person works through a file."""
    statement = select(ImportErrorRow).where(ImportErrorRow.import_id == import_id)
    if cursor is not None:
        statement = statement.where(ImportErrorRow.id > decode_cursor(cursor))
    rows = session.scalars(statement.order_by(ImportErrorRow.id).limit(limit + 1)).all()
    more = len(rows) > limit
    return Page(rows[:limit], encode_cursor(rows[limit - 1].id) if more else None)


def packing_levels(session: Session) -> frozenset[tuple[str, str]]:
    """Which levels are packed in which, as far as anything is."""
    rows = session.execute(LEVELS, {"brand_id": session.info["brand_id"]})
    return frozenset((child, parent) for child, parent in rows)


def facts_of(known: Catalogue, levels: frozenset[tuple[str, str]]) -> Facts:
    """What an association file is checked against; the canaries behind a batch are no goods."""
    kinds = {number: Kind(batch.level, batch.sku_id) for number, batch in known.batches.items()}
    goods = BatchIndex.of(replace(key, hi=known.batches[key.batch_id].hi) for key in known.index.batches)
    return Facts(known.slots, goods, kinds, known.void, levels)


def parents_now(session: Session, lo: int, hi: int, part: Associations) -> Parents:
    """The parent that each child of a window of `Associations` has, `NOWHERE` without one."""
    rows = packings_touching(session, lo, hi)
    for row in rows:
        lo, hi = row.widened(lo, hi)
    children, _, _ = part.expanded()
    return Window(lo, hi, rows).parents_of(children)
