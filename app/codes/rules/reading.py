"""Is this text one of our codes? Answered from memory, so that guesses never reach the database."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.codes.rules.batches import BatchIndex
from app.codes.rules.keys import Face, SlotKey, decode, equal_tags, tag_under
from app.codes.rules.text import normalise


@dataclass(frozen=True, slots=True)
class CodeRead:
    """A genuine code: `text` as printed, its number, and the batch it was minted in."""

    text: str
    face: Face
    code_no: int
    batch_id: int


def read_code(text: str, slots: Mapping[str, SlotKey], batches: BatchIndex) -> CodeRead | None:
    """Verify a scanned or typed text; None for anything that this brand did not mint.

    Says nothing about the state of the code (active, void, claimed).
    """
    printed = normalise(text)
    slot_key = slots.get(printed[0]) if printed else None
    if printed is None or slot_key is None:
        return None
    code_no, tag = decode(printed[1:], slot_key)
    batch = batches.find(code_no)
    if batch is None or slot_key.slot not in batch.slots:
        return None
    if not equal_tags(tag, tag_under(batch.cipher, slot_key.face, code_no)):
        return None
    return CodeRead(printed, slot_key.face, code_no, batch.batch_id)
