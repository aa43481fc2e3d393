"""What happens to a case after the line: units are taken out, put in, replaced; each leaves its reason behind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from app.codes.actions.packing import associate
from app.codes.actions.windows import lock_packing, opened
from app.codes.errors import DoesNotFit, NothingPacked, NotPacked, ParentClosed, UnknownCode, VoidCode
from app.codes.models import EVENT_SPAN, BatchRow, PackingEventRow
from app.codes.queries import children_of, closed_parents, first_void, packing_levels, row_of, rows_within
from app.codes.rules.associations import Associations
from app.codes.rules.checking import USUAL_LEVELS, is_below
from app.codes.rules.packing import NOWHERE, Parents, Window, stretches


@dataclass(frozen=True, slots=True)
class Why:
    """Who changes what is packed, when and for which reason; ``by`` is a person."""

    reason: str
    by: int
    at: datetime


def unpack(session: Session, *, parent_no: int, why: Why) -> int:
    """Take everything out of a parent, which may then be filled again; how many it was.

    Raises `NothingPacked`.
    """
    lock_packing(session)
    inside = children_of(session, parent_no)
    if not inside:
        raise NothingPacked
    given = Associations.of([(lo, hi, parent_no) for lo, hi in inside])
    _remove(session, given, "unpacked", why)
    return given.units


def take_out(session: Session, *, code_nos: Sequence[int], why: Why) -> int:
    """Take single codes out of whatever holds them, a sample for instance; how many they were.

    Raises `NotPacked` for one that is in nothing.
    """
    lock_packing(session)
    given = _singles(code_nos, NOWHERE)
    _remove(session, given, "removed", why)
    return len(given)


def put_in(session: Session, *, parent_no: int, code_nos: Sequence[int], why: Why) -> int:
    """Pack single codes that are in nothing; how many they were.

    Raises `AlreadyPacked`, `ParentClosed`, `DoesNotFit`, `VoidCode`, `UnknownCode`, `PackedInItself`.
    """
    lock_packing(session)
    given = _singles(code_nos, parent_no)
    _pack(session, given, "added", why)
    return len(given)


def replace_code(session: Session, *, old_no: int, new_no: int, why: Why) -> int:
    """Put a code where another is, in the same parent; the parent's number. The old one is in nothing then.

    Raises `NotPacked` for the old one, and what `put_in` does for the new one.
    """
    lock_packing(session)
    ((parent_no, _, _),) = _remove(session, _singles([old_no], NOWHERE), "replaced", why)
    old, new = _batch_of(session, old_no), _batch_of(session, new_no)
    if old.level != new.level:
        raise DoesNotFit(code_no=new_no)
    _pack(session, _singles([new_no], parent_no), "added", why, reopen=True)
    return parent_no


def close_parent(session: Session, *, parent_no: int, why: Why) -> int:
    """Say that a partly filled parent is complete: nothing is added until it is unpacked; what it holds.

    Raises `NothingPacked`, and `ParentClosed` when it was closed before.
    """
    lock_packing(session)
    inside = children_of(session, parent_no)
    if not inside:
        raise NothingPacked
    if closed_parents(session, [parent_no]):
        raise ParentClosed(parent_no=parent_no)
    session.add(_event("closed", inside[0][0], inside[-1][1], parent_no, None, why))
    session.flush()
    return sum(hi - lo for lo, hi in inside)


def _singles(code_nos: Sequence[int], parent_no: int) -> Associations:
    return Associations.of([(code_no, code_no + 1, parent_no) for code_no in sorted(set(code_nos))])


def _pack(session: Session, given: Associations, kind: str, why: Why, *, reopen: bool = False) -> None:
    parent_no = int(given.parent[0])
    _refuse_misfits(session, given, parent_no)
    associate(session, given, reopen=reopen, at=why.at)
    for lo, hi in _ranges(given):
        session.add(_event(kind, lo, hi, parent_no, None, why))
    session.flush()


def _refuse_misfits(session: Session, given: Associations, parent_no: int) -> None:
    parent, levels = _batch_of(session, parent_no), packing_levels(session) | USUAL_LEVELS
    for lo, hi in [*_ranges(given), (parent_no, parent_no + 1)]:
        void = first_void(session, lo, hi)
        if void is not None:
            raise VoidCode(code_no=max(lo, void.lo))
    for lo, hi in _ranges(given):
        for batch in rows_within(session, lo, hi):
            if batch.sku_id != parent.sku_id or not is_below(batch.level, parent.level, levels):
                raise DoesNotFit(code_no=max(lo, batch.lo))


def _batch_of(session: Session, code_no: int) -> BatchRow:
    row = row_of(session, code_no)
    if row is None:
        raise UnknownCode(code_no=code_no)
    return row


def _ranges(given: Associations) -> Iterator[tuple[int, int]]:
    """Neighbouring children together."""
    starts = np.flatnonzero(np.concatenate(([True], given.lo[1:] != given.hi[:-1])))
    ends = np.concatenate((starts[1:] - 1, [len(given) - 1]))
    return zip(given.lo[starts].tolist(), given.hi[ends].tolist(), strict=True)


Left = tuple[int, int, int]  # the parent that was left, and the children lo … hi that did


def _remove(session: Session, given: Associations, kind: str, why: Why) -> list[Left]:
    left: list[Left] = []
    for lo, hi, part in given.windows():
        with opened(session, lo, hi) as window:
            numbers, _, _ = part.expanded()
            for place in np.flatnonzero(window.parents_of(numbers) == NOWHERE):
                raise NotPacked(code_no=int(numbers[place]))
            for parent_no, start, end, packed_at in _stays(window, numbers):
                session.add(_event(kind, start, end, parent_no, packed_at, why))
                left.append((parent_no, start, end))
            window.put(numbers, np.full(len(numbers), NOWHERE), window.links[0])
    session.flush()
    return left


def _stays(window: Window, numbers: Parents) -> Iterator[tuple[int, int, int, datetime]]:
    """Where the children were until now: (parent, lo, hi, since when), neighbours together."""
    chosen = np.zeros_like(window.parents)
    chosen[numbers - window.lo] = window.parents_of(numbers)
    for lo, hi, place in stretches(window.lo, chosen, window.keys):
        for start in range(lo, hi, EVENT_SPAN):
            packed_at = window.links[window.keys[place]].packed_at
            yield int(chosen[place]), start, min(start + EVENT_SPAN, hi), packed_at


def _event(kind: str, lo: int, hi: int, parent_no: int, packed_at: datetime | None, why: Why) -> PackingEventRow:
    return PackingEventRow(
        kind=kind,
        lo=lo,
        hi=hi,
        parent_no=parent_no,
        packed_at=packed_at,
        reason=why.reason,
        by=why.by,
        at=why.at,
    )
