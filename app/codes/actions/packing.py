"""Association: which codes are in which case, pallet or whatever holds them."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.codes.actions.windows import insert_packings, lock_packing, opened
from app.codes.errors import (
    AlreadyPacked,
    PackedInItself,
    ParentClosed,
    RangeOutsideBatch,
    RangesOverlap,
    TooFewParents,
)
from app.codes.queries import ancestor_batches, batch, closed_parents, first_free_parent, first_packed, holders
from app.codes.rules.associations import Associations
from app.codes.rules.packing import NOWHERE, Link, Packing, Parents, Window
from app.codes.rules.ranges import Run, joined


def pack(session: Session, *, parents_batch_id: int, children_batch_id: int, per_parent: int, at: datetime) -> Run:
    """Pre-associate a whole batch in order: its first ``per_parent`` codes into the first free parent, and so on.

    Writes one row, whatever the size. Raises `UnknownBatch`, `PackedInItself`, `TooFewParents`, `AlreadyPacked`.
    """
    lock_packing(session)
    parents, children = batch(session, parents_batch_id), batch(session, children_batch_id)
    parent_lo = first_free_parent(session, parents.id, parents.lo)
    run = Run(children.lo, children.hi, parent_lo, per_parent)
    if run.parents.hi > parents.hi:
        raise TooFewParents(needed=run.parents.size, free=parents.hi - parent_lo)
    taken = first_packed(session, children.lo, children.hi)
    if taken:
        raise AlreadyPacked(lo=taken[0], hi=taken[1])
    refuse_circles(session, {(children.id, parents.id)})
    insert_packings(session, [Packing.of_run(run, Link(children.id, parents.id, at))])
    return run


def pack_ranges(session: Session, *, ranges: Sequence[tuple[int, int, int]], at: datetime) -> list[Run]:
    """Associate what a line has packed: ``(lo, hi, parent_no)`` puts ``lo <= n < hi`` into one parent.

    All or nothing; returns the ranges in as few runs as their order allows. Raises `RangeOutsideBatch`,
    `RangesOverlap`, `PackedInItself`, `AlreadyPacked`, `ParentClosed`.
    """
    lock_packing(session)
    runs = sorted(_single(*one) for one in ranges)
    given = Associations.of([(run.lo, run.hi, run.parent_lo) for run in runs])
    for place in given.repeated():
        raise RangesOverlap(lo=int(given.lo[place]), hi=int(given.hi[:place].max()))
    associate(session, given, at=at)
    return joined(runs)


def _single(lo: int, hi: int, parent_no: int) -> Run:
    try:
        return Run(lo, hi, parent_no, hi - lo)
    except ValueError as error:
        raise RangeOutsideBatch(lo=lo, hi=hi) from error


def associate(
    session: Session, given: Associations, *, again: bool = False, reopen: bool = False, at: datetime
) -> int:
    """Store associations that are in order and repeat no child, under `lock_packing`; how many children are new.

    With ``again`` a child may be in its parent already; with ``reopen`` a closed parent takes it. Raises
    `RangeOutsideBatch`, `PackedInItself`, `ParentClosed`, and `AlreadyPacked` for a child that is elsewhere.
    """
    links: set[tuple[int, int]] = set()
    fresh = 0
    for lo, hi, part in given.windows():
        children = holders(session, part.lo, part.hi)
        parents = holders(session, part.parent, part.parent + 1)
        found = set(zip(children.tolist(), parents.tolist(), strict=True))
        refuse_circles(session, found - links)
        links |= found
        with opened(session, lo, hi) as window:
            numbers, wanted, place = _new_children(window, part, again=again)
            if not reopen:
                _refuse_closed(session, wanted)
            for child, parent in found:
                chosen = ((children == child) & (parents == parent))[place]
                window.put(numbers[chosen], wanted[chosen], Link(child, parent, at))
        fresh += len(numbers)
    refuse_circles(session, links)
    return fresh


def _new_children(window: Window, part: Associations, *, again: bool) -> tuple[Parents, Parents, NDArray[np.intp]]:
    numbers, wanted, place = part.expanded()
    now = window.parents_of(numbers)
    taken = (now != NOWHERE) & (now != wanted if again else True)
    for clash in np.flatnonzero(taken):
        number = int(numbers[clash])
        raise AlreadyPacked(lo=number, hi=number + 1)
    new = now == NOWHERE
    return numbers[new], wanted[new], place[new]


def _refuse_closed(session: Session, parents: Parents) -> None:
    for parent_no in closed_parents(session, np.unique(parents).tolist()):
        raise ParentClosed(parent_no=parent_no)


def refuse_circles(session: Session, links: set[tuple[int, int]]) -> None:
    """Raises `PackedInItself` when a batch would hold, directly or over several levels, itself."""
    for child, parent in links:
        if child in ancestor_batches(session, parent):
            raise PackedInItself
