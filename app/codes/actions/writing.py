"""Print files: the only place where codes leave the system, always encrypted, never whole in memory.

A file is a ZIP archive of the lines (``codes.csv`` or ``codes.txt``) and of ``manifest.json``, which follows
them, so that the codes are minted once. It is encrypted as a whole to the factory's age key
(age-encryption.org/v1), or by member with a password (WinZip AE-2, AES-256).
"""

import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

import pyrage
import pyzipper
from sqlalchemy import update
from sqlalchemy.orm import Session
from typing_extensions import override

from app import catalog
from app.codes.actions.printing import prepare_print
from app.codes.errors import PrintedByMarket
from app.codes.models import BatchRow, DeliveryRow, ExportRow
from app.codes.queries import batch_row, delivery_row, pack_row, password_context, spec_row, stock_of
from app.codes.queries.markets import market_of_batch
from app.codes.rules.print_lines import SEQ_DIGITS, Sheet, Stock, lines_of
from app.codes.rules.specs import Form
from app.kit import sealing

FORMAT = "malu-print-2"
FASTEST = 1  # a third of the size for little work; slower levels save another twentieth
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class FileTask:
    """Everything that a file is made of, so that it is made outside of any transaction."""

    delivery_id: int
    batch_number: str
    level: str
    stock: Stock
    sheet: Sheet
    secret: bytes = field(repr=False)
    recipient: str | None
    password: bytes | None = field(repr=False)

    @property
    def member(self) -> str:
        return "codes.csv" if self.sheet.is_csv else "codes.txt"


@dataclass(frozen=True, slots=True)
class Written:
    """What a file turned out to be: its manifest and its size in bytes."""

    manifest: dict[str, Any]
    size: int


def file_name(row: DeliveryRow) -> str:
    """Where the file of a delivery lies among the brand's files."""
    return f"packs/{row.id}.zip" + (".age" if row.encryption == "age" else "")


def prepare_file(session: Session, *, delivery_id: int, scheme: str) -> FileTask | None:
    """Read what a file needs; None when it was made before or its link is revoked.

    ``scheme`` is that of the printed addresses. Raises `UnknownDelivery`, `NoSlot`.
    """
    row, brand_id = delivery_row(session, delivery_id), session.info["brand_id"]
    if row.ready_at is not None or row.revoked_at is not None:
        return None
    batch = batch_row(session, row.batch_id)
    job = prepare_print(session, batch_id=batch.id)
    context = password_context(brand_id, delivery_id)
    sealed = row.password_sealed
    return FileTask(
        delivery_id=delivery_id,
        batch_number=batch.number,
        level=batch.level,
        stock=stock_of(brand_id, batch),
        sheet=_sheet(session, batch, scheme, job.slots),
        secret=job.secret,
        recipient=row.recipient,
        password=sealing.open_sealed(sealed, context=context) if sealed is not None else None,
    )


def write_file(task: FileTask, target: IO[bytes], tell: Tell) -> Written:
    """Write a file and say what it holds; ``tell`` hears after every some ten thousand lines how many are done."""
    content = _Content(task, tell)
    if task.password is not None:
        with pyzipper.AESZipFile(
            target, "w", compression=ZIP_DEFLATED, compresslevel=FASTEST, encryption=pyzipper.WZ_AES
        ) as archive:
            archive.setpassword(task.password)
            for _ in content.pour_into(archive):
                pass
    else:
        _encrypt(_Pulled(content.archived()), target, pyrage.x25519.Recipient.from_str(task.recipient or ""))
    return Written(content.manifest, target.tell())


def _encrypt(source: "_Pulled", target: IO[bytes], key: Any) -> None:
    try:
        pyrage.encrypt_io(io.BufferedReader(source), target, [key])
    except pyrage.EncryptError as error:  # what the source raised is only quoted in it
        raise source.failure or error from error


def note_lines(session: Session, *, delivery_id: int, lines_done: int) -> bool:
    """Say how far a file is; False when its link was revoked meanwhile, so that nobody waits for it."""
    note = update(DeliveryRow).where(DeliveryRow.id == delivery_id, DeliveryRow.revoked_at.is_(None))
    note = note.values(lines_done=lines_done).returning(DeliveryRow.id)
    return session.execute(note).first() is not None


