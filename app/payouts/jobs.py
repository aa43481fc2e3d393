"""Talking to WeChat Pay about payouts: always between two transactions, never inside one."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from app import tenancy
from app.kit.transaction import transaction
from app.payouts.actions import Attempt, apply_answer, begin_attempt, give_back, lease_due, note_refusal
from app.payouts.errors import NotOffered
from app.payouts.models import Payout
from app.payouts.queries import read_merchant
from app.payouts.rules import judge_refusal
from app.platforms.wechatpay import (
    MerchantTransfers,
    Refused,
    TransferAnswer,
    TransferOrder,
    TransferState,
    Unknown,
    cash_marketing,
)

BATCH = 50
PATIENCE = 2
NOTIFY_PATH = "/hooks/wechatpay"
REWARD = "扫码奖金"
PERCEPTION = "现金奖励"


@dataclass(frozen=True, slots=True)
class Teller:
    """Who pays for a brand, and what its transfers say."""

    brand_id: int
    brand_name: str
    notify_url: str
    transfers: MerchantTransfers

    @property
    def mch_id(self) -> str:
        return self.transfers.merchant.mch_id


def send_transfer(*, brand_id: int, payout_id: int, at: datetime) -> None:
    """Ask WeChat to transfer a payout that was requested; running it again does no harm."""
    teller = _teller(brand_id)
    if teller is None:
        raise NotOffered
    _submit(teller, payout_id, at)


def check_open(*, brand_id: int, at: datetime) -> None:
    """Ask how open payouts stand, a bounded batch at a time; stop early while WeChat is silent."""
    teller = _teller(brand_id)
    if teller is None:
        return
    with transaction(brand_id) as session:
        due = lease_due(session, at=at, limit=BATCH)
    silences = 0
    for payout in due:
        silences = silences + 1 if _pursue(teller, payout, at) else 0
        if silences == PATIENCE:
            return


def _teller(brand_id: int) -> Teller | None:
    brand = tenancy.brand(brand_id)
    with transaction(brand_id) as session:
        merchant = read_merchant(session)
    if merchant is None:
        return None
    address = f"{current_app.config['MALU_PUBLIC_SCHEME']}://{brand.host}{NOTIFY_PATH}"
    return Teller(brand_id, brand.name, address, MerchantTransfers(merchant, tenancy.endpoints()))


def _pursue(teller: Teller, payout: Payout, at: datetime) -> bool:
    """Bring one open payout forward; True when WeChat did not answer.

    Only the merchant account it was sent from knows it: after a change of account it stays, and
    `check_invariants` reports it.
    """
    if payout.mch_id != teller.mch_id:
        return False
    if payout.attempts == 0:
        return _submit(teller, payout.id, at)
    outcome = teller.transfers.query(payout.out_bill_no)
    if isinstance(outcome, TransferAnswer):
        _apply(teller, payout.id, outcome, at)
        if outcome.state is TransferState.WAIT_USER_CONFIRM and payout.package_info is None:
            return _submit(teller, payout.id, at)
    elif isinstance(outcome, Refused) and outcome.is_missing:
        return _submit(teller, payout.id, at)
    return isinstance(outcome, Unknown)


def _submit(teller: Teller, payout_id: int, at: datetime) -> bool:
    """Send the creation, always the same order under the same number; True when WeChat did not answer.

    Sending it again is the only way to hear of a package whose answer was lost.
    """
    with transaction(teller.brand_id) as session:
        attempt = begin_attempt(session, payout_id=payout_id, mch_id=teller.mch_id, at=at)
    if attempt is None:
        return False
    outcome = teller.transfers.create(_order(teller, attempt.payout))
    if isinstance(outcome, TransferAnswer):
        _apply(teller, payout_id, outcome, at)
    elif isinstance(outcome, Refused):
        _face_refusal(teller, attempt, outcome, at)
    return isinstance(outcome, Unknown)


def _face_refusal(teller: Teller, attempt: Attempt, refusal: Refused, at: datetime) -> None:
    """A refusal speaks of the request, not of the bill: ask for the bill before giving money back."""
    standing = teller.transfers.query(attempt.payout.out_bill_no)
    if isinstance(standing, TransferAnswer):
        _apply(teller, attempt.payout.id, standing, at)
        return
    missing = isinstance(standing, Refused) and standing.is_missing
    verdict = judge_refusal(refusal.code, missing=missing, unsure_until=attempt.unsure_until, at=at)
    with transaction(teller.brand_id) as session:
        if verdict == "give_back":
            give_back(session, payout_id=attempt.payout.id, attempt=attempt.number, code=refusal.code, at=at)
        else:
            note_refusal(session, attempt, code=refusal.code)


def _apply(teller: Teller, payout_id: int, answer: TransferAnswer, at: datetime) -> None:
    with transaction(teller.brand_id) as session:
        apply_answer(session, payout_id=payout_id, answer=answer, at=at)


def _order(teller: Teller, payout: Payout) -> TransferOrder:
    return TransferOrder(
        app_id=payout.app_id,
        out_bill_no=payout.out_bill_no,
        openid=payout.openid,
        amount_fen=payout.amount_fen,
        remark=REWARD,
        scene=cash_marketing(f"{teller.brand_name}扫码有奖", REWARD),
        notify_url=teller.notify_url,
        perception=PERCEPTION,
        red_packet=True,
    )
