from app.custody.queries import looks, records
from app.custody.queries.documents import (
    discrepancies_of,
    document,
    document_about,
    document_page,
    documents_about,
    documents_of,
    goods_of,
    runs_of_shipment,
    shipment_by_number,
)
from app.custody.queries.exports import openings_after, shipments_after
from app.custody.queries.history import Leg, Moved, Opened, Way, history, movements
from app.custody.queries.holdings import holdings_touching, parts_of, places_of
from app.custody.queries.invariants import check_invariants
from app.custody.queries.lineage import lineage, lineage_question, read_lineage
from app.custody.queries.openings import opening_of
from app.custody.queries.parties import (
    dealer_sender,
    own_dealers,
    own_terminals,
    partner_dealers,
    partner_terminals,
    receiver_of,
    sender_of,
)
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
    "Leg",
    "Moved",
    "Opened",
    "Sent",
    "Sighted",
    "Way",
    "check_invariants",
    "dealer_sender",
    "discrepancies_of",
    "document",
    "document_about",
    "document_page",
    "documents_about",
    "documents_of",
    "foreign_openings_between",
    "goods_of",
    "held_by_dealer",
    "history",
    "holdings_touching",
    "lineage",
    "lineage_question",
    "looks",
    "movements",
    "opening_of",
    "openings_after",
    "own_dealers",
    "own_terminals",
    "partner_dealers",
    "partner_terminals",
    "parts_of",
    "places_of",
    "read_lineage",
    "receiver_of",
    "records",
    "runs_of_shipment",
    "sender_of",
    "shipment_by_number",
    "shipments_after",
    "shipments_sent",
    "sightings_between",
]
