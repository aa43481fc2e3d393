"""The tables of codes."""

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
from app.codes.models.imports import ImportErrorRow, ImportRow
from app.codes.models.packing import EVENT_SPAN, PackingDeskRow, PackingEventRow

__all__ = [
    "EVENT_SPAN",
    "LARGEST_BATCH",
    "LIVE",
    "BatchRow",
    "BlockRow",
    "CounterRow",
    "ExportRow",
    "ImportErrorRow",
    "ImportRow",
    "PackingDeskRow",
    "PackingEventRow",
    "PackingRow",
    "QueryRow",
    "SpanRow",
]
