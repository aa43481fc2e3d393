"""What a process keeps in memory of a brand's codes: keys, batches and states, replaced whole on a change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import catalog, tenancy
from app.codes.models import BatchRow, BlockRow, SettingRow, SpanRow
from app.codes.rules import BatchIndex, BatchKey, Face, Settings, SlotKey, Thresholds, read_code
from app.codes.rules.ranges import RangeSet
from app.codes.rules.reading import CodeRead as GenuineCode
from app.codes.rules.scanned import scanned_code
from app.kit import sealing
from app.kit.cache import Versioned
from app.kit.clock import business_day, now
from app.kit.resealing import sealed_column

BATCHES_REMEMBERED = 1 << 16


class CodeState(StrEnum):
    """In this precedence. An expired code is genuine and wins nothing any more; until then dates only inform."""

    VOID = "void"
    FROZEN = "frozen"
    INACTIVE = "inactive"
    EXPIRED = "expired"
    ACTIVE = "active"


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
    has_security_code: bool


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
    settings: Settings

    def read(self, text: str, version: int = 0, *, on: date) -> CodeRead | None:
        """The code as it stands on a business day."""
        found = read_code(text, self.slots, self.index)
        return None if found is None else self.judge(found, version, on=on)

    def judge(self, found: GenuineCode, version: int, *, on: date) -> CodeRead:
        batch = self.batches[found.batch_id]
        canary = found.code_no >= batch.hi
        state = self.state_in(batch, found.code_no, on=on)
        return CodeRead(found.text, found.code_no, found.face, state, batch, version, canary)

    def state_in(self, batch: BatchInfo, code_no: int, *, on: date) -> CodeState:
        """The state of a code of this batch on a business day."""
        if code_no in self.void:
            return CodeState.VOID
        if code_no in self.frozen:
            return CodeState.FROZEN
        if code_no not in self.active:
            return CodeState.INACTIVE
        last_day = self.settings.last_day(batch.expires_on)
        return CodeState.EXPIRED if last_day is not None and last_day < on else CodeState.ACTIVE


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
        row.has_security_code,
    )


def load_catalogue(session: Session, brand_id: int) -> Catalogue:
    """Read a brand's catalogue; five statements, whatever the number of codes."""
    rows = session.scalars(select(BatchRow).where(BatchRow.brand_id == brand_id)).all()
    keys = [_key_of(brand_id, row) for row in rows]
    return Catalogue(
        readable_slots(brand_id),
        BatchIndex.of(keys),
        {row.id: info_of(row) for row in rows},
        _active(session, brand_id),
        _blocked(session, brand_id, CodeState.FROZEN),
        _blocked(session, brand_id, CodeState.VOID),
        settings_of(session, brand_id),
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


def settings_of(session: Session, brand_id: int) -> Settings:
    """A brand's choices about authenticity; the house's own where it made none."""
    row = session.scalar(select(SettingRow).where(SettingRow.brand_id == brand_id))
    if row is None:
        return Settings()
    return Settings(
        Thresholds(row.inner_warn_after, row.inner_exceeded_after),
        Thresholds(row.outer_warn_after, row.outer_exceeded_after),
        row.claim_days,
        row.shows_place,
        row.leak_devices,
        row.words,
    )


_catalogues = Versioned(load_catalogue)


def catalogue(brand_id: int) -> Catalogue:
    """The brand's catalogue as this process remembers it."""
    return _catalogues.get(brand_id)


def settings(brand_id: int) -> Settings:
    """The brand's choices about authenticity, from memory."""
    return catalogue(brand_id).settings


def read(brand_id: int, text: str, *, on: date | None = None) -> CodeRead | None:
    """Verify a scanned or typed text against a brand; None for whatever the brand did not mint.

    The text is a code, the printed address, or a Digital Link whose GTIN is that of the code's SKU; the state is
    that of the business day ``on``, by default today. Answered from memory: once the process is warm no text,
    genuine or garbage, costs a statement. The answer may be about a second old; who pays compares ``version``
    inside the transaction.
    """
    scanned = scanned_code(text)
    if scanned is None:
        return None
    entry = _catalogues.entry(brand_id)
    memory = entry.value
    genuine = read_code(scanned.code, memory.slots, memory.index)
    if genuine is None:
        return None
    found = memory.judge(genuine, entry.version, on=on or business_day(now()))
    if scanned.gtin14 is None or scanned.gtin14 == catalog.gtin14_of(brand_id, found.batch.sku_id):
        return found
    return None
