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
from app.codes.models.markets import MARKET_UNIT, MarketActivationRow, MarketApplicationRow, MarketFileRow
from app.codes.models.states import LeakRow, PlanRow, RevocationRow, SettingRow

__all__ = [
    "LARGEST_BATCH",
    "LIVE",
    "MARKET_UNIT",
    "BatchRow",
    "BlockRow",
    "CounterRow",
    "ExportRow",
    "LeakRow",
    "MarketActivationRow",
    "MarketApplicationRow",
    "MarketFileRow",
    "PackingRow",
    "PlanRow",
    "QueryRow",
    "RevocationRow",
    "SettingRow",
    "SpanRow",
]
