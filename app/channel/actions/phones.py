"""Phone numbers at rest: sealed to be read, hashed to be found, masked to be shown."""

from typing import Any

from sqlalchemy.orm import Session

from app.channel.models import Registration, Terminal
from app.channel.queries import phone_hash
from app.channel.rules import masked
from app.kit import sealing
from app.kit.resealing import sealed_column


def of_registration(person_id: int) -> str:
    return f"registration:{person_id}"


def of_terminal(terminal_id: int) -> str:
    return f"terminal:{terminal_id}"


def sealed_phone(session: Session, phone: str | None, subject: str) -> dict[str, Any]:
    """The three columns of a number (eleven digits) that belongs to ``subject``."""
    if phone is None:
        return {"phone_sealed": None, "phone_masked": None, "phone_hash": None}
    return {
        "phone_sealed": sealing.seal(phone.encode(), context=_context(session.info["brand_id"], subject)),
        "phone_masked": masked(phone),
        "phone_hash": phone_hash(session, phone),
    }


def opened_phone(session: Session, sealed: bytes, subject: str) -> str:
    return sealing.open_sealed(sealed, context=_context(session.info["brand_id"], subject)).decode()


def _context(brand_id: int, subject: str) -> str:
    return f"channel:{brand_id}:{subject}"


sealed_column(Registration.phone_sealed, lambda row: _context(row.brand_id, of_registration(row.person_id)))
sealed_column(Terminal.phone_sealed, lambda row: _context(row.brand_id, of_terminal(row.id)))
