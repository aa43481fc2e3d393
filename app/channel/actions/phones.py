"""Phone numbers at rest: sealed to be read, hashed to be found, masked to be shown."""

from typing import Any

from sqlalchemy.orm import Session

from app.channel.queries import phone_hash
from app.channel.rules import masked
from app.kit import sealing


def sealed_phone(session: Session, phone: str | None, subject: str) -> dict[str, Any]:
    """The three columns of a number (eleven digits) that belongs to ``subject``."""
    if phone is None:
        return {"phone_sealed": None, "phone_masked": None, "phone_hash": None}
    context = f"channel:{session.info['brand_id']}:{subject}"
    return {
        "phone_sealed": sealing.seal(phone.encode(), context=context),
        "phone_masked": masked(phone),
        "phone_hash": phone_hash(session, phone),
    }


def opened_phone(session: Session, sealed: bytes, subject: str) -> str:
    return sealing.open_sealed(sealed, context=f"channel:{session.info['brand_id']}:{subject}").decode()
