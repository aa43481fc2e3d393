"""Records of ranges, cut into the pieces that are told one by one."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

MOST_CODES = 500  # of one event: what a partner's system takes without ado
NO_PARENT = 0xFFFF


@dataclass(frozen=True, slots=True)
class Record:
    """What happened to the codes ``lo <= n < hi`` at one time; unknown parts are None.

    Packing goes in order, ``per_parent`` to each parent from ``parent_lo`` on, or as ``offsets`` say where a line
    shuffled: two bytes a child, how far its parent is from ``parent_lo``. Goods come from one party and go to
    another: a terminal, else a dealer, else the brand. ``number`` is that of the delivery note.
    """

    id: int
    kind: str
    at: datetime
    lo: int
    hi: int
    parent_lo: int | None = None
    per_parent: int | None = None
    offsets: bytes | None = None
    number: str | None = None
    from_dealer_id: int | None = None
    from_terminal_id: int | None = None
    dealer_id: int | None = None
    terminal_id: int | None = None

    @property
    def step(self) -> int:
        """How many codes a piece holds, the last one perhaps fewer."""
        return self.per_parent or MOST_CODES

    @property
    def pieces(self) -> int:
        return len(self._stretches()) if self.offsets else -(-(self.hi - self.lo) // self.step)

    def _stretches(self) -> list["Piece"]:
        """Neighbours in one parent, where a line shuffled."""
        offsets = memoryview(self.offsets or b"").cast("B")
        parents = [offsets[at] << 8 | offsets[at + 1] for at in range(0, len(offsets), 2)]
        found: list[Piece] = []
        at = self.lo
        for offset, some in groupby(parents):
            end = at + len(list(some))
            if offset != NO_PARENT:
                found.append(Piece(self, at, end, (self.parent_lo or 0) + offset))
            at = end
        return found

    def piece(self, index: int) -> "Piece":
        """The piece with this index; raises IndexError."""
        if not 0 <= index < self.pieces:
            raise IndexError(index)
        if self.offsets:
            return self._stretches()[index]
        lo = self.lo + index * self.step
        parent_no = None if self.parent_lo is None else self.parent_lo + index
        return Piece(self, lo, min(lo + self.step, self.hi), parent_no)

    def into(self, lo: int, hi: int) -> "Record":
        """The part of a packing that went into the parents ``lo <= n < hi``; its pieces are the same."""
        if self.offsets:
            raise ValueError("a shuffled packing is not cut by parents")
        parent_lo = self.parent_lo or 0
        first, last = max(lo, parent_lo), min(hi, parent_lo + self.pieces)
        return replace(
            self,
            lo=self.lo + (first - parent_lo) * self.step,
            hi=min(self.hi, self.lo + (last - parent_lo) * self.step),
            parent_lo=first,
        )

    def pieces_with(self, code_no: int) -> list["Piece"]:
        """The piece that a code is in, as a child or for itself; none where a line left it out."""
        if self.offsets:
            return [piece for piece in self._stretches() if piece.lo <= code_no < piece.hi]
        return [self.piece((code_no - self.lo) // self.step)]

    def pieces_into(self, parent_no: int) -> list["Piece"]:
        """What went into a parent."""
        if self.offsets:
            return [piece for piece in self._stretches() if piece.parent_no == parent_no]
        return [self.piece(parent_no - (self.parent_lo or 0))]


@dataclass(frozen=True, slots=True)
class Piece:
    """Codes ``lo <= n < hi`` of a record, all in the same parent if it packs."""

    record: Record
    lo: int
    hi: int
    parent_no: int | None
