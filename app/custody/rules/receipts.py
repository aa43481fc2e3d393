"""What arrived, against what was sent: a pallet may have been sent and its cases scanned, or vice versa."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

Packs = Mapping[int, Sequence[int]]  # the packs around a code, from the inside out


@dataclass(frozen=True, slots=True)
class Compared:
    """Scanned codes that were sent, sent codes that nobody scanned, and scanned codes that nobody sent."""

    arrived: frozenset[int] = frozenset()
    missing: frozenset[int] = frozenset()
    surplus: frozenset[int] = frozenset()


def half_scanned(sent: Collection[int], scanned: Collection[int], packs: Packs) -> set[int]:
    """The codes whose children must be known to compare: sent, or in a sent one, and scanned only in part."""
    half: set[int] = set()
    for code_no in scanned:
        around = packs.get(code_no, ())
        reach = max((level for level, pack in enumerate(around) if pack in sent), default=-1)
        half.update(around[: reach + 1])
    return half - set(scanned)


def compare(
    sent: Collection[int], scanned: Collection[int], packs: Packs, children: Mapping[int, Collection[int]]
) -> Compared:
    """``packs`` of all sent and scanned codes; ``children`` of those that `half_scanned` names."""
    missing = frozenset(code_no for one in sent for code_no in _missing(one, scanned, packs, children))
    expected = set(sent) | {pack for one in sent for pack in packs.get(one, ())}
    surplus = frozenset(
        code_no
        for code_no in scanned
        if code_no not in expected and not any(pack in sent for pack in packs.get(code_no, ()))
    )
    return Compared(frozenset(scanned) - surplus, missing, surplus)


def _missing(
    code_no: int, scanned: Collection[int], packs: Packs, children: Mapping[int, Collection[int]]
) -> Iterator[int]:
    if code_no in scanned or any(pack in scanned for pack in packs.get(code_no, ())):
        return
    if code_no not in children:
        yield code_no
    for child in children.get(code_no, ()):
        yield from _missing(child, scanned, {}, children)
