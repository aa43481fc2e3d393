"""A consumer's phone shows a prize, and a shop looks at what it shows."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.kit.ids import new_id
from app.rewards.errors import GrantExpired, NotForShops, NotOpen, UnknownPresentation
from app.rewards.models import Grant, Presentation
from app.rewards.queries import presentation_of, shown_in
from app.rewards.rules import (
    CONFIRM_WITHIN,
    HANDED_OVER,
    SHOWN_FOR,
    SLOTS,
    Shown,
    digits_of,
    is_fresh,
    read_signed,
    seconds_left,
    shown_at,
    sign,
    slots_of,
    window_of,
)

SHOWN = "shown"
DIGITS = 8
TRIES = 5


@dataclass(frozen=True, slots=True)
class Face:
    """What a phone shows at this moment, and for how long it counts as the present one."""

    digits: str | None
    signed: str
    seconds: int


def present(session: Session, grant: Grant, *, at: datetime) -> None:
    """Begin or go on to show a prize: the only write, every few minutes, however often what is shown changes.

    Raises `NotForShops`, `NotOpen` and `GrantExpired`.
    """
    require_usable(grant, at)
    for _ in range(TRIES):
        if _take_slot(session, grant.id, at):
            return
    raise UnknownPresentation


def _take_slot(session: Session, grant_id: int, at: datetime) -> bool:
    """A phone that goes on keeps its slot. False when another prize has the one that was drawn."""
    kept = presentation_of(session, grant_id, at=at)
    values = {"slot": kept.slot if kept else secrets.randbelow(SLOTS), "until": at + SHOWN_FOR}
    row = {"brand_id": session.info["brand_id"], "id": new_id(), "grant_id": grant_id, **values}
    statement = insert(Presentation).values(row)
    try:
        with session.begin_nested():
            session.execute(statement.on_conflict_do_update(index_elements=["brand_id", "grant_id"], set_=values))
    except IntegrityError:
        return False
    return True


def require_usable(grant: Grant, at: datetime) -> None:
    """Raises `NotForShops`, `NotOpen`, `GrantExpired`."""
    if grant.kind not in HANDED_OVER:
        raise NotForShops
    if grant.state == "expired" or (grant.state == "won" and grant.expires_at <= at):
        raise GrantExpired(at=grant.expires_at.isoformat())
    if grant.state != "won":
        raise NotOpen


def face(key: bytes, grant_id: int, slot: int | None, *, at: datetime) -> Face:
    """What the phone shows now: made from the key, nothing is written."""
    window = window_of(at)
    digits = None if slot is None else digits_of(key, window, slot)
    return Face(digits, sign(key, SHOWN, Shown(grant_id, window)), seconds_left(at))


def look_at(session: Session, key: bytes, text: str, *, at: datetime) -> Shown:
    """Which prize a typed or scanned text shows now; raises `UnknownPresentation`."""
    if len(text) == DIGITS and text.isascii() and text.isdigit():
        return _typed(session, key, text, at)
    shown = read_signed(key, SHOWN, text)
    if shown is None or not is_fresh(shown.window, at):
        raise UnknownPresentation
    return shown


def _typed(session: Session, key: bytes, text: str, at: datetime) -> Shown:
    read = list(slots_of(key, text, at))
    found = shown_in(session, [slot for _, slot in read], at=at)
    for window, slot in read:
        if slot in found:
            return Shown(found[slot], window)
    raise UnknownPresentation


def read_offline(key: bytes, text: str) -> Shown:
    """What a shop without a network has stored; raises `UnknownPresentation`."""
    shown = read_signed(key, SHOWN, text)
    if shown is None:
        raise UnknownPresentation
    return shown


def ticket(key: bytes, shown: Shown, terminal_id: int) -> str:
    """Lets one shop confirm what it has looked at, although the phone shows something else by then."""
    return sign(key, f"ticket:{terminal_id}", shown)


def read_ticket(key: bytes, text: str, terminal_id: int, *, at: datetime) -> Shown:
    """Raises `UnknownPresentation` for a ticket of another shop, or one that has waited too long."""
    shown = read_signed(key, f"ticket:{terminal_id}", text)
    if shown is None or at - shown_at(shown.window) > CONFIRM_WITHIN:
        raise UnknownPresentation
    return shown
