from app.custody.queries.holdings import holdings_touching, runs_of_shipment, shipment_by_number
from app.custody.queries.invariants import check_invariants
from app.custody.queries.lineage import lineage, lineage_question, read_lineage
from app.custody.queries.openings import opening_of, units_in
from app.custody.queries.sightings import (
    ForeignOpening,
    Sent,
    Sighted,
    foreign_openings_between,
    held_by_dealer,
    shipments_sent,
    sightings_between,
)

__all__ = [
    "ForeignOpening",
    "Sent",
    "Sighted",
    "check_invariants",
    "foreign_openings_between",
    "held_by_dealer",
    "holdings_touching",
    "lineage",
    "lineage_question",
    "opening_of",
    "read_lineage",
    "runs_of_shipment",
    "shipment_by_number",
    "shipments_sent",
    "sightings_between",
    "units_in",
]
