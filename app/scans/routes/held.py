"""What the shell writes down, in transactions of its own: claims that are not paid, texts that are no codes."""

from flask import current_app, request

from app import codes, identity, risk
from app.kit import clock
from app.kit.errors import AppError, TooManyRequests
from app.kit.http import address_hash, brand_id, client_address, limiter
from app.kit.limits import Limit, per_minute
from app.kit.transaction import statements, transaction
from app.scans.actions import Whence, note_forbidden, note_guessing, note_held
from app.scans.queries import Known

DEVICE_COOKIE = "malu_device"
TOLD = Limit("risk.guessing", "1/minute")


def whence(*, watched: bool = True) -> Whence:
    """The address only where risk may ask for it."""
    device = request.cookies.get(DEVICE_COOKIE) if "HTTP_COOKIE" in request.environ else None
    return Whence(device, address_hash() if watched else None)


def guesses() -> Limit:
    return per_minute("guess", current_app.config["MALU_GUESSES_PER_MINUTE"])


def require_patience() -> None:
    """Count a text that is no code of ours: no statement, but one a minute for an address past its share."""
    try:
        limiter().require_locally(guesses(), client_address())
    except TooManyRequests:
        _tell_of_guessing()
        raise


def _tell_of_guessing() -> None:
    try:
        limiter().require_locally(TOLD, client_address())
    except TooManyRequests:
        return
    with statements(brand_id()) as session:
        note_guessing(session, address=address_hash(), at=clock.now())


def keep(found: Known, not_paid: risk.NotPaid, actor: identity.Actor, whence: Whence) -> AppError:
    """Write down that a claim was not paid; the refusal to answer with."""
    with transaction(brand_id()) as session:
        held_id = note_held(session, found, not_paid, actor=actor, whence=whence, at=clock.now())
    return not_paid.refusal(held_id)


def keep_leak(found: Known, actor: identity.Actor) -> None:
    """Whoever asks for the prize of a code that never left the house holds a leaked one, landing page or not."""
    at, seen_from = clock.now(), whence()
    device = seen_from.device or f"person:{actor.person_id}"
    with transaction(brand_id()) as session:
        codes.states.note_leak(session, found.read, device=device, county=None, at=at)
        note_forbidden(session, found, person_id=actor.person_id, whence=seen_from, at=at)
