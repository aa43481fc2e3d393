"""What a process keeps in memory of a brand's codes: keys, batches and states, replaced whole on a change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import tenancy
from app.codes.models import BatchRow, BlockRow, SpanRow
from app.codes.rules import BatchIndex, BatchKey, Face, SlotKey, read_code
from app.codes.rules.ranges import RangeSet
from app.kit import sealing
from app.kit.cache import Versioned
from app.kit.resealing import sealed_column

BATCHES_REMEMBERED = 1 << 16


class CodeState(StrEnum):
    """In this precedence; an expired batch changes nothing here, its date only informs."""

    VOID = "void"
    FROZEN = "frozen"
    ACTIVE = "active"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """What others may know of a batch; its codes are ``lo <= code_no < hi``."""

    id: int
    number: str
    level: str
    sku_id: int
    lo: int
    hi: int
    made_on: date | None
    expires_on: date | None
    has_inner: bool


@dataclass(frozen=True, slots=True)
class CodeRead:
    """A genuine code: as printed, its number, face, state and batch, as of a ``version`` of the brand.

    A ``canary`` was never meant for goods: whoever scans one has the print file, not the product. It is inactive
    for ever, and its number lies outside of its batch.
    """

    text: str
    code_no: int
    face: Face
    state: CodeState
    batch: BatchInfo
    version: int
    canary: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Answers from memory whether a text is a code of the brand, and in which state."""

    slots: Mapping[str, SlotKey] = field(repr=False)
    index: BatchIndex = field(repr=False)
    batches: Mapping[int, BatchInfo] = field(repr=False)
    active: RangeSet
    frozen: RangeSet
    void: RangeSet

    def read(self, text: str, version: int = 0) -> CodeRead | None:
        found = read_code(text, self.slots, self.index)
        if found is None:
            return None
        state, batch = self.state_of(found.code_no), self.batches[found.batch_id]
        canary = found.code_no >= batch.hi
        return CodeRead(found.text, found.code_no, found.face, state, batch, version, canary)

    def state_of(self, code_no: int) -> CodeState:
        if code_no in self.void:
            return CodeState.VOID
        if code_no in self.frozen:
            return CodeState.FROZEN
        return CodeState.ACTIVE if code_no in self.active else CodeState.INACTIVE


def info_of(row: BatchRow) -> BatchInfo:
    """The public part of a batch's row."""
    return BatchInfo(
        row.id,
        row.number,
        row.level,
        row.sku_id,
        row.lo,
        row.hi,
        row.made_on,
        row.expires_on,
        row.has_inner,
    )


def load_catalogue(session: Session, brand_id: int) -> Catalogue:
    """Read a brand's catalogue; four statements, whatever the number of codes."""
    rows = session.scalars(select(BatchRow).where(BatchRow.brand_id == brand_id)).all()
    keys = [_key_of(brand_id, row) for row in rows]
    return Catalogue(
        readable_slots(brand_id),
        BatchIndex.of(keys),
        {row.id: info_of(row) for row in rows},
        _active(session, brand_id),
        _blocked(session, brand_id, CodeState.FROZEN),
        _blocked(session, brand_id, CodeState.VOID),
    )


def readable_slots(brand_id: int) -> dict[str, SlotKey]:
    """The keys of the brand's slots that are not closed, by slot character."""
    slots = tenancy.key_slots(brand_id)
    return {slot.slot: slot_key(brand_id, slot) for slot in slots if slot.state != "closed"}


def slot_key(brand_id: int, slot: tenancy.KeySlot) -> SlotKey:
    """The key of a slot as codes are read and minted with."""
    return SlotKey(slot.slot, Face(slot.face), slot.algorithm, tenancy.slot_secret(brand_id, slot))


def secret_context(brand_id: int, batch_id: int) -> str:
    return f"batch:{brand_id}:{batch_id}"


sealed_column(BatchRow.secret_sealed, lambda row: secret_context(row.brand_id, row.id))


def _key_of(brand_id: int, row: BatchRow) -> BatchKey:
    """What reads the batch's codes, the canaries behind it included."""
    return _batch_key(brand_id, row.id, row.lo, row.hi + row.canaries, _slots_of(row), row.secret_sealed)


@lru_cache(BATCHES_REMEMBERED)
def _batch_key(brand_id: int, batch_id: int, lo: int, hi: int, slots: str, sealed: bytes) -> BatchKey:
    """Batches never change, so a reload unseals only the new ones."""
    secret = sealing.open_sealed(sealed, context=secret_context(brand_id, batch_id))
    return BatchKey(batch_id, lo, hi, slots, secret)


def _slots_of(row: BatchRow) -> str:
    return row.outer_slot + (row.inner_slot or "")


def _active(session: Session, brand_id: int) -> RangeSet:
    statement = select(SpanRow.lo, SpanRow.hi).where(SpanRow.brand_id == brand_id)
    return RangeSet.of((lo, hi) for lo, hi in session.execute(statement))


def _blocked(session: Session, brand_id: int, kind: CodeState) -> RangeSet:
    statement = select(BlockRow.lo, BlockRow.hi).where(
        BlockRow.brand_id == brand_id, BlockRow.kind == kind.value, BlockRow.lifted_at.is_(None)
    )
    return RangeSet.of((lo, hi) for lo, hi in session.execute(statement))


_catalogues = Versioned(load_catalogue)


def catalogue(brand_id: int) -> Catalogue:
    """The brand's catalogue as this process remembers it."""
    return _catalogues.get(brand_id)


def read(brand_id: int, text: str) -> CodeRead | None:
    """Verify a scanned or typed text against a brand; None for whatever the brand did not mint.

    Answered from memory: once the process is warm no text, genuine or garbage, costs a statement. The answer
    may be about a second old; who pays compares ``version`` inside the transaction.
    """
    entry = _catalogues.entry(brand_id)
    return entry.value.read(text, entry.version)
