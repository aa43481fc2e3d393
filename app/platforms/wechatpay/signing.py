"""Signatures of requests and of answers, over the exact bytes that travel."""

import secrets
from datetime import datetime, timedelta

from requests import PreparedRequest

from app.kit import clock
from app.platforms.http import Headers
from app.platforms.wechatpay import crypto
from app.platforms.wechatpay.keys import KeyRing, Merchant

SCHEME = "WECHATPAY2-SHA256-RSA2048"
PROBE = "WECHATPAY/SIGNTEST/"
CLOCK_SKEW = timedelta(seconds=300)


class Unverified(Exception):
    """Not proven to be the platform's; `reason` is unsigned, probe, stale, unknown_key or bad_signature."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MerchantSignature:
    """Signs a request after it is prepared, so that what is signed is what is sent."""

    def __init__(self, merchant: Merchant) -> None:
        self._merchant = merchant

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        body = request.body or b""
        request.headers["Authorization"] = authorization(
            self._merchant,
            method=str(request.method),
            path=request.path_url,
            body=body.encode() if isinstance(body, str) else body,
            timestamp=int(clock.now().timestamp()),
            nonce=secrets.token_hex(16),
        )
        request.headers["Wechatpay-Serial"] = self._merchant.key_ring.preferred
        return request


def authorization(merchant: Merchant, *, method: str, path: str, body: bytes, timestamp: int, nonce: str) -> str:
    """The `Authorization` header; `path` includes the query exactly as sent, a GET has an empty body."""
    message = f"{method}\n{path}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"
    signature = crypto.sign(merchant.private_key, message)
    return (
        f'{SCHEME} mchid="{merchant.mch_id}",nonce_str="{nonce}",timestamp="{timestamp}",'
        f'serial_no="{merchant.serial_no}",signature="{signature}"'
    )


def verify(key_ring: KeyRing, headers: Headers, body: bytes, now: datetime) -> None:
    """Prove that an answer or notification is the platform's and of this minute; raises `Unverified`.

    The platform sometimes sends a probe, a deliberately wrong signature, to see that we look.
    """
    timestamp, nonce = headers.get("Wechatpay-Timestamp"), headers.get("Wechatpay-Nonce")
    signature, serial = headers.get("Wechatpay-Signature"), headers.get("Wechatpay-Serial")
    if not (timestamp and nonce and signature and serial):
        raise Unverified("unsigned")
    if signature.startswith(PROBE):
        raise Unverified("probe")
    if not _is_fresh(timestamp, now):
        raise Unverified("stale")
    key = key_ring.find(serial)
    if key is None:
        raise Unverified("unknown_key")
    message = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
    if not (_scheme_is_known(headers) and crypto.is_signed(key, message, signature)):
        raise Unverified("bad_signature")


def _is_fresh(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit()):
        return False
    return abs(int(timestamp) - now.timestamp()) <= CLOCK_SKEW.total_seconds()


def _scheme_is_known(headers: Headers) -> bool:
    """The header is younger than the protocol, so it may be missing."""
    return (headers.get("Wechatpay-Signature-Type") or SCHEME) == SCHEME
