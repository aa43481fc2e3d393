import logging
from datetime import datetime
from typing import Any

from sqlalchemy import func, text, update
from sqlalchemy.orm import Session

from app.kit.ids import new_id
from app.payouts.actions.posting import post_end
from app.payouts.errors import NotificationDisagrees
from app.payouts.models import Payout
from app.payouts.queries import get_by_number, get_payout
from app.payouts.rules import CONFIRMABLE, FINAL, MEANING, State, contradicts, next_check, sources_of
from app.platforms.wechatpay import TransferAnswer

REASON_LENGTH = 64
REMEMBER = text(
    "INSERT INTO payouts_notified (brand_id, id, notification_id, out_bill_no, told, received_at)"
    " VALUES (:brand_id, :id, :notification_id, :out_bill_no, :told, :at)"
    " ON CONFLICT (brand_id, notification_id) DO NOTHING"
)
log = logging.getLogger(__name__)


def apply_answer(session: Session, *, payout_id: int, answer: TransferAnswer, at: datetime) -> bool:
    """Follow what the platform verifiably said; True when the payout moved or learnt something.

    An answer that came late changes nothing. One that contradicts how the payout ended moves no money: it is
    written down, logged, and reported by `check_invariants`.
    """
    payout = get_payout(session, payout_id)
    told = MEANING[answer.state]
    if not _fits(payout, answer):
        _flag(session, payout, f"{answer.state} for another amount or receiver")
        return False
    if _move(session, payout_id, told, _learnt(payout, told, answer, at)):
        if told in FINAL:
            post_end(session, payout, told, at=at)
        return True
    if contradicts(get_payout(session, payout_id).state, told):  # type: ignore[arg-type]  # checked by the table
        _flag(session, payout, f"{answer.state} after {payout.state}")
    return False


def give_back(session: Session, *, payout_id: int, attempt: int, code: str, at: datetime) -> bool:
    """Return money that the platform has refused to transfer; only while ``attempt`` is the last one made."""
    values = {"fail_reason": code[:REASON_LENGTH], "finished_at": at}
    if not _move(session, payout_id, "returned", values, Payout.state == "requested", Payout.attempts == attempt):
        return False
    post_end(session, get_payout(session, payout_id), "returned", at=at)
    return True


def receive_notification(
    session: Session, *, notification_id: str, mch_id: str, answer: TransferAnswer, at: datetime
) -> None:
    """Let a verified notification take effect, once.

    Raises `PayoutUnknown`, or `NotificationDisagrees` when it is not about this merchant, amount and receiver.
    """
    bound = {
        "brand_id": session.info["brand_id"],
        "id": new_id(),
        "notification_id": notification_id,
        "out_bill_no": answer.out_bill_no,
        "told": answer.state,
        "at": at,
    }
    if not session.execute(REMEMBER, bound).rowcount:  # type: ignore[attr-defined]  # an INSERT has a row count
        return
    payout = get_by_number(session, answer.out_bill_no)
    if payout.mch_id != mch_id or not _fits(payout, answer):
        raise NotificationDisagrees
    apply_answer(session, payout_id=payout.id, answer=answer, at=at)


def _fits(payout: Payout, answer: TransferAnswer) -> bool:
    """Answers to creations do not name amount and receiver."""
    return (
        answer.out_bill_no == payout.out_bill_no
        and answer.amount_fen in {None, payout.amount_fen}
        and answer.openid in {None, payout.openid}
    )


def _learnt(payout: Payout, told: State, answer: TransferAnswer, at: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {
        "transfer_bill_no": answer.transfer_bill_no,
        "fail_reason": answer.fail_reason[:REASON_LENGTH] if answer.fail_reason else None,
        "package_info": None,
        "check_at": next_check(payout.created_at, at),
    }
    if told == "waiting":
        values["package_info"] = func.coalesce(answer.package_info, Payout.package_info)
        values["expires_at"] = func.coalesce(Payout.expires_at, at + CONFIRMABLE)
    if told in FINAL:
        values["finished_at"] = at
    if told == "returned":
        values["fail_reason"] = values["fail_reason"] or str(answer.state)
    return values


def _move(session: Session, payout_id: int, state: State, values: dict[str, Any], *more: Any) -> bool:
    """The one place where a payout changes its state; the row count says whether it was ours to change."""
    statement = update(Payout).where(Payout.id == payout_id, Payout.state.in_(sources_of(state)), *more)
    moved = session.execute(
        statement.values(state=state, **values), execution_options={"synchronize_session": False}
    )
    return moved.rowcount == 1  # type: ignore[attr-defined,no-any-return]  # an UPDATE has a row count


def _flag(session: Session, payout: Payout, said: str) -> None:
    log.error("a transfer contradicts itself", extra={"payout_id": payout.id, "said": said})
    statement = update(Payout).where(Payout.id == payout.id).values(contradiction=said)
    session.execute(statement, execution_options={"synchronize_session": False})
