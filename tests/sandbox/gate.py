"""The door of api.mch.weixin.qq.com: who asks is proven by signature, and every answer is signed."""

import json
import re
import secrets
import threading

from flask import Response, g, request

from tests.sandbox import crypto
from tests.sandbox.clock import Clock
from tests.sandbox.mishaps import current_fault
from tests.sandbox.registry import Merchant
from tests.sandbox.signing import SCHEME, signed_headers
from tests.sandbox.terms import terms_of
from tests.sandbox.world import World, here

ALLOWED_SKEW = 300
ACCEPTED = re.compile(r"application/json|\*/\*")
NAMED = re.compile(r'(\w+)="([^"]*)"')


class Refused(Exception):
    """An error envelope: HTTP status, code, message, the number at the end of Request-ID, and a detail."""

    def __init__(self, status: int, code: str, message: str, number: int = 0, detail: dict | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.number, self.detail = status, code, message, number, detail


def wrong_parameter(message: str, field: str, value: object = "", *, number: int = 268435461) -> Refused:
    detail = {"field": f"/{field}", "value": value, "issue": message, "location": "body"}
    return Refused(400, "PARAM_ERROR", message, number=number, detail=detail)


def unproven(message: str) -> Refused:
    return Refused(401, "SIGN_ERROR", message, number=268443699)


class Nonces:
    """A nonce is good once while its timestamp is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, float] = {}

    def is_new(self, nonce: str) -> bool:
        now = Clock.real()
        with self._lock:
            if self._seen.get(nonce, 0) > now:
                return False
            self._seen[nonce] = now + 2 * ALLOWED_SKEW
            if len(self._seen) > 50_000:
                self._seen = {kept: until for kept, until in self._seen.items() if until > now}
        return True


NONCES = Nonces()


def let_in() -> None:
    """Prove the merchant of this request and keep it in `g.merchant`; raises Refused."""
    world = here()
    if not request.user_agent.string or not ACCEPTED.search(request.headers.get("Accept", "")):
        raise Refused(400, "PARAM_ERROR", "Http头缺少Accept或User-Agent")
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    claims = dict(NAMED.findall(rest))
    if scheme != SCHEME or {"mchid", "serial_no", "nonce_str", "timestamp", "signature"} - claims.keys():
        raise unproven("Http头Authorization值格式错误，请参考《微信支付商户API v3》")
    g.merchant = _proven(world, claims)
    _check_transport(world, g.merchant)


def _proven(world: World, claims: dict[str, str]) -> Merchant:
    merchant = world.registry.merchants.get(claims["mchid"])
    if merchant is None or claims["serial_no"] != merchant.serial_no:
        raise unproven("商户证书序列号有误，请使用签名私钥匹配的证书序列号")
    timestamp = claims["timestamp"]
    if not timestamp.isdecimal() or abs(int(timestamp) - Clock.real()) > ALLOWED_SKEW:
        raise unproven("Http头Authorization中的timestamp与发起请求的时间不得超过5分钟")
    message = crypto.lines(request.method, raw_address(), timestamp, claims["nonce_str"], request.get_data())
    if not crypto.is_signed_by(merchant.private_key, message, claims["signature"]):
        raise unproven("错误的签名，验签失败")
    if not NONCES.is_new(f"{merchant.mch_id}/{claims['nonce_str']}"):
        raise unproven("Http头Authorization中的nonce_str重复使用")
    return merchant


def raw_address() -> str:
    """Path and query exactly as they came over the wire."""
    return request.environ["RAW_URI"]


def _check_transport(world: World, merchant: Merchant) -> None:
    given = request.headers.get("Wechatpay-Serial", "")
    if given and given not in terms_of(world, merchant.mch_id).serials(merchant):
        raise Refused(400, "PARAM_ERROR", "平台证书序列号Wechatpay-Serial错误", number=268435461)
    if request.get_data() and not request.content_type.startswith("application/json"):
        raise Refused(400, "PARAM_ERROR", "Http头Content-Type不正确", number=268435461)


def check_rate(name: str, per_second: int) -> None:
    if not here().meter.admits(f"{g.merchant.mch_id}/{name}", per_second):
        raise Refused(429, "FREQUENCY_LIMITED", "频率超限，请降低请求频率", number=268447840)


def named_serial(world: World, merchant: Merchant) -> str:
    """The platform key this request is about: the one it names, else the merchant's usual one."""
    return request.headers.get("Wechatpay-Serial") or terms_of(world, merchant.mch_id).serials(merchant)[0]


def json_object() -> dict:
    """The body; raises Refused for anything but a JSON object in UTF-8."""
    try:
        body = json.loads(request.get_data())
    except ValueError as error:
        raise Refused(400, "PARAM_ERROR", "请求体不是合法的JSON", number=268435461) from error
    if not isinstance(body, dict):
        raise Refused(400, "PARAM_ERROR", "请求体不是JSON对象", number=268435461)
    return body


def json_answer(body: dict, status: int = 200) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, content_type="application/json; charset=utf-8")


def show_refusal(refusal: Refused) -> Response:
    g.error_number = refusal.number
    body = {"code": refusal.code, "message": refusal.message}
    return json_answer({**body, "detail": refusal.detail} if refusal.detail else body, refusal.status)


def sign_answer(response: Response) -> Response:
    """A 401 stays unsigned: WeChat does not know whose keys to use."""
    response.headers["Request-ID"] = f"08{secrets.token_hex(14).upper()}-{g.get('error_number', 0)}"
    merchant = g.get("merchant")
    if merchant:
        serial = _answering_serial(here(), merchant)
        response.headers.extend(signed_headers(merchant, serial, response.get_data(), current_fault()))
    return response


def _answering_serial(world: World, merchant: Merchant) -> str:
    given, known = request.headers.get("Wechatpay-Serial"), terms_of(world, merchant.mch_id).serials(merchant)
    return given if given in known else known[0]
