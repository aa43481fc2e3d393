"""Owns who holds which case: shipments, the opening of cases, and where codes were seen."""

from app.custody.actions import note_sighting, open_case, read_case, read_shipped, ship
from app.custody.errors import AlreadyOpened, NotACase, ShipmentNumberTaken, WrongCode
from app.custody.queries import (
    check_invariants,
    lineage,
    lineage_question,
    openings_after,
    read_lineage,
    records,
    shipments_after,
)
from app.custody.rules import Lineage, Opening, Seen, Shipped, Step

__all__ = [
    "AlreadyOpened",
    "Lineage",
    "NotACase",
    "Opening",
    "Seen",
    "ShipmentNumberTaken",
    "Shipped",
    "Step",
    "WrongCode",
    "check_invariants",
    "lineage",
    "lineage_question",
    "note_sighting",
    "open_case",
    "openings_after",
    "read_case",
    "read_lineage",
    "read_shipped",
    "records",
    "ship",
    "shipments_after",
]
