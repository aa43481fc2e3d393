from app.custody.actions.documents import read_shipped, record_document, ship
from app.custody.actions.opening import note_sighting, open_case, read_case
from app.custody.actions.receipts import receive, reverse_document

__all__ = [
    "note_sighting",
    "open_case",
    "read_case",
    "read_shipped",
    "receive",
    "record_document",
    "reverse_document",
    "ship",
]
