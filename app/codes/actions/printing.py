"""What printing needs of a batch, read before anything is minted."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.codes.errors import NoSlot, RangeOutsideBatch
from app.codes.queries import BatchInfo, batch_row, info_of, readable_slots, secret_context
from app.codes.rules import SlotKey, mint
from app.codes.rules.text import LENGTH
from app.kit import sealing


@dataclass(frozen=True, slots=True)
class PrintJob:
    """Everything that is needed to print ``lo <= code_no < hi`` of a batch without the database."""

    batch: BatchInfo
    lo: int
    hi: int
    slots: tuple[SlotKey, ...] = field(repr=False)
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """One number and the texts of its faces; ``inner`` is None when only the outside is printed."""

    code_no: int
    outer: str
    inner: str | None


def prepare_print(session: Session, *, batch_id: int, lo: int | None = None, hi: int | None = None) -> PrintJob:
    """Read what printing needs, so that minting runs outside of the transaction.

    Raises `UnknownBatch`, `RangeOutsideBatch`, and `NoSlot` when the batch's key slot was closed.
    """
    row = batch_row(session, batch_id)
    lo, hi = row.lo if lo is None else lo, row.hi if hi is None else hi
    if not row.lo <= lo < hi <= row.hi:
        raise RangeOutsideBatch(lo=row.lo, hi=row.hi)
    brand_id = session.info["brand_id"]
    known = readable_slots(brand_id)
    names = [row.outer_slot] + ([row.inner_slot] if row.inner_slot else [])
    if any(name not in known for name in names):
        raise NoSlot(slots="".join(names))
    secret = sealing.open_sealed(row.secret_sealed, context=secret_context(brand_id, batch_id))
    return PrintJob(info_of(row), lo, hi, tuple(known[name] for name in names), secret)


def printed(
    session: Session, *, batch_id: int, lo: int | None = None, hi: int | None = None
) -> Iterator[PrintedCode]:
    """The codes of a batch in plain text, for tools inside the house; a factory gets a file (`write_file`)."""
    job = prepare_print(session, batch_id=batch_id, lo=lo, hi=hi)
    columns = [_texts(job, slot) for slot in job.slots]
    inner = columns[1] if len(columns) > 1 else _nothing()
    return (PrintedCode(*row) for row in zip(range(job.lo, job.hi), columns[0], inner))  # noqa: B905  # `inner` may be endless


def _texts(job: PrintJob, slot: SlotKey) -> Iterator[str]:
    for codes in mint(job.lo, job.hi, slot, job.secret):
        yield from codes.astype(f"U{LENGTH}").tolist()


def _nothing() -> Iterator[None]:
    while True:
        yield None
