"""api.mch.weixin.qq.com: transfer bills and platform certificates."""

import json

from flask import Blueprint, Response, g, request

from tests.sandbox import crypto, gate
from tests.sandbox.clock import rfc3339
from tests.sandbox.gate import Refused, json_answer
from tests.sandbox.mishaps import current_fault
from tests.sandbox.people import owner_of
from tests.sandbox.registry import Merchant
from tests.sandbox.rules import check_bill
from tests.sandbox.terms import terms_of
from tests.sandbox.transfers import Request, cancel, create_transfer, find_bill, find_by_out_no
from tests.sandbox.world import World, here

BILLS = "/v3/fund-app/mch-transfer/transfer-bills"
QUERY_DAYS = 30

pay = Blueprint("pay", __name__)
pay.before_request(gate.let_in)
pay.after_request(gate.sign_answer)
pay.register_error_handler(Refused, gate.show_refusal)


@pay.post(BILLS)
def make_transfer() -> Response:
    world, body = here(), gate.json_object()
    terms = terms_of(world, g.merchant.mch_id)
    gate.check_rate("create", terms.requests_per_second)
    check_bill(body, terms)
    asked = Request(g.merchant, _payee(world, body), _in_clear(world, body))
    return json_answer(_brief(create_transfer(world, asked, current_fault())))


def _payee(world: World, body: dict) -> dict:
    app = world.registry.apps.get(body["appid"])
    if app is None or app.brand != g.merchant.brand:
        raise Refused(400, "APPID_MCHID_NOT_MATCH", "商户号和AppID没有绑定关系", number=268445527)
    person = owner_of(world.store, app.app_id, body["openid"])
    if person is None:
        raise Refused(400, "INVALID_REQUEST", "OpenID与AppID不匹配", number=268501013)
    return person


def _in_clear(world: World, body: dict) -> dict:
    """The request with the payee's name decrypted, so that a repeat can be compared."""
    if "user_name" not in body:
        return body
    if "Wechatpay-Serial" not in request.headers:
        raise gate.wrong_parameter("敏感信息加密必须携带Wechatpay-Serial", "user_name")
    key = g.merchant.platform_key(gate.named_serial(world, g.merchant))
    try:
        return {**body, "user_name": crypto.open_sensitive(key, body["user_name"])}
    except crypto.Undecryptable as error:
        raise gate.wrong_parameter("敏感信息解密失败", "user_name") from error


@pay.get(f"{BILLS}/out-bill-no/<out_bill_no>")
def query_by_out_no(out_bill_no: str) -> Response:
    world = here()
    return json_answer(_full(_own_bill(world, find_by_out_no(world, g.merchant.mch_id, out_bill_no))))


@pay.get(f"{BILLS}/transfer-bill-no/<number>")
def query_by_bill_no(number: str) -> Response:
    world = here()
    return json_answer(_full(_own_bill(world, find_bill(world, number))))


@pay.post(f"{BILLS}/out-bill-no/<out_bill_no>/cancel")
def cancel_transfer(out_bill_no: str) -> Response:
    world = here()
    gate.check_rate("cancel", terms_of(world, g.merchant.mch_id).cancels_per_second)
    bill = cancel(world, _own_bill(world, find_by_out_no(world, g.merchant.mch_id, out_bill_no)))
    names = ("out_bill_no", "transfer_bill_no", "state")
    return json_answer({**{name: bill[name] for name in names}, "update_time": rfc3339(bill["updated_at"])})


def _own_bill(world: World, bill: dict | None) -> dict:
    """Only the merchant's own bills, and only of the last thirty days."""
    oldest = world.clock.now() - QUERY_DAYS * 86400
    if bill is None or bill["mch_id"] != g.merchant.mch_id or bill["created_at"] < oldest:
        raise Refused(404, "NOT_FOUND", "记录不存在", number=268512771)
    return bill


def _brief(bill: dict) -> dict:
    answer = {name: bill[name] for name in ("out_bill_no", "transfer_bill_no", "state")}
    answer["create_time"] = rfc3339(bill["created_at"])
    if bill["state"] == "WAIT_USER_CONFIRM":
        answer["package_info"] = bill["package"]
    return {**answer, "fail_reason": bill["fail_reason"]} if bill["fail_reason"] else answer


def _full(bill: dict) -> dict:
    answer = {name: bill[name] for name in ("mch_id", "out_bill_no", "transfer_bill_no", "state", "openid")}
    answer |= {"appid": bill["app_id"], "transfer_amount": bill["amount"]}
    answer["transfer_remark"] = json.loads(bill["request"])["transfer_remark"]
    answer |= {"create_time": rfc3339(bill["created_at"]), "update_time": rfc3339(bill["updated_at"])}
    return {**answer, "fail_reason": bill["fail_reason"]} if bill["fail_reason"] else answer


@pay.get("/v3/certificates")
def give_certificates() -> Response:
    """New merchants have a public key instead, and get an error here."""
    world, merchant = here(), g.merchant
    if merchant.certificate_serial not in terms_of(world, merchant.mch_id).serials(merchant):
        message = "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥"
        raise Refused(404, "RESOURCE_NOT_EXISTS", message)
    return json_answer({"data": [_certificate(merchant)]})


def _certificate(merchant: Merchant) -> dict:
    effective, expire = crypto.validity(merchant.certificate)
    return {
        "serial_no": merchant.certificate_serial,
        "effective_time": rfc3339(effective),
        "expire_time": rfc3339(expire),
        "encrypt_certificate": crypto.seal(merchant.apiv3_key, merchant.certificate, "certificate"),
    }
