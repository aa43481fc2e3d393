"""商家转账 with the receiver's confirmation (pay.weixin.qq.com/doc/v3/merchant/4012716434)."""

from collections.abc import Callable
from dataclasses import dataclass

from app.kit import clock
from app.platforms import http
from app.platforms.endpoints import WeChatEndpoints
from app.platforms.wechatpay import crypto, signing
from app.platforms.wechatpay.keys import Merchant
from app.platforms.wechatpay.orders import TransferOrder
from app.platforms.wechatpay.outcomes import Outcome, Refused, TransferAnswer, Unknown

BILLS = "/v3/fund-app/mch-transfer/transfer-bills"
OK = 200


@dataclass(frozen=True, slots=True)
class MerchantTransfers:
    """Transfers of one merchant. No verb raises for anything the platform does or fails to do."""

    merchant: Merchant
    endpoints: WeChatEndpoints

    def create(self, order: TransferOrder) -> Outcome:
        """Ask for a transfer, once.

        Repeating the very same order under its number is safe, and the only way to be told a lost
        `package_info` again.
        """
        body = order.to_body(self._closed(order.user_name))
        return self._outcome(http.send, self._call("POST", "", http.dump_object(body)), order.out_bill_no)

    def query(self, out_bill_no: str) -> Outcome:
        """How the bill stands (30 days), without its package; `Refused.is_missing` when there is none.

        Right after an `Unknown` creation "missing" may be early: the request can still be on its way.
        """
        return self._outcome(http.read, self._call("GET", f"/out-bill-no/{out_bill_no}"), out_bill_no)

    def cancel(self, out_bill_no: str) -> Outcome:
        """Take a bill back before the receiver confirms: CANCELING, and CANCELLED when it is done."""
        return self._outcome(http.send, self._call("POST", f"/out-bill-no/{out_bill_no}/cancel"), out_bill_no)

    def _call(self, method: str, path: str, body: bytes | None = None) -> http.Call:
        headers = {"Content-Type": "application/json"}
        auth = signing.MerchantSignature(self.merchant)
        return http.Call(method, self.endpoints.pay + BILLS + path, body=body, headers=headers, auth=auth)

    def _closed(self, name: str | None) -> str | None:
        ring = self.merchant.key_ring
        return crypto.close_field(ring.keys[ring.preferred], name) if name else None

    def _outcome(self, send: Callable[[http.Call], http.Answer], call: http.Call, out_bill_no: str) -> Outcome:
        try:
            answer = send(call)
        except http.NoAnswer as silence:
            return Unknown(silence.reason)
        if answer.status >= http.FIRST_SERVER_ERROR:
            return Unknown("server_error")
        try:
            self._check_signature(answer)
            return _read_answer(answer, out_bill_no)
        except signing.Unverified as doubt:
            return Unknown(doubt.reason)
        except (http.UnreadableAnswer, KeyError, TypeError, ValueError):
            return Unknown("unreadable")

    def _check_signature(self, answer: http.Answer) -> None:
        """Refusals may come unsigned; what carries a signature must carry a true one."""
        if answer.status == OK or answer.headers.get("Wechatpay-Signature"):
            signing.verify(self.merchant.key_ring, answer.headers, answer.body, clock.now())


def _read_answer(answer: http.Answer, out_bill_no: str) -> Outcome:
    content = http.parse_object(answer.body)
    if answer.status != OK:
        return Refused(str(content["code"]), str(content.get("message", "")))
    bill = TransferAnswer.from_bill(content)
    return bill if bill.out_bill_no == out_bill_no else Unknown("another_bill")
