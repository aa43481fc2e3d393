"""Batches as ranges of code numbers: no row per code, a binary search per scan."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self

from app.codes.rules.blocks import BlockCipher
from app.codes.rules.keys import CODE_NO_BITS


@dataclass(frozen=True, slots=True)
class BatchKey:
    """What a process must know of a batch to judge its codes; the range is `lo <= code_no < hi`.

    `slots` lists the slot characters the batch was printed in: two for a pair of faces, else one.
    """

    batch_id: int
    lo: int
    hi: int
    slots: str
    secret: bytes = field(repr=False)
    cipher: BlockCipher = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 0 <= self.lo < self.hi <= 1 << CODE_NO_BITS:
            raise ValueError("a batch is a range lo <= code_no < hi within 40 bits")
        object.__setattr__(self, "cipher", BlockCipher(self.secret))


@dataclass(frozen=True, slots=True)
class BatchIndex:
    """All batches of a brand, ordered and disjoint; replace it whole when a batch is added.

    Raises ValueError when ranges overlap.
    """

    batches: tuple[BatchKey, ...]
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if any(left.hi > right.lo for left, right in pairwise(self.batches)):
            raise ValueError("batches must be ordered and must not overlap")
        object.__setattr__(self, "_starts", tuple(batch.lo for batch in self.batches))

    @classmethod
    def of(cls, batches: Iterable[BatchKey]) -> Self:
        return cls(tuple(sorted(batches, key=lambda batch: batch.lo)))

    def find(self, code_no: int) -> BatchKey | None:
        at = bisect_right(self._starts, code_no)
        if at == 0:
            return None
        batch = self.batches[at - 1]
        return batch if code_no < batch.hi else None

    def following(self, code_no: int) -> BatchKey | None:
        """The first batch that begins above a number."""
        at = bisect_right(self._starts, code_no)
        return self.batches[at] if at < len(self.batches) else None
