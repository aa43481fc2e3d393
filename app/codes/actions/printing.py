"""Print files: the only place where codes leave the system, encrypted to the factory's key and logged."""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

import numpy as np
import pyrage
from numpy.typing import NDArray
from sqlalchemy import update
from sqlalchemy.orm import Session
from typing_extensions import override

from app.codes.errors import InvalidRecipient, NoSlot, PrintedByMarket, RangeOutsideBatch
from app.codes.models import BatchRow, ExportRow
from app.codes.queries import BatchInfo, batch_row, info_of, readable_slots, secret_context
from app.codes.queries.markets import market_of_batch
from app.codes.rules import SlotKey, mint, print_url
from app.codes.rules.text import LENGTH
from app.kit import sealing

FORMAT = "malu-print-1"
SEQ_DIGITS = 13  # 2^40 has 13 digits; all lines of a file are equally long
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PrintJob:
    """Everything that is needed to print ``lo <= code_no < hi`` of a batch without the database."""

    batch: BatchInfo
    lo: int
    hi: int
    slots: tuple[SlotKey, ...] = field(repr=False)
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Printed:
    """What a print file holds: the number of lines and the SHA-256 of all of them."""

    count: int
    sha256: str


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
    """The codes of a batch in plain text, for tools inside the house; a factory gets `write_print_file`."""
    job = prepare_print(session, batch_id=batch_id, lo=lo, hi=hi)
    columns = [_texts(job, slot) for slot in job.slots]
    inner = columns[1] if len(columns) > 1 else _nothing()
    return (PrintedCode(*row) for row in zip(range(job.lo, job.hi), columns[0], inner))  # noqa: B905  # `inner` may be endless


def write_print_file(job: PrintJob, *, scheme_host: str, recipient: str, target: IO[bytes]) -> Printed:
    """Write the age file of a job: a JSON line of manifest, then ``seq,outer_url[,inner_url]`` lines.

    ``seq`` is the code number, by which ranges are activated and voided. Memory stays flat: the codes are
    minted twice, once for the hash in the manifest and once for the lines. Format: age-encryption.org/v1.
    Raises `InvalidRecipient`.
    """
    key = recipient_of(recipient)
    digest = hashlib.sha256()
    for lines in _lines(job, scheme_host):
        digest.update(lines)
    result = Printed(job.hi - job.lo, digest.hexdigest())
    pyrage.encrypt_io(io.BufferedReader(_Stream(job, scheme_host, result)), target, [key])
    return result


def record_export(
    session: Session, job: PrintJob, result: Printed, *, recipient: str, by: int, at: datetime
) -> None:
    """Log a print file that is about to be handed out; ``by`` is a person. Raises `PrintedByMarket`."""
    row = ExportRow(
        batch_id=job.batch.id,
        exported_by=by,
        exported_at=at,
        sha256=result.sha256,
        count=result.count,
        recipient=recipient,
    )
    session.add(row)
    first = update(BatchRow).where(BatchRow.id == job.batch.id, BatchRow.exported_at.is_(None))
    session.execute(first.values(exported_at=at))
    session.flush()
    if market_of_batch(session, job.batch.id):  # asked last: the batch's row is ours, so nobody can ask WeChat now
        raise PrintedByMarket


class _Stream(io.RawIOBase):
    """A readable file of the manifest and the lines, made while it is read."""

    def __init__(self, job: PrintJob, scheme_host: str, result: Printed) -> None:
        super().__init__()
        self._lines = _lines(job, scheme_host)
        self._rest = memoryview(_manifest(job, result))

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            lines = next(self._lines, None)
            if lines is None:
                return 0
            self._rest = lines
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _manifest(job: PrintJob, result: Printed) -> bytes:
    columns = ["seq", "outer_url", "inner_url"][: 1 + len(job.slots)]
    manifest = {
        "format": FORMAT,
        "batch": job.batch.number,
        "level": job.batch.level,
        "columns": columns,
        "count": result.count,
        "first": f"{job.lo:0{SEQ_DIGITS}}",
        "last": f"{job.hi - 1:0{SEQ_DIGITS}}",
        "sha256": result.sha256,
    }
    return json.dumps(manifest, ensure_ascii=False).encode() + b"\n"


def _lines(job: PrintJob, scheme_host: str) -> Iterator[memoryview]:
    """The lines of the file, some hundred thousand at a time: a table of bytes, filled by columns."""
    prefix = print_url(scheme_host, "").encode()
    lo = job.lo
    for columns in zip(*(mint(job.lo, job.hi, slot, job.secret) for slot in job.slots), strict=True):
        parts = [_digits(lo, len(columns[0]))]
        for codes in columns:
            parts += [_constant(b"," + prefix, len(codes)), codes.view(np.uint8).reshape(-1, LENGTH)]
        parts.append(_constant(b"\n", len(columns[0])))
        yield memoryview(np.hstack(parts).tobytes())
        lo += len(columns[0])


def _digits(lo: int, count: int) -> Bytes:
    numbers = np.arange(lo, lo + count, dtype=np.int64)
    powers = 10 ** np.arange(SEQ_DIGITS - 1, -1, -1, dtype=np.int64)
    return (numbers[:, None] // powers % 10 + ord("0")).astype(np.uint8)


def _constant(text: bytes, count: int) -> Bytes:
    return np.broadcast_to(np.frombuffer(text, np.uint8), (count, len(text)))


def _texts(job: PrintJob, slot: SlotKey) -> Iterator[str]:
    for codes in mint(job.lo, job.hi, slot, job.secret):
        yield from codes.astype(f"U{LENGTH}").tolist()


def _nothing() -> Iterator[None]:
    while True:
        yield None


def recipient_of(text: str) -> Any:
    """The public key of whoever may open a print file; raises `InvalidRecipient`."""
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise InvalidRecipient from error
