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
    SecurityTryRow,
    SpanRow,
)
from app.codes.models.packs import DeliveryRow, DownloadRow, PackRow, SpecRow

__all__ = [
    "LARGEST_BATCH",
    "LIVE",
    "AlarmRow",
    "BatchRow",
    "BlockRow",
    "CounterRow",
    "DeliveryRow",
    "DownloadRow",
    "ExportRow",
    "PackRow",
    "PackingRow",
    "QueryRow",
    "SecurityTryRow",
    "SpanRow",
    "SpecRow",
]
