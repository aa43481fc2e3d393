"""Association: which codes are in which case, pallet or whatever holds them."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.codes.errors import AlreadyPacked, PackedInItself, RangeOutsideBatch, RangesOverlap, TooFewParents
from app.codes.models import BatchRow, CounterRow, PackingRow
from app.codes.queries import ancestor_batches, batch, first_free_parent, first_packed, rows_within
from app.codes.rules.ranges import Range, Run, first_clash, joined

Link = tuple[int, int]  # ids of the children's and the parents' batch


def pack(session: Session, *, parents_batch_id: int, children_batch_id: int, per_parent: int, at: datetime) -> Run:
    """Pre-associate a whole batch in order: its first ``per_parent`` codes into the first free parent, and so on.

    Writes one row, whatever the size. Raises `UnknownBatch`, `PackedInItself`, `TooFewParents`, `AlreadyPacked`.
    """
    _lock(session)
    parents, children = batch(session, parents_batch_id), batch(session, children_batch_id)
    parent_lo = first_free_parent(session, parents.id, parents.lo)
    run = Run(children.lo, children.hi, parent_lo, per_parent)
    if run.parents.hi > parents.hi:
        raise TooFewParents(needed=run.parents.size, free=parents.hi - parent_lo)
    _store(session, {(children.id, parents.id): [run]}, at)
    return run


def pack_ranges(session: Session, *, ranges: Sequence[tuple[int, int, int]], at: datetime) -> list[Run]:
    """Associate what a line has packed: ``(lo, hi, parent_no)`` puts ``lo <= n < hi`` into one parent.

    All or nothing; returns the runs as stored. Raises `RangeOutsideBatch`, `RangesOverlap`, `PackedInItself`,
    `AlreadyPacked`.
    """
    _lock(session)
    runs = sorted(_single(*one) for one in ranges)
    clash = first_clash(runs)
    if clash:
        raise RangesOverlap(lo=clash[1].lo, hi=clash[0].hi)
    links = _by_batches(session, runs)
    _store(session, links, at)
    return [run for linked in links.values() for run in linked]


def _lock(session: Session) -> None:
    """Packing of a brand goes one after the other, so that no two writers overlap or close a circle.

    No batch may hold itself, then no code does, at any depth.
    """
    session.scalar(select(CounterRow).with_for_update())


def _single(lo: int, hi: int, parent_no: int) -> Run:
    try:
        return Run(lo, hi, parent_no, hi - lo)
    except ValueError as error:
        raise RangeOutsideBatch(lo=lo, hi=hi) from error


def _by_batches(session: Session, runs: Sequence[Run]) -> dict[Link, list[Run]]:
    """The runs by the batches they connect, joined where neighbours allow."""
    if not runs:
        return {}
    children = rows_within(session, runs[0].lo, max(run.hi for run in runs))
    low, high = min(run.parent_lo for run in runs), max(run.parent_lo for run in runs)
    parents = rows_within(session, low, high + 1)
    links: dict[Link, list[Run]] = {}
    for run in runs:
        link = (_holder(children, Range(run.lo, run.hi)), _holder(parents, run.parents))
        links.setdefault(link, []).append(run)
    return {link: joined(linked) for link, linked in links.items()}


def _holder(rows: Sequence[BatchRow], wanted: Range) -> int:
    """The batch that holds the whole range; the rows are in order."""
    at = bisect_right(rows, wanted.lo, key=lambda row: row.lo) - 1
    if at < 0 or rows[at].hi < wanted.hi:
        raise RangeOutsideBatch(lo=wanted.lo, hi=wanted.hi)
    return rows[at].id


def _store(session: Session, links: Mapping[Link, Sequence[Run]], at: datetime) -> None:
    taken = first_packed(session, [run for runs in links.values() for run in runs])
    if taken:
        raise AlreadyPacked(lo=taken[0], hi=taken[1])
    for (child, parent), runs in links.items():
        if child in ancestor_batches(session, parent):
            raise PackedInItself
        session.add_all(_row(run, (child, parent), at) for run in runs)
        session.flush()


def _row(run: Run, link: Link, at: datetime) -> PackingRow:
    child, parent = link
    return PackingRow(
        lo=run.lo,
        hi=run.hi,
        parent_lo=run.parent_lo,
        per_parent=run.per_parent,
        child_batch_id=child,
        parent_batch_id=parent,
        packed_at=at,
    )
