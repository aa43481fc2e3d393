"""From a number back to the text that is printed: for receipts, explanations and the shop's lists."""

from collections.abc import Iterator
from datetime import date

from app.codes.queries.catalogue import BatchInfo, Catalogue, catalogue
from app.codes.rules import Face, SlotKey, encode, mint
from app.codes.rules.keys import tag_under
from app.codes.rules.text import LENGTH


def text_of(brand_id: int, code_no: int) -> str | None:
    """The code as printed on the face that is scanned for it (inner of a pair); None for no code of ours."""
    known = catalogue(brand_id)
    batch = known.index.find(code_no)
    if batch is None:
        return None
    face = Face.INNER if known.batches[batch.batch_id].has_inner else Face.OUTER
    for slot in batch.slots:
        key = known.slots.get(slot)
        if key is not None and key.face is face:
            return encode(code_no, tag_under(batch.cipher, face, code_no), key)
    return None


def made_on(brand_id: int, code_no: int) -> date | None:
    """When the goods of a code were made, as far as its batch knows. In memory once loaded."""
    known = catalogue(brand_id)
    batch = known.index.find(code_no)
    return known.batches[batch.batch_id].made_on if batch is not None else None


def outer_texts(brand_id: int, lo: int, hi: int) -> Iterator[tuple[BatchInfo, int, list[str] | None]]:
    """The codes ``lo <= n < hi`` as printed on the outside, batch by batch: how many they are, and their texts.

    Texts are None where the batch's slot was closed. Answered from memory; numbers of no batch are left out.
    """
    known = catalogue(brand_id)
    while lo < hi:
        key = known.index.find(lo) or known.index.following(lo)
        if key is None or key.lo >= hi:
            return
        first, end = max(lo, key.lo), min(hi, key.hi)
        slot = next((known.slots[name] for name in key.slots if _prints_outside(known, name)), None)
        texts = _texts(first, end, slot, key.secret) if slot else None
        yield known.batches[key.batch_id], end - first, texts
        lo = end


def _prints_outside(known: Catalogue, name: str) -> bool:
    return name in known.slots and known.slots[name].face is Face.OUTER


def _texts(lo: int, hi: int, slot: SlotKey, secret: bytes) -> list[str]:
    return [text for codes in mint(lo, hi, slot, secret) for text in codes.astype(f"U{LENGTH}").tolist()]
