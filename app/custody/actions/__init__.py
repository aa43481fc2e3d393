from app.custody.actions.documents import read_shipped, record_document, ship
from app.custody.actions.opening import note_sighting, open_case, read_case
from app.custody.actions.receipts import receive, reverse_document
from app.custody.actions.supply import note_supply_stop

__all__ = [
    "note_sighting",
    "note_supply_stop",
    "open_case",
    "read_case",
    "read_shipped",
    "receive",
    "record_document",
    "reverse_document",
    "ship",
]
