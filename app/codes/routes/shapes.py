"""Orders and deliveries as the console shows them."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import identity
from app.codes import queries
from app.codes.models import DeliveryRow, PackRow
from app.codes.rules.links import link_state

PACK_FIELDS = (
    "id",
    "spec_id",
    "sku_id",
    "number",
    "count",
    "made_on",
    "expires_on",
    "note",
    "state",
    "requested_by",
    "requested_at",
    "reviewed_at",
    "review_words",
    "minted_at",
)
DELIVERY_FIELDS = (
    "id",
    "batch_id",
    "encryption",
    "recipient",
    "lines",
    "lines_done",
    "size",
    "manifest",
    "downloads",
    "most_downloads",
    "created_at",
    "ready_at",
    "expires_at",
    "revealed_at",
)


def shown_pack(session: Session, row: PackRow) -> dict[str, Any]:
    """An order with the names of its spec and of the two people who answer for it."""
    return {
        **{name: getattr(row, name) for name in PACK_FIELDS},
        "spec_name": queries.spec_row(session, row.spec_id).name,
        "requested_by_name": _name(session, row.requested_by),
        "reviewed_by_name": _name(session, row.reviewed_by),
    }


def shown_batches(session: Session, pack: PackRow, at: datetime) -> list[dict[str, Any]]:
    """The levels of a minted order, each with its deliveries and who fetched them."""
    spec = queries.spec_row(session, pack.spec_id)
    titles = {level.name: level.title for level in queries.levels_of(spec)}
    batches = queries.batches_of_packs(session, [pack.id])
    ids = [batch.id for batch in batches]
    activated, deliveries = queries.activated_counts(session, ids), _shown_deliveries(session, ids, at)
    return [
        {
            **{name: getattr(batch, name) for name in ("id", "number", "level", "lo", "hi", "canaries")},
            "title": titles[batch.level],
            "encryption": spec.encryption,
            "activated": activated.get(batch.id, 0),
            "deliveries": [one for one in deliveries if one["batch_id"] == batch.id],
        }
        for batch in batches
    ]


def shown_delivery(row: DeliveryRow, at: datetime) -> dict[str, Any]:
    """A delivery and how its link stands, without what opens it."""
    return {name: getattr(row, name) for name in DELIVERY_FIELDS} | {"state": link_state(row, at)}


def _shown_deliveries(session: Session, batch_ids: list[int], at: datetime) -> list[dict[str, Any]]:
    rows = queries.deliveries_of(session, batch_ids)
    downloads = queries.downloads_of(session, [row.id for row in rows])
    return [
        shown_delivery(row, at) | {"downloaded": [one for one in downloads if one.delivery_id == row.id]}
        for row in rows
    ]


def _name(session: Session, person_id: int | None) -> str | None:
    return identity.person(session, person_id).nickname if person_id is not None else None
