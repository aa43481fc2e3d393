"""The tables of codes."""

from app.codes.models.alarms import AlarmRow
from app.codes.models.batches import (
    LARGEST_BATCH,
    LIVE,
    BatchRow,
    BlockRow,
    CounterRow,
    ExportRow,
    PackingRow,
    QueryRow,
    SpanRow,
)

__all__ = [
    "LARGEST_BATCH",
    "LIVE",
    "AlarmRow",
    "BatchRow",
    "BlockRow",
    "CounterRow",
    "ExportRow",
    "PackingRow",
    "QueryRow",
    "SpanRow",
]
