"""What the routes of custody take and give."""

from app.custody.schemas.documents import (
    DeskSchema,
    DocumentDetailSchema,
    DocumentSchema,
    FileQuery,
    FileReportSchema,
    GoodsSchema,
    MovedPageSchema,
    MovedQuery,
    NewDocumentSchema,
    NewMovementSchema,
    NewReceiptSchema,
    WaySchema,
)
from app.custody.schemas.openings import (
    MAX_CODES,
    NewOpeningSchema,
    NewShipmentSchema,
    OpeningSchema,
    ShipmentSchema,
)

__all__ = [
    "MAX_CODES",
    "DeskSchema",
    "DocumentDetailSchema",
    "DocumentSchema",
    "FileQuery",
    "FileReportSchema",
    "GoodsSchema",
    "MovedPageSchema",
    "MovedQuery",
    "NewDocumentSchema",
    "NewMovementSchema",
    "NewOpeningSchema",
    "NewReceiptSchema",
    "NewShipmentSchema",
    "OpeningSchema",
    "ShipmentSchema",
    "WaySchema",
]
