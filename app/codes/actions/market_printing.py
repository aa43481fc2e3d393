"""The print file of a batch whose labels carry WeChat's codes: its texts, our numbers, the factory's key."""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from typing import IO

import pyrage
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.codes.actions.delivering import recipient_of
from app.codes.errors import MarketNotReady
from app.codes.models import BatchRow, ExportRow
from app.codes.queries import BatchInfo, batch
from app.codes.queries import markets as queries
from app.codes.rules.markets import IndexRun
from app.kit import files
from app.kit.streams import Pieces
from app.platforms.wechat import CodeRange, open_package, read_rows

FORMAT = "malu-print-1"
SEQ_DIGITS = 13  # 2^40 has 13 digits; all lines of a file are equally long
LINES = 10_000  # written at once


@dataclass(frozen=True, slots=True)
class Printed:
    """What a print file holds: the number of lines and the SHA-256 of all of them."""

    count: int
    sha256: str


@dataclass(frozen=True, slots=True)
class MarketPrint:
    """Everything that is needed to print WeChat's codes of a batch without the database."""

    brand_id: int
    market_id: int
    batch: BatchInfo
    runs: tuple[IndexRun, ...]
    key: bytes = field(repr=False)


def prepare_market_print(session: Session, *, market_id: int) -> MarketPrint:
    """Raises `UnknownMarket`, `MarketNotReady`, `NoMarketAccount`."""
    row = queries.market_row(session, market_id)
    if row.state != "ready":
        raise MarketNotReady
    return MarketPrint(
        session.info["brand_id"],
        market_id,
        batch(session, row.batch_id),
        queries.runs_of(session, market_id),
        queries.market_key(session, row.app_id),
    )


def write_market_file(job: MarketPrint, *, recipient: str, target: IO[bytes]) -> Printed:
    """Write the age file: a JSON line of manifest, then ``seq,printed`` lines; ``seq`` is the code number.

    Memory holds one of WeChat's files at a time. Raises `InvalidRecipient`, and `platforms.UnreadablePackage`
    when the key was changed for another.
    """
    key = recipient_of(recipient)
    digest, count = hashlib.sha256(), 0
    for piece in _lines(job):
        digest.update(piece)
        count += piece.count(b"\n")
    result = Printed(count, digest.hexdigest())
    source = Pieces(chain([_manifest(job, result)], _lines(job)))
    pyrage.encrypt_io(io.BufferedReader(source), target, [key])
    return result


def record_market_export(
    session: Session, job: MarketPrint, result: Printed, *, recipient: str, by: int, at: datetime
) -> None:
    """Log a print file that is about to be handed out; ``by`` is a person."""
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


def _lines(job: MarketPrint) -> Iterator[bytes]:
    for run in job.runs:
        package = files.path_of(job.brand_id, queries.package_name(job.market_id, run.start)).read_text()
        rows = read_rows(open_package(package, job.key), CodeRange(run.start, run.end))
        lines = (f"{run.number_of(row.index):0{SEQ_DIGITS}},{row.printed}\n" for row in rows)
        while piece := "".join(islice(lines, LINES)):
            yield piece.encode()


def _manifest(job: MarketPrint, result: Printed) -> bytes:
    manifest = {
        "format": FORMAT,
        "batch": job.batch.number,
        "level": job.batch.level,
        "columns": ["seq", "outer_url"],
        "count": result.count,
        "first": f"{job.batch.lo:0{SEQ_DIGITS}}",
        "last": f"{job.batch.hi - 1:0{SEQ_DIGITS}}",
        "sha256": result.sha256,
    }
    return json.dumps(manifest, ensure_ascii=False).encode() + b"\n"
