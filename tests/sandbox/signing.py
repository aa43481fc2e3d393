"""WeChat Pay signs what it sends, responses and notifications alike; a fault may spoil it."""

import secrets

from tests.sandbox import crypto
from tests.sandbox.clock import Clock
from tests.sandbox.faults import SIGNATURES, Fault
from tests.sandbox.registry import Merchant

SCHEME = "WECHATPAY2-SHA256-RSA2048"
UNKNOWN_SERIAL = "PUB_KEY_ID_0199999999992026010100000000"


def signed_headers(merchant: Merchant, serial: str, body: bytes, fault: Fault | None = None) -> dict[str, str]:
    """The Wechatpay-* headers over exactly these bytes, at the machine's time."""
    name = fault.name if fault and fault.name in SIGNATURES else ""
    if name == "unsigned":
        return {}
    if name == "other_serial":
        pair = {merchant.public_key_id, merchant.certificate_serial} - {serial}
        serial = pair.pop()
    age = fault.seconds(900) if name == "stale_timestamp" else 0
    timestamp, nonce = str(int(Clock.real() - age)), secrets.token_hex(16)
    covered = body + b" " if name == "bad_signature" else body
    signature = crypto.sign(merchant.platform_key(serial), crypto.lines(timestamp, nonce, covered))
    return {
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Signature": "WECHATPAY/SIGNTEST/" + signature if name == "sign_test" else signature,
        "Wechatpay-Signature-Type": SCHEME,
        "Wechatpay-Serial": UNKNOWN_SERIAL if name == "wrong_serial" else serial,
    }
