"""EPCIS 2.0.1 events (CBV 2.0) of pieces of records, as JSON-LD values.

Codes are named by Digital Links of the brand's host, ``/01/{GTIN}/21/{code}``. Codes that must not be told (they
win prizes by themselves) are counted by class, ``/01/{GTIN}/10/{lot}``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from app.trace.rules.event_hash import event_id
from app.trace.rules.records import Piece

VERSION = "2.0"
CONTEXT = (
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"cbvmda": "urn:epcglobal:cbv:mda:"},
)
OFFSET = "+08:00"  # the only time zone of the country that the goods move in
OBJECT, AGGREGATION = "ObjectEvent", "AggregationEvent"


@dataclass(frozen=True, slots=True)
class Shape:
    """What kind of event a kind of record becomes."""

    type: str
    action: str
    step: str
    disposition: str


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "activated": Shape(OBJECT, "ADD", "commissioning", "active"),
        "packed": Shape(AGGREGATION, "ADD", "packing", "in_progress"),
        "unpacked": Shape(AGGREGATION, "DELETE", "unpacking", "in_progress"),
        "shipped": Shape(OBJECT, "OBSERVE", "shipping", "in_transit"),
        "transferred": Shape(OBJECT, "OBSERVE", "shipping", "in_transit"),
        "delivered": Shape(OBJECT, "OBSERVE", "shipping", "in_transit"),
        "returned": Shape(OBJECT, "OBSERVE", "shipping", "returned"),
        "reversed": Shape(OBJECT, "OBSERVE", "void_shipping", "in_progress"),
        "received": Shape(OBJECT, "OBSERVE", "receiving", "in_progress"),
        "opened": Shape(OBJECT, "OBSERVE", "receiving", "sellable_accessible"),
        "void": Shape(OBJECT, "DELETE", "decommissioning", "inactive"),
    }
)
MOVED = frozenset({"shipped", "transferred", "delivered", "returned", "reversed"})
ARRIVED = frozenset({"received", "opened"})


@dataclass(frozen=True, slots=True)
class Lot:
    """What an activation tells of the codes' batch."""

    number: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Goods:
    """The codes of a piece by name, and how many by class; ``lot`` when all are of one."""

    epcs: tuple[str, ...] = ()
    classes: tuple[tuple[str, int], ...] = ()
    lot: Lot | None = None


def epcis_event(piece: Piece, goods: Goods, parent: str | None, *, root: str) -> dict[str, Any]:
    """The event of a piece; ``parent`` names what it was packed into, ``root`` is the brand's own host."""
    shape = SHAPES[piece.record.kind]
    told = _what(shape, goods, parent) | _why(shape) | _where(piece, root) | _whose(piece, root)
    event = {"type": shape.type, "eventTime": instant(piece.record.at), "eventTimeZoneOffset": OFFSET, **told}
    if piece.record.kind == "activated" and goods.lot:
        event["ilmd"] = _ilmd(goods.lot)
    return {"eventID": event_id(event, root=root), **event}


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _what(shape: Shape, goods: Goods, parent: str | None) -> dict[str, Any]:
    packs = shape.type == AGGREGATION
    names = {"childEPCs" if packs else "epcList": list(goods.epcs)} if goods.epcs else {}
    counted = [{"epcClass": one, "quantity": count} for one, count in goods.classes]
    counts = {"childQuantityList" if packs else "quantityList": counted} if counted else {}
    return ({"parentID": parent} if packs else {}) | names | counts


def _why(shape: Shape) -> dict[str, Any]:
    return {"action": shape.action, "bizStep": shape.step, "disposition": shape.disposition}


def _where(piece: Piece, root: str) -> dict[str, Any]:
    """Read by the shop or dealer that handles the goods, else at the brand's; on the way they are nowhere."""
    record = piece.record
    if record.kind in MOVED:
        return {"readPoint": {"id": party(root, record.from_dealer_id, record.from_terminal_id)}}
    place = {"id": party(root, record.dealer_id, record.terminal_id) if record.kind in ARRIVED else party(root)}
    return {"readPoint": place, "bizLocation": place}


def _whose(piece: Piece, root: str) -> dict[str, Any]:
    """Who gave the goods, who got them, and the delivery note they travelled with."""
    record = piece.record
    told: dict[str, Any] = {}
    if record.number:
        note = f"{root}/shipments/{quote(record.number, safe='')}"
        told["bizTransactionList"] = [{"type": "desadv", "bizTransaction": note}]
    if record.kind in MOVED:
        giver = party(root, record.from_dealer_id, record.from_terminal_id)
        receiver = party(root, record.dealer_id, record.terminal_id)
        told["sourceList"] = [{"type": "owning_party", "source": giver}]
        told["destinationList"] = [{"type": "owning_party", "destination": receiver}]
    return told


def party(root: str, dealer_id: int | None = None, terminal_id: int | None = None) -> str:
    """A party by an address of the brand's host, for want of a GLN: a terminal, else a dealer, else the brand."""
    if terminal_id is not None:
        return f"{root}/parties/terminals/{terminal_id}"
    return f"{root}/parties/brand" if dealer_id is None else f"{root}/parties/dealers/{dealer_id}"


def _ilmd(lot: Lot) -> dict[str, Any]:
    expires = {"cbvmda:itemExpirationDate": lot.expires_on.isoformat()} if lot.expires_on else {}
    return {"cbvmda:lotNumber": lot.number, **expires}


def document_head(created_at: datetime) -> dict[str, Any]:
    """An EPCIS document but for its body."""
    return {
        "@context": list(CONTEXT),
        "type": "EPCISDocument",
        "schemaVersion": VERSION,
        "creationDate": instant(created_at),
    }


def query_document(events: list[dict[str, Any]], created_at: datetime) -> dict[str, Any]:
    """The answer to a query."""
    results = {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": events}}
    head = document_head(created_at) | {"type": "EPCISQueryDocument"}
    return head | {"epcisBody": {"queryResults": results}}
