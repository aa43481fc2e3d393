"""From a number back to the text that is printed: for receipts, explanations and the shop's lists."""

from app.codes.queries.catalogue import catalogue
from app.codes.rules import Face, encode
from app.codes.rules.keys import tag_under


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
