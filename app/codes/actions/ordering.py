"""Pack orders 码包: asked for, reviewed by somebody else, minted. The database refuses whoever reviews himself."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import catalog
from app.codes.actions.minting import NewBatch, mint
from app.codes.actions.packing import pack
from app.codes.errors import BatchTooLarge, DatesReversed, NumberTaken, OwnRequest, PackDecided, SpecRetired
from app.codes.events import PackApproved
from app.codes.models import LARGEST_BATCH, PackRow, SpecRow
from app.codes.queries import BatchInfo, any_number_used, levels_of, pack_row, spec_row
from app.codes.rules.specs import Level, counts_of
from app.kit import outbox
from app.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class NewPack:
    """An order: ``count`` codes of the lowest level of the spec, and what the higher ones then need."""

    spec_id: int
    sku_id: int
    number: str
    count: int
    made_on: date | None
    expires_on: date | None
    note: str


def request_pack(session: Session, new: NewPack, *, by: int, at: datetime) -> PackRow:
    """Ask for codes; nothing is minted before a second person agrees.

    Raises `UnknownSpec`, `SpecRetired`, `BatchTooLarge`, `DatesReversed`, `NumberTaken` and the catalogue's
    `UnknownSku`.
    """
    spec = spec_row(session, new.spec_id)
    if spec.retired_at is not None:
        raise SpecRetired(spec_id=str(spec.id))
    _refuse_impossible(session, new, levels_of(spec))
    row = asdict(new) | {"id": new_id(), "brand_id": session.info["brand_id"], "state": "requested"}
    once = insert(PackRow).values(**row, requested_by=by, requested_at=at)
    once = once.on_conflict_do_nothing(index_elements=["brand_id", "number"])
    if session.execute(once.returning(PackRow.id)).first() is None:
        raise NumberTaken(number=new.number)
    return pack_row(session, row["id"])


def review_pack(
    session: Session, *, pack_id: int, approve: bool, words: str | None, by: int, at: datetime
) -> PackRow:
    """Agree to an order or refuse it, as somebody who did not ask for it.

    Raises `UnknownPack`, `OwnRequest`, and `PackDecided` when the order is no longer open.
    """
    review = update(PackRow).where(PackRow.id == pack_id, PackRow.state == "requested", PackRow.requested_by != by)
    state = "approved" if approve else "refused"
    review = review.values(state=state, reviewed_by=by, reviewed_at=at, review_words=words)
    if session.execute(review.returning(PackRow.id)).first() is None:
        raise _why_not(pack_row(session, pack_id), by)
    if approve:
        outbox.publish(session, PackApproved(f"pack:{pack_id}", pack_id), at=at)
    return pack_row(session, pack_id)


def cancel_pack(session: Session, *, pack_id: int, by: int, at: datetime) -> PackRow:
    """Drop an order before it is minted. Raises `UnknownPack`, `PackDecided`."""
    cancel = update(PackRow).where(PackRow.id == pack_id, PackRow.state.in_(["requested", "approved"]))
    cancel = cancel.values(state="cancelled", cancelled_by=by, cancelled_at=at)
    done = session.execute(cancel.returning(PackRow.id)).first()
    row = pack_row(session, pack_id)
    if done is None:
        raise PackDecided(state=row.state)
    return row


def mint_pack(session: Session, *, pack_id: int, at: datetime) -> list[BatchInfo]:
    """Mint a batch for each level of an approved order and pack what the spec packs beforehand, exactly once.

    An order that was minted or cancelled before gives nothing. Raises what `mint_batch` and `pack` raise.
    """
    take = update(PackRow).where(PackRow.id == pack_id, PackRow.state == "approved")
    if session.execute(take.values(state="minted", minted_at=at).returning(PackRow.id)).first() is None:
        return []
    row = pack_row(session, pack_id)
    spec = spec_row(session, row.spec_id)
    levels = levels_of(spec)
    counts = counts_of(levels, row.count)
    batches = [
        mint(session, _batch_of(row, spec, level, count), at=at)
        for level, count in zip(levels, counts, strict=True)
    ]
    _pack_beforehand(session, levels, batches, at)
    return batches


def _batch_of(row: PackRow, spec: SpecRow, level: Level, count: int) -> NewBatch:
    return NewBatch(
        sku_id=row.sku_id,
        number=batch_number(row.number, level),
        level=level.name,
        count=count,
        has_inner=level.pair,
        made_on=row.made_on,
        expires_on=row.expires_on,
        pack_id=row.id,
        canaries=spec.canaries,
        has_security_code=level.security_code,
    )


def _pack_beforehand(session: Session, levels: Sequence[Level], batches: list[BatchInfo], at: datetime) -> None:
    for below, (level, parents) in zip(batches, list(zip(levels, batches, strict=True))[1:], strict=False):
        if level.packed_before:
            pack(
                session,
                parents_batch_id=parents.id,
                children_batch_id=below.id,
                per_parent=level.ratio,
                at=at,
            )


def batch_number(pack_number: str, level: Level) -> str:
    """The batch of a level is numbered after its order: ``A-1`` gives ``A-1-case``."""
    return f"{pack_number}-{level.name}"


def _refuse_impossible(session: Session, new: NewPack, levels: Sequence[Level]) -> None:
    """What minting would refuse is refused while somebody is there to read it."""
    if not 1 <= new.count <= LARGEST_BATCH:
        raise BatchTooLarge(count=new.count)
    if new.made_on and new.expires_on and new.expires_on < new.made_on:
        raise DatesReversed
    catalog.sku(session, new.sku_id)
    if any_number_used(session, [batch_number(new.number, level) for level in levels]):
        raise NumberTaken(number=new.number)


def _why_not(row: PackRow, by: int) -> Any:
    if row.state == "requested" and row.requested_by == by:
        return OwnRequest()
    return PackDecided(state=row.state)
