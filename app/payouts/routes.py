from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from app import identity, ledger
from app.kit import clock
from app.kit.errors import AppError, KeyReused
from app.kit.http import blueprint, brand_id, contract, language
from app.kit.idempotency import answer_once
from app.kit.paging import Page, PageQuery, page_schema
from app.kit.transaction import transaction
from app.payouts.actions import receive_notification, withdraw
from app.payouts.errors import AmountTooLarge, AmountTooSmall, NoPayeeAccount, NotOffered, PayoutUnknown
from app.payouts.models import Payout
from app.payouts.queries import get_own_payout, in_transit_fen, payouts_of_person, read_merchant
from app.payouts.rules import MAXIMUM_FEN, MINIMUM_FEN, entry_reason, payout_reason
from app.payouts.schemas import NewPayoutSchema, PayoutSchema, WalletEntrySchema, WalletSchema
from app.platforms.wechatpay import parse_notification, read_transfer

NOTIFICATION_BYTES = 64_000

consumer = blueprint("payouts", __name__, "consumer")
hooks = Blueprint("hooks_payouts", __name__)
hooks.audience = "hooks"  # type: ignore[attr-defined]  # read by the factory's guards
BLUEPRINTS = (consumer, hooks)


@consumer.get("/wallet")
@contract(returns=WalletSchema)
def show_wallet() -> dict[str, int]:
    """我的钱包"""
    person_id = identity.current_actor().person_id
    with transaction(brand_id()) as session:
        return {
            "balance_fen": ledger.wallet_balance(session, person_id),
            "in_transit_fen": in_transit_fen(session, person_id),
            "minimum_fen": MINIMUM_FEN,
            "maximum_fen": MAXIMUM_FEN,
        }


@consumer.get("/wallet/entries")
@contract(query=PageQuery, returns=page_schema(WalletEntrySchema))
def list_entries(*, cursor: str | None, limit: int) -> Page[dict[str, Any]]:
    """钱包明细"""
    person_id = identity.current_actor().person_id
    with transaction(brand_id()) as session:
        lines, following = ledger.wallet_postings(session, person_id, cursor=cursor, limit=limit)
    spoken = language()
    return Page(
        [
            {
                "at": line.at,
                "amount_fen": line.amount_fen,
                "kind": line.reason,
                "reason": entry_reason(line.reason, spoken),
            }
            for line in lines
        ],
        following,
    )


@consumer.post("/payouts")
@contract(
    accepts=NewPayoutSchema,
    returns=PayoutSchema,
    errors=(
        AmountTooSmall,
        AmountTooLarge,
        NoPayeeAccount,
        NotOffered,
        ledger.InsufficientBalance,
        KeyReused,
    ),
    status=201,
    idempotent=True,
)
def create_payout(*, amount_fen: int) -> Response:
    """提现到微信"""
    at = clock.now()
    person_id = identity.current_actor().person_id
    with transaction(brand_id()) as session:

        def produce() -> dict[str, Any]:
            payout = withdraw(session, person_id=person_id, amount_fen=amount_fen, at=at)
            return dict(PayoutSchema().dump(_shown(payout)))

        answer = answer_once(
            session,
            actor=f"person:{person_id}",
            key=g.idempotency_key,
            asked=g.input_hash,
            at=at,
            produce=produce,
        )
    response = jsonify(answer)
    response.status_code = 201
    return response


@consumer.get("/payouts")
@contract(query=PageQuery, returns=page_schema(PayoutSchema))
def list_payouts(*, cursor: str | None, limit: int) -> Page[dict[str, Any]]:
    """提现记录"""
    person_id = identity.current_actor().person_id
    with transaction(brand_id()) as session:
        found = payouts_of_person(session, person_id, cursor=cursor, limit=limit)
    return Page([_shown(payout) for payout in found.items], found.next_cursor)


@consumer.get("/payouts/<int:payout_id>")
@contract(returns=PayoutSchema, errors=(PayoutUnknown,))
def show_payout(*, payout_id: int) -> dict[str, Any]:
    """一笔提现的进展"""
    person_id = identity.current_actor().person_id
    with transaction(brand_id()) as session:
        return _shown(get_own_payout(session, person_id=person_id, payout_id=payout_id))


@hooks.post("/hooks/wechatpay")
def receive_wechatpay() -> Response:
    """微信支付通知: 验签、去重、落账之后才应答"""
    request.max_content_length = NOTIFICATION_BYTES
    raw_body, at = request.get_data(), clock.now()
    with transaction(brand_id()) as session:
        merchant = read_merchant(session)
    if merchant is None:
        raise NotOffered
    notification = parse_notification(request.headers, raw_body, merchant.key_ring, merchant.apiv3_key, at)
    answer = read_transfer(notification, merchant)
    with transaction(brand_id()) as session:
        receive_notification(
            session, notification_id=notification.id, mch_id=merchant.mch_id, answer=answer, at=at
        )
    return Response(status=204)


@hooks.errorhandler(AppError)
def refuse_notification(error: AppError) -> Response:
    """WeChat Pay reads only the status; the words are for whoever reads its console."""
    return _failed(error.status, error.code)


@hooks.errorhandler(HTTPException)
def refuse_request(error: HTTPException) -> Response:
    return _failed(error.code or 500, error.name)


def _failed(status: int, message: str) -> Response:
    response = jsonify(code="FAIL", message=message)
    response.status_code = status
    return response


def _shown(payout: Payout) -> dict[str, Any]:
    package = {"mch_id": payout.mch_id, "app_id": payout.app_id, "package": payout.package_info}
    returned = payout.fail_reason if payout.state == "returned" else None
    return {
        "id": payout.id,
        "amount_fen": payout.amount_fen,
        "state": payout.state,
        "package": package if payout.state == "waiting" and payout.package_info else None,
        "reason": payout_reason(returned, language()),
        "created_at": payout.created_at,
        "expires_at": payout.expires_at,
    }
