"""Activation of ranges, and its revocation while nobody has used them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.codes.actions.places import Place, as_range, placed
from app.codes.errors import AlreadyActivated, NotActive, RangeOutsideBatch
from app.codes.models import SpanRow
from app.codes.queries import batch_row, first_active, spans_touching
from app.codes.rules.ranges import Range, RangeSet
from app.kit import cache
from app.kit.database import raw
from app.kit.ids import new_id

SPANS = "COPY codes_span (brand_id, id, batch_id, lo, hi, activated_at, activated_by) FROM STDIN"
REVOCATIONS = """
COPY codes_revocation (brand_id, id, batch_id, lo, hi, reason, activated_at, revoked_at, revoked_by) FROM STDIN"""
FORGET = text("DELETE FROM codes_span WHERE brand_id = :brand_id AND id = ANY(:ids)")
ROWS_AT_ONCE = 20_000  # a statement must end within five seconds


def activate(
    session: Session, *, batch_id: int, lo: int | None = None, hi: int | None = None, by: int, at: datetime
) -> Range:
    """Release ``lo <= code_no < hi`` of a batch (by default all of it) for sale; ``by`` is a person.

    Raises `UnknownBatch`, `RangeOutsideBatch`, and `AlreadyActivated` when any code of it is active.
    """
    row = batch_row(session, batch_id)
    wanted = as_range((row.lo if lo is None else lo, row.hi if hi is None else hi))
    if not Range(row.lo, row.hi).covers(wanted):
        raise RangeOutsideBatch(lo=row.lo, hi=row.hi)
    activate_ranges(session, ranges=[(wanted.lo, wanted.hi)], by=by, at=at)
    return wanted


def activate_ranges(session: Session, *, ranges: Iterable[tuple[int, int]], by: int, at: datetime) -> list[Place]:
    """Release ranges of any batches, all or nothing. Raises `RangeOutsideBatch` and `AlreadyActivated`."""
    places = placed(session, ranges, lock=True)
    active = first_active(session, [place.range for place in places])
    if active is not None:
        raise AlreadyActivated(lo=active.lo, hi=active.hi)
    copy(session, SPANS, ((place.batch.id, place.range.lo, place.range.hi, at, by) for place in places))
    cache.bump(session, session.info["brand_id"])
    return places


def revoke(
    session: Session, *, ranges: Iterable[tuple[int, int]], reason: str, by: int, at: datetime
) -> list[Place]:
    """Take an activation back, of codes that the caller knows nobody has used.

    Raises `RangeOutsideBatch`, and `NotActive` unless every code is active.
    """
    places = placed(session, ranges, lock=True)
    cuts = RangeSet.of((place.range.lo, place.range.hi) for place in places)
    spans = spans_touching(session, list(cuts))
    _require_active(cuts, spans)
    copy(session, REVOCATIONS, _revocations(cuts, spans, (reason, at, by)))
    session.execute(FORGET, {"brand_id": session.info["brand_id"], "ids": [span.id for span in spans]})
    copy(session, SPANS, _rests(cuts, spans))
    cache.bump(session, session.info["brand_id"])
    return places


def _require_active(cuts: RangeSet, spans: Sequence[SpanRow]) -> None:
    active = RangeSet.of((span.lo, span.hi) for span in spans)
    for cut in cuts:
        for part in active.missing(cut):
            raise NotActive(lo=part.lo, hi=part.hi)


def _revocations(cuts: RangeSet, spans: Sequence[SpanRow], told: tuple[str, datetime, int]) -> Iterator[Any]:
    reason, at, by = told
    for span in spans:
        for part in cuts.common(Range(span.lo, span.hi)):
            yield span.batch_id, part.lo, part.hi, reason, span.activated_at, at, by


def _rests(cuts: RangeSet, spans: Sequence[SpanRow]) -> Iterator[Any]:
    for span in spans:
        for part in cuts.missing(Range(span.lo, span.hi)):
            yield span.batch_id, part.lo, part.hi, span.activated_at, span.activated_by


def copy(session: Session, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows in bulk; the brand and an id come before what each row says."""
    brand_id, waiting = session.info["brand_id"], list(rows)
    for start in range(0, len(waiting), ROWS_AT_ONCE):
        with raw(session).cursor() as cursor, cursor.copy(statement) as into:
            for row in waiting[start : start + ROWS_AT_ONCE]:
                into.write_row((brand_id, new_id(), *row))
