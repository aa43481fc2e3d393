from app.custody.queries import records
from app.custody.queries.exports import openings_after, shipments_after
from app.custody.queries.holdings import holdings_touching, runs_of_shipment, shipment_by_number
from app.custody.queries.invariants import check_invariants
from app.custody.queries.lineage import lineage, lineage_question, read_lineage
from app.custody.queries.openings import opening_of

__all__ = [
    "check_invariants",
    "holdings_touching",
    "lineage",
    "lineage_question",
    "opening_of",
    "openings_after",
    "read_lineage",
    "records",
    "runs_of_shipment",
    "shipment_by_number",
    "shipments_after",
]
