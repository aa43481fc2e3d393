"""Shipments and openings of one dealer or shop, by ascending id: what it may take away."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.custody.models import OpeningRow, Shipment
from app.custody.rules import MOVING


def shipments_after(
    session: Session, dealer_id: int, *, after: int, before: int, limit: int
) -> Sequence[Shipment]:
    """What was sent to a dealer, by whomever, with ids between two bounds."""
    between = select(Shipment).where(
        Shipment.dealer_id == dealer_id,
        Shipment.terminal_id.is_(None),
        Shipment.kind.in_(MOVING),
        Shipment.id > after,
        Shipment.id < before,
    )
    return session.scalars(between.order_by(Shipment.id).limit(limit)).all()


def openings_after(
    session: Session,
    terminal_id: int,
    *,
    dealer_id: int | None = None,
    after: int,
    before: int,
    limit: int,
) -> Sequence[OpeningRow]:
    """Cases that a shop opened; with a dealer only those it opened as a shop of that dealer."""
    between = select(OpeningRow).where(
        OpeningRow.terminal_id == terminal_id, OpeningRow.id > after, OpeningRow.id < before
    )
    if dealer_id is not None:
        between = between.where(OpeningRow.terminal_dealer_id == dealer_id)
    return session.scalars(between.order_by(OpeningRow.id).limit(limit)).all()
