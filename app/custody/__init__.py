"""Owns who holds which case: shipments, the opening of cases, and where codes were seen."""

from app.custody.actions import note_sighting, open_case, read_case, read_shipped, ship
from app.custody.errors import AlreadyOpened, NotACase, ShipmentNumberTaken, WrongCode
from app.custody.queries import (
    ForeignOpening,
    Sent,
    Sighted,
    check_invariants,
    foreign_openings_between,
    held_by_dealer,
    lineage,
    lineage_question,
    read_lineage,
    shipments_sent,
    sightings_between,
)
from app.custody.rules import Lineage, Opening, Seen, Shipped, Step

__all__ = [
    "AlreadyOpened",
    "ForeignOpening",
    "Lineage",
    "NotACase",
    "Opening",
    "Seen",
    "Sent",
    "ShipmentNumberTaken",
    "Shipped",
    "Sighted",
    "Step",
    "WrongCode",
    "check_invariants",
    "foreign_openings_between",
    "held_by_dealer",
    "lineage",
    "lineage_question",
    "note_sighting",
    "open_case",
    "read_case",
    "read_lineage",
    "read_shipped",
    "ship",
    "shipments_sent",
    "sightings_between",
]
