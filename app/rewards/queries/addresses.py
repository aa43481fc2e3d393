"""Where goods are sent: personal data, opened for those who ship."""

from sqlalchemy.orm import Session

from app.kit import json_text, sealing
from app.kit.resealing import sealed_column
from app.rewards.models import Delivery
from app.rewards.rules import Address


def address_context(brand_id: int, grant_id: int) -> str:
    return f"delivery:{brand_id}:{grant_id}"


sealed_column(Delivery.address_sealed, lambda row: address_context(row.brand_id, row.grant_id))


def address_of(session: Session, row: Delivery) -> Address | None:
    """The address of a delivery; None once it was forgotten."""
    if row.address_sealed is None:
        return None
    context = address_context(session.info["brand_id"], row.grant_id)
    return Address(**json_text.loads(sealing.open_sealed(row.address_sealed, context=context)))
