"""Questions of EPCIS 2.0 queries: which events are meant, and which page."""

import base64
import struct
from dataclasses import dataclass
from datetime import datetime

from app.trace.rules.epcis import SHAPES
from app.trace.rules.records import Record

_TOKEN = struct.Struct(">qI")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Events from ``since`` up to, not including, ``until``, of a step and a type; None where all are wanted."""

    since: datetime | None = None
    until: datetime | None = None
    step: str | None = None
    type: str | None = None

    def includes(self, record: Record) -> bool:
        shape = SHAPES.get(record.kind)
        if shape is None or (self.since and record.at < self.since) or (self.until and record.at >= self.until):
            return False
        return self.step in {None, shape.step} and self.type in {None, shape.type}


def write_token(after: int, skipped: int) -> str:
    """Where the next page begins: behind a record's identifier, ``skipped`` pieces further."""
    return base64.urlsafe_b64encode(_TOKEN.pack(after, skipped)).decode()


def read_token(token: str) -> tuple[int, int] | None:
    """What `write_token` wrote; None for anything else."""
    try:
        after, skipped = _TOKEN.unpack(base64.b64decode(token, b"-_", validate=True))
    except (ValueError, struct.error):
        return None
    return (after, skipped) if after >= 0 else None
