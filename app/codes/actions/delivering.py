"""Deliveries: a file for one factory behind a link that works three times in a week; its key goes another way."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyrage
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.codes.errors import (
    InvalidRecipient,
    LinkOver,
    NotOrdered,
    NotReady,
    PasswordGone,
    PrintedByMarket,
    UnknownLink,
)
from app.codes.events import DeliveryOrdered
from app.codes.models import DeliveryRow, DownloadRow
from app.codes.queries import batch_row, delivery_row, pack_row, password_context, spec_row
from app.codes.queries.markets import market_of_batch
from app.codes.rules.links import LinkState, link_state
from app.kit import outbox, sealing
from app.kit.ids import new_id

LIFE = timedelta(days=7)
MOST_DOWNLOADS = 3
TOKEN_BYTES = 32
PASSWORD_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # noqa: S105  without what looks alike
PASSWORD_GROUPS, GROUP_LENGTH = 4, 5


@dataclass(frozen=True, slots=True)
class Ordered:
    """A delivery that was just ordered; ``token`` is the link's secret, shown now and never again."""

    delivery: DeliveryRow
    token: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who fetches a file, as far as a server can tell."""

    address: str
    address_hash: str
    user_agent: str


def order_delivery(session: Session, *, batch_id: int, recipient: str | None, by: int, at: datetime) -> Ordered:
    """Have a file of a batch made for whoever holds the key of ``recipient``, or the password to be revealed.

    Raises `UnknownBatch`, `NotOrdered` for a batch of no pack order, `PrintedByMarket`, `InvalidRecipient`.
    """
    batch = batch_row(session, batch_id)
    if batch.pack_id is None:
        raise NotOrdered(batch_id=str(batch_id))
    if market_of_batch(session, batch_id):
        raise PrintedByMarket
    spec = spec_row(session, pack_row(session, batch.pack_id).spec_id)
    token, delivery_id = secrets.token_urlsafe(TOKEN_BYTES), new_id()
    row = DeliveryRow(
        id=delivery_id,
        batch_id=batch_id,
        encryption=spec.encryption,
        token_hash=token_hash(token),
        created_by=by,
        created_at=at,
        expires_at=at + LIFE,
        most_downloads=MOST_DOWNLOADS,
        downloads=0,
        lines=batch.hi - batch.lo + batch.canaries,
        lines_done=0,
    )
    if spec.encryption == "age":
        recipient_of(recipient)
        row.recipient = recipient
    else:
        context = password_context(session.info["brand_id"], delivery_id)
        row.password_sealed = sealing.seal(_new_password().encode(), context=context)
    session.add(row)
    session.flush()
    outbox.publish(session, DeliveryOrdered(f"delivery:{delivery_id}", delivery_id), at=at)
    return Ordered(row, token)


def reveal_password(session: Session, *, delivery_id: int, by: int, at: datetime) -> str:
    """The password of a ZIP file, told once. Raises `UnknownDelivery`, `PasswordGone`."""
    delivery_row(session, delivery_id)
    reveal = update(DeliveryRow).where(
        DeliveryRow.id == delivery_id, DeliveryRow.revealed_at.is_(None), DeliveryRow.password_sealed.is_not(None)
    )
    told = reveal.values(revealed_by=by, revealed_at=at).returning(DeliveryRow.password_sealed)
    sealed = session.execute(told).scalar()
    if sealed is None:
        raise PasswordGone(delivery_id=str(delivery_id))
    context = password_context(session.info["brand_id"], delivery_id)
    return sealing.open_sealed(sealed, context=context).decode()


def revoke_delivery(session: Session, *, delivery_id: int, by: int, at: datetime) -> DeliveryRow:
    """End a link now; a file that is being made is dropped. Raises `UnknownDelivery`, `LinkOver`."""
    revoke = update(DeliveryRow).where(DeliveryRow.id == delivery_id, DeliveryRow.revoked_at.is_(None))
    revoke = revoke.values(revoked_by=by, revoked_at=at).returning(DeliveryRow.id)
    done = session.execute(revoke).first()
    row = delivery_row(session, delivery_id)
    if done is None:
        raise LinkOver(reason="revoked")
    return row


def take_file(session: Session, *, token: str, caller: Caller, at: datetime) -> DeliveryRow:
    """Count and log one download of the file behind a link. Raises `UnknownLink`, `NotReady`, `LinkOver`."""
    take = update(DeliveryRow).where(
        DeliveryRow.token_hash == token_hash(token),
        DeliveryRow.downloads < DeliveryRow.most_downloads,
        DeliveryRow.expires_at > at,
        DeliveryRow.ready_at.is_not(None),
        DeliveryRow.revoked_at.is_(None),
    )
    taken = take.values(downloads=DeliveryRow.downloads + 1)
    number = session.execute(taken.returning(DeliveryRow.downloads)).scalar()
    row = look_at_link(session, token=token, at=at) if number is None else _of_token(session, token)
    if row is None or number is None:
        raise UnknownLink
    log = DownloadRow(
        delivery_id=row.id,
        number=number,
        address=caller.address,
        address_hash=caller.address_hash,
        user_agent=caller.user_agent[:300],
        downloaded_at=at,
    )
    session.add(log)
    session.flush()
    return row


def look_at_link(session: Session, *, token: str, at: datetime) -> DeliveryRow:
    """What a link leads to, without fetching it. Raises `UnknownLink`, `NotReady`, `LinkOver`."""
    row = _of_token(session, token)
    if row is None:
        raise UnknownLink
    state = link_state(row, at)
    if state is LinkState.MAKING:
        raise NotReady(lines=row.lines, lines_done=row.lines_done)
    if state is not LinkState.READY:
        raise LinkOver(reason=state.value)
    return row


def token_hash(token: str) -> bytes:
    """A token has 256 random bits, so that a plain hash hides it."""
    return hashlib.sha256(token.encode()).digest()


def _of_token(session: Session, token: str) -> DeliveryRow | None:
    statement = select(DeliveryRow).where(DeliveryRow.token_hash == token_hash(token))
    return session.scalar(statement, execution_options={"populate_existing": True})


def recipient_of(text: str | None) -> Any:
    """The public key of whoever may open a file; raises `InvalidRecipient`."""
    try:
        return pyrage.x25519.Recipient.from_str(text or "")
    except pyrage.RecipientError as error:
        raise InvalidRecipient from error


def _new_password() -> str:
    """About 99 bits, in groups that can be read out over the telephone."""
    letters = [secrets.choice(PASSWORD_LETTERS) for _ in range(PASSWORD_GROUPS * GROUP_LENGTH)]
    groups = range(0, len(letters), GROUP_LENGTH)
    return "-".join("".join(letters[at : at + GROUP_LENGTH]) for at in groups)
