"""Goods sent home: ordered with an address, shipped by the brand, received by word or by time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.kit import json_text, sealing
from app.kit.ids import new_id
from app.rewards.errors import GrantExpired, NotOpen, NotShipped
from app.rewards.models import Delivery, Grant
from app.rewards.queries import address_context, grant_row
from app.rewards.rules import Address

TAKEN_AS_RECEIVED = timedelta(days=15)
ADDRESS_KEPT = timedelta(days=30)  # after receipt: long enough for a complaint


@dataclass(frozen=True, slots=True)
class Parcel:
    """Goods of one prize in the hands of a carrier."""

    grant_id: int
    carrier: str
    tracking: str


def order(session: Session, grant: Grant, address: Address, *, at: datetime) -> Delivery:
    """Have goods sent to an address; raises `NotOpen` and `GrantExpired`."""
    taken = _move(session, grant.id, "won", "ordered", "address_given", at=at, unless_ended=True)
    if grant.kind != "goods" or not taken:
        raise GrantExpired if grant.state == "won" and grant.expires_at <= at else NotOpen
    context = address_context(session.info["brand_id"], grant.id)
    row = Delivery(
        id=new_id(),
        grant_id=grant.id,
        address_sealed=sealing.seal(json_text.dumps(address.as_dict()).encode(), context=context),
        place_masked=address.masked(),
        state="ordered",
        ordered_at=at,
    )
    session.add(row)
    session.flush()
    return row


def _move(
    session: Session,
    grant_id: int,
    old: str,
    new: str,
    reason: str,
    *,
    at: datetime,
    unless_ended: bool = False,
) -> bool:
    """A conditional transition; False when the grant was in another state."""
    moving = update(Grant).where(Grant.id == grant_id, Grant.state == old)
    if unless_ended:
        moving = moving.where(Grant.expires_at > at, Grant.kind == "goods")
    moved = moving.values(state=new, reason=reason, changed_at=at).returning(Grant.id)
    return session.scalar(moved.execution_options(synchronize_session=False)) is not None


def ship(session: Session, parcel: Parcel, *, by: int, at: datetime) -> Delivery:
    """Goods are on their way; a corrected tracking number is written over. Raises `UnknownGrant` and `NotOpen`."""
    grant_row(session, parcel.grant_id)
    shipping = update(Delivery).where(
        Delivery.grant_id == parcel.grant_id, Delivery.state.in_(("ordered", "shipped"))
    )
    values = {"state": "shipped", "carrier": parcel.carrier, "tracking": parcel.tracking}
    shipped = shipping.values(**values, shipped_at=at, shipped_by=by).returning(Delivery)
    row = session.scalar(shipped.execution_options(populate_existing=True))
    if row is None:
        raise NotOpen
    return row


def receive(session: Session, grant: Grant, *, at: datetime, reason: str = "confirmed") -> None:
    """Goods have arrived; raises `NotShipped`, and `NotOpen` for what was received before."""
    arriving = update(Delivery).where(Delivery.grant_id == grant.id, Delivery.state == "shipped")
    arrived = arriving.values(state="received", received_at=at).returning(Delivery.id)
    if session.scalar(arrived.execution_options(synchronize_session=False)) is None:
        raise NotShipped if grant.state == "ordered" else NotOpen
    if not _move(session, grant.id, "ordered", "received", reason, at=at):
        raise NotOpen


def long_shipped(session: Session, *, at: datetime, limit: int) -> Sequence[int]:
    """Prizes that were shipped so long ago that they must have arrived."""
    old = select(Delivery.grant_id).where(
        Delivery.state == "shipped", Delivery.shipped_at <= at - TAKEN_AS_RECEIVED
    )
    return session.scalars(old.order_by(Delivery.id).limit(limit)).all()


def forget_addresses(session: Session, *, at: datetime) -> None:
    """Personal data goes once nobody needs it."""
    old = update(Delivery).where(Delivery.received_at <= at - ADDRESS_KEPT, Delivery.address_sealed.is_not(None))
    session.execute(old.values(address_sealed=None).execution_options(synchronize_session=False))
