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
from app.codes.models.imports import ImportErrorRow, ImportRow
from app.codes.models.markets import MARKET_UNIT, MarketActivationRow, MarketApplicationRow, MarketFileRow
from app.codes.models.packing import EVENT_SPAN, PackingDeskRow, PackingEventRow
from app.codes.models.packs import DeliveryRow, DownloadRow, PackRow, SpecRow
from app.codes.models.states import LeakRow, PlanRow, RevocationRow, SettingRow

__all__ = [
    "EVENT_SPAN",
    "LARGEST_BATCH",
    "LIVE",
    "MARKET_UNIT",
    "AlarmRow",
    "BatchRow",
    "BlockRow",
    "CounterRow",
    "DeliveryRow",
    "DownloadRow",
    "ExportRow",
    "ImportErrorRow",
    "ImportRow",
    "LeakRow",
    "MarketActivationRow",
    "MarketApplicationRow",
    "MarketFileRow",
    "PackRow",
    "PackingDeskRow",
    "PackingEventRow",
    "PackingRow",
    "PlanRow",
    "QueryRow",
    "RevocationRow",
    "SecurityTryRow",
    "SettingRow",
    "SpanRow",
    "SpecRow",
]
