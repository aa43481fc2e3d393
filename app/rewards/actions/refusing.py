"""A consumer says that a shop would not hand over a prize."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.kit.ids import new_id
from app.rewards.models import Grant, Refusal


@dataclass(frozen=True, slots=True)
class NewRefusal:
    """Which shop, known or by its name, why as far as the consumer knows, and the county where they are."""

    terminal_id: int | None
    shop_name: str | None
    reason: str
    words: str
    county: str | None


def report_refusal(session: Session, grant: Grant, new: NewRefusal, *, by: int, at: datetime) -> Refusal:
    """Write down that a shop refused; the prize stays as it is."""
    row = Refusal(
        id=new_id(),
        grant_id=grant.id,
        person_id=by,
        terminal_id=new.terminal_id,
        shop_name=new.shop_name,
        reason=new.reason,
        words=new.words,
        county=new.county,
        at=at,
    )
    session.add(row)
    session.flush()
    return row
