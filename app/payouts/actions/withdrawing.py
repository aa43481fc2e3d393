from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import identity
from app.kit import outbox
from app.kit.ids import new_id
from app.payouts.actions.posting import post_request
from app.payouts.errors import AmountTooLarge, AmountTooSmall, NoPayeeAccount, NotOffered
from app.payouts.events import PayoutRequested
from app.payouts.models import Payout
from app.payouts.queries import read_merchant
from app.payouts.rules import MAXIMUM_FEN, MINIMUM_FEN, SCENE_CASH_MARKETING

JOB_IS_LATE = timedelta(minutes=1)


def withdraw(session: Session, *, person_id: int, amount_fen: int, at: datetime) -> Payout:
    """Take ``amount_fen`` (10 to 20,000 fen) from the person's wallet and ask for its transfer.

    Raises `AmountTooSmall`, `AmountTooLarge`, `NoPayeeAccount`, `NotOffered` or `ledger.InsufficientBalance`.
    """
    if amount_fen < MINIMUM_FEN:
        raise AmountTooSmall
    if amount_fen > MAXIMUM_FEN:
        raise AmountTooLarge
    payout = _new_payout(session, person_id, amount_fen, at)
    post_request(session, payout, at=at)
    session.add(payout)
    session.flush()
    outbox.publish(session, PayoutRequested(f"payout:{payout.id}", payout.id), at=at)
    return payout


def _new_payout(session: Session, person_id: int, amount_fen: int, at: datetime) -> Payout:
    """The number, the payee and the merchant are chosen here once; every retry uses the same."""
    payee = identity.payee_account(session, person_id)
    if payee is None:
        raise NoPayeeAccount
    merchant = read_merchant(session)
    if merchant is None:
        raise NotOffered
    platform, app_id, openid = payee
    payout_id = new_id()
    return Payout(
        id=payout_id,
        person_id=person_id,
        amount_fen=amount_fen,
        state="requested",
        out_bill_no=f"MALU{payout_id}",
        platform=platform,
        app_id=app_id,
        mch_id=merchant.mch_id,
        openid=openid,
        scene=SCENE_CASH_MARKETING,
        attempts=0,
        created_at=at,
        check_at=at + JOB_IS_LATE,
    )
