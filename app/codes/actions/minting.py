import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import catalog, tenancy
from app.codes.errors import BatchTooLarge, DatesReversed, NoSlot, NumbersExhausted, NumberTaken
from app.codes.models import LARGEST_BATCH, BatchRow
from app.codes.queries import BatchInfo, batch, secret_context
from app.codes.rules import Face
from app.kit import cache, sealing
from app.kit.ids import new_id

SECRET_BYTES = 32
FIRST_CODE_NO = 1
ALLOCATE = text("""
INSERT INTO codes_counter AS c (brand_id, id, next_code_no) VALUES (:brand_id, :id, :first + :count)
ON CONFLICT (brand_id) DO UPDATE SET next_code_no = c.next_code_no + :count
  WHERE c.next_code_no + :count <= 1099511627776
RETURNING next_code_no""")


@dataclass(frozen=True, slots=True)
class NewBatch:
    """What a batch is to be; ``canaries`` numbers are reserved behind it for its print file."""

    sku_id: int
    number: str
    level: str
    count: int
    has_inner: bool
    made_on: date | None = None
    expires_on: date | None = None
    pack_id: int | None = None
    canaries: int = 0
    has_security_code: bool = False


def mint_batch(
    session: Session,
    *,
    sku_id: int,
    number: str,
    level: str,
    count: int,
    has_inner: bool,
    made_on: date | None = None,
    expires_on: date | None = None,
    at: datetime,
) -> BatchInfo:
    """Give ``count`` fresh code numbers to a batch; no row is written per code.

    ``level`` is unit, case, pallet or any other name. With ``has_inner`` each number is printed twice, outside
    and inside. Raises `NumberTaken`, `BatchTooLarge`, `DatesReversed`, `NumbersExhausted`, `NoSlot` and the
    catalogue's `UnknownSku`.
    """
    return mint(session, NewBatch(sku_id, number, level, count, has_inner, made_on, expires_on), at=at)


def mint(session: Session, new: NewBatch, *, at: datetime) -> BatchInfo:
    """As `mint_batch`, for a batch of a pack order."""
    _refuse_impossible(new.count, new.made_on, new.expires_on)
    brand_id, batch_id = session.info["brand_id"], new_id()
    catalog.sku(session, new.sku_id)
    lo = _allocate(session, brand_id, new.count + new.canaries)
    row = {name: value for name, value in asdict(new).items() if name != "count"}
    row |= {"id": batch_id, "lo": lo, "hi": lo + new.count, "created_at": at}
    _insert(session, brand_id, row | _keys(brand_id, batch_id, has_inner=new.has_inner))
    cache.bump(session, brand_id)
    return batch(session, batch_id)


def _refuse_impossible(count: int, made_on: date | None, expires_on: date | None) -> None:
    if not 1 <= count <= LARGEST_BATCH:
        raise BatchTooLarge(count=count)
    if made_on and expires_on and expires_on < made_on:
        raise DatesReversed


def _keys(brand_id: int, batch_id: int, *, has_inner: bool) -> dict[str, Any]:
    secret = secrets.token_bytes(SECRET_BYTES)
    return {
        "outer_slot": _minting_slot(brand_id, Face.OUTER),
        "inner_slot": _minting_slot(brand_id, Face.INNER) if has_inner else None,
        "secret_sealed": sealing.seal(secret, context=secret_context(brand_id, batch_id)),
    }


def _insert(session: Session, brand_id: int, row: dict[str, Any]) -> None:
    once = insert(BatchRow).values(brand_id=brand_id, **row)
    once = once.on_conflict_do_nothing(index_elements=["brand_id", "number"])
    if session.execute(once.returning(BatchRow.id)).first() is None:
        raise NumberTaken(number=row["number"])


def _allocate(session: Session, brand_id: int, count: int) -> int:
    """The first of ``count`` numbers that nobody else gets; holds the counter's row until the commit."""
    bound = {"brand_id": brand_id, "id": new_id(), "first": FIRST_CODE_NO, "count": count}
    following = session.execute(ALLOCATE, bound).scalar()
    if following is None:
        raise NumbersExhausted
    return int(following) - count


def _minting_slot(brand_id: int, face: Face) -> str:
    for slot in tenancy.key_slots(brand_id):
        if slot.face == face.value and slot.state == "minting":
            return slot.slot
    raise NoSlot(face=face.value)
