"""The three postings of a payout: out of the wallet, then either on to WeChat or back again."""

from datetime import datetime

from sqlalchemy.orm import Session

from app import identity, ledger
from app.ledger import Account, Posting, wallet
from app.payouts.models import Payout
from app.payouts.rules import State


def post_request(session: Session, payout: Payout, *, at: datetime) -> None:
    """Raises `ledger.InsufficientBalance`."""
    brand_id = session.info["brand_id"]
    taken = Posting(wallet(payout.person_id), _transit(brand_id), payout.amount_fen, "payout")
    _post(session, payout.id, "requested", taken, at)


def post_end(session: Session, payout: Payout, state: State, *, at: datetime) -> None:
    """Empty the transit: to the platform when ``paid``, to the wallet when ``returned``."""
    transit = _transit(session.info["brand_id"])
    if state == "paid":
        platform = Account("paid_out", "platform", session.info["brand_id"])
        moved = Posting(transit, platform, payout.amount_fen, "payout_paid")
    else:
        owner = identity.surviving_person(session, payout.person_id)
        moved = Posting(transit, wallet(owner), payout.amount_fen, "payout_returned")
    _post(session, payout.id, state, moved, at)


def _transit(brand_id: int) -> Account:
    return Account("transit", "brand", brand_id)


def _post(session: Session, payout_id: int, step: str, posting: Posting, at: datetime) -> None:
    ledger.post(session, kind="payout", cause=f"payout:{payout_id}:{step}", postings=[posting], at=at)
