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
from app.codes.models.states import LeakRow, PlanRow, RevocationRow, SettingRow

__all__ = [
    "LARGEST_BATCH",
    "LIVE",
    "BatchRow",
    "BlockRow",
    "CounterRow",
    "ExportRow",
    "LeakRow",
    "PackingRow",
    "PlanRow",
    "QueryRow",
    "RevocationRow",
    "SettingRow",
    "SpanRow",
]