def finish_file(session: Session, *, delivery_id: int, written: Written, at: datetime) -> bool:
    """Open the link of a file that lies ready, and log that it was made; False when there is no use for it."""
    ready = update(DeliveryRow).where(
        DeliveryRow.id == delivery_id, DeliveryRow.ready_at.is_(None), DeliveryRow.revoked_at.is_(None)
    )
    ready = ready.values(ready_at=at, lines_done=DeliveryRow.lines, size=written.size, manifest=written.manifest)
    if session.execute(ready.returning(DeliveryRow.id)).first() is None:
        return False
    row = delivery_row(session, delivery_id)
    first = update(BatchRow).where(BatchRow.id == row.batch_id, BatchRow.exported_at.is_(None))
    session.execute(first.values(exported_at=at))
    if market_of_batch(session, row.batch_id):  # asked last: the batch's row is ours, so nobody can ask WeChat now
        raise PrintedByMarket
    log = ExportRow(
        batch_id=row.batch_id,
        exported_by=row.created_by,
        exported_at=at,
        sha256=written.manifest["sha256"],
        count=written.manifest["count"],
        recipient=row.recipient or "zip",
    )
    session.add(log)
    session.flush()
    return True


def note_removed(session: Session, *, delivery_id: int, at: datetime) -> None:
    """The file of a link that is over has left the disk; a new delivery makes the same lines again."""
    gone = update(DeliveryRow).where(DeliveryRow.id == delivery_id, DeliveryRow.removed_at.is_(None))
    session.execute(gone.values(removed_at=at))


def _sheet(session: Session, batch: BatchRow, scheme: str, slots: Any) -> Sheet:
    spec = spec_row(session, pack_row(session, batch.pack_id or 0).spec_id)
    form = Form(f"{scheme}://{spec.host}", spec.text_form, spec.letter_case)  # type: ignore[arg-type]  # checked by the table
    prefix = form.prefix(catalog.sku(session, batch.sku_id).gtin)
    return Sheet(prefix, slots, batch.has_security_code, spec.file_format == "csv")


class _Content:
    """The members of an archive, made piece by piece; knows its manifest when it is through."""

    def __init__(self, task: FileTask, tell: Tell) -> None:
        self.manifest: dict[str, Any] = {}
        self._task = task
        self._tell = tell

    def pour_into(self, archive: Any) -> Iterator[None]:
        """Write the members; yields after each piece, so that what was written can be passed on."""
        task, done = self._task, 0
        digest = hashlib.sha256(task.sheet.heading)
        with archive.open(task.member, "w", force_zip64=True) as lines:
            lines.write(task.sheet.heading)
            for piece in lines_of(task.stock, task.sheet, task.secret):
                digest.update(piece)
                lines.write(piece)
                done += len(piece) // task.sheet.width
                self._tell(done)
                yield
        self.manifest = _manifest(task, digest.hexdigest())
        archive.writestr("manifest.json", json.dumps(self.manifest, ensure_ascii=False, indent=1))
        yield

    def archived(self) -> Iterator[bytes]:
        """The bytes of a plain archive."""
        sink = _Sink()
        with ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=FASTEST) as archive:  # type: ignore[call-overload]  # a stream that cannot seek
            for _ in self.pour_into(archive):
                yield sink.taken()
        yield sink.taken()


def _manifest(task: FileTask, sha256: str) -> dict[str, Any]:
    """What the reader can check; it tells nothing about canaries, nor any number of ours."""
    return {
        "format": FORMAT,
        "batch": task.batch_number,
        "level": task.level,
        "file": task.member,
        "columns": list(task.sheet.columns),
        "count": task.stock.lines,
        "first": f"{1:0{SEQ_DIGITS}}",
        "last": f"{task.stock.lines:0{SEQ_DIGITS}}",
        "sha256": sha256,
    }


class _Sink:
    """Where an archive writes to when somebody else reads: keeps what was not taken yet."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here that a reader could not take."""

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


class _Pulled(io.RawIOBase):
    """A readable file of pieces that are made while it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self.failure: Exception | None = None
        self._pieces = pieces
        self._rest = memoryview(b"")

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = self._next_piece()
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def _next_piece(self) -> bytes | None:
        try:
            return next(self._pieces, None)
        except Exception as error:
            self.failure = error
            raise
