"""WeChat 一物一码: codes that WeChat makes, hands over by file, opens a mini-program for, and knows again.

Source: `intp/marketcode` ("一物一码") on developers.weixin.qq.com. Replies are flat objects; the capability is
granted to a service account, whose interface token signs every call.
"""

from dataclasses import dataclass
from typing import Any, Self

from app.platforms import http
from app.platforms.errors import InvalidCodeTicket, PackageExpired, PlatformBusy, PlatformRefused
from app.platforms.wechat.replies import ask, look_up, number_of, text_of
from app.platforms.wechat.tokens import TokenStore, WeChatApp, with_token

FINISHED = "FINISH"  # the only status that is documented
INVALID_ARGUMENTS = 40097
PACKAGE_EXPIRED = 80309
RAW_CODE_LENGTH = 9


@dataclass(frozen=True, slots=True, order=True)
class CodeRange:
    """Indexes of an application's codes, both ends included, as WeChat counts them."""

    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start + 1

    def fields(self) -> dict[str, int]:
        return {"code_start": self.start, "code_end": self.end}


@dataclass(frozen=True, slots=True)
class CodeApplication:
    """How far WeChat is with an application; ``ranges`` are its files once it has finished."""

    application_id: int
    isv_application_id: str
    finished: bool
    ranges: tuple[CodeRange, ...]


@dataclass(frozen=True, slots=True)
class CodeTerms:
    """What active codes name to the scanner, and the page they open (``wxa_type``: 0 released, 1 dev, 2 trial)."""

    activity_name: str
    product_brand: str
    product_title: str
    product_code: str
    wxa_app_id: str
    wxa_path: str
    wxa_type: int = 0

    def fields(self) -> dict[str, Any]:
        return {
            "activity_name": self.activity_name,
            "product_brand": self.product_brand,
            "product_title": self.product_title,
            "product_code": self.product_code,
            "wxa_appid": self.wxa_app_id,
            "wxa_path": self.wxa_path,
            "wxa_type": self.wxa_type,
        }


@dataclass(frozen=True, slots=True)
class ActiveCode:
    """One code as WeChat knows it: its nine raw characters (not its index) and the range it was activated in."""

    code: str
    application_id: int
    isv_application_id: str
    activity_name: str
    wxa_app_id: str
    wxa_path: str
    activated: CodeRange

    @classmethod
    def of(cls, reply: dict[str, Any]) -> Self:
        return cls(
            text_of(reply, "code"),
            number_of(reply, "application_id"),
            str(reply.get("isv_application_id", "")),
            str(reply.get("activity_name", "")),
            str(reply.get("wxa_appid", "")),
            str(reply.get("wxa_path", "")),
            CodeRange(number_of(reply, "code_start"), number_of(reply, "code_end")),
        )


@dataclass(frozen=True, slots=True)
class MarketCodes:
    """The interface under one service account; every call raises `PlatformBusy` and `PlatformRefused`."""

    account: WeChatApp
    tokens: TokenStore

    def apply(self, *, count: int, isv_application_id: str) -> int:
        """Ask for ``count`` codes, a multiple of 10,000; the same id again is the same application. Its id."""
        body = {"code_count": count, "isv_application_id": isv_application_id}
        return number_of(self._call("applycode", body), "application_id")

    def query(self, application_id: int) -> CodeApplication:
        reply = self._call("applycodequery", {"application_id": application_id}, spends=False)
        finished = reply.get("status") == FINISHED
        return CodeApplication(
            application_id,
            str(reply.get("isv_application_id", "")),
            finished,
            _ranges(reply) if finished else (),
        )

    def download(self, application_id: int, part: CodeRange) -> str:
        """The encrypted file of one range, for `open_package`. Raises `PackageExpired`: query, then again."""
        body = {"application_id": application_id, **part.fields()}
        try:
            return text_of(self._call("applycodedownload", body, spends=False), "buffer")
        except PlatformRefused as refusal:
            raise _meant(refusal, PACKAGE_EXPIRED, PackageExpired) from None

    def activate(self, application_id: int, codes: CodeRange, terms: CodeTerms) -> None:
        """Let the codes of a range open the page that ``terms`` name; before that they are dead."""
        self._call("codeactive", {"application_id": application_id, **codes.fields(), **terms.fields()})

    def find(self, application_id: int, index: int) -> ActiveCode:
        """The activation that covers an index; a refusal also for a code that is not active."""
        body = {"application_id": application_id, "code_index": index}
        return ActiveCode.of(self._call("codeactivequery", body, spends=False))

    def exchange(self, *, openid: str, code_ticket: str) -> ActiveCode:
        """Trade the ticket of a scan, bound to its scanner and good once. Raises `InvalidCodeTicket`."""
        try:
            reply = self._call("tickettocode", {"openid": openid, "code_ticket": code_ticket})
        except PlatformRefused as refusal:
            raise _meant(refusal, INVALID_ARGUMENTS, InvalidCodeTicket) from None
        return ActiveCode.of(reply)

    def _call(self, name: str, body: dict[str, Any], *, spends: bool = True) -> dict[str, Any]:
        url, raw = f"{self.account.endpoints.api}/intp/marketcode/{name}", http.dump_object(body)
        send = ask if spends else look_up
        return with_token(
            self.account, self.tokens, lambda token: send(http.Call("POST", url, {"access_token": token}, raw))
        )


def _ranges(reply: dict[str, Any]) -> tuple[CodeRange, ...]:
    listed = reply.get("code_generate_list")
    if not isinstance(listed, list) or not listed:
        raise PlatformBusy(reason="incomplete", field="code_generate_list")
    found = sorted(CodeRange(number_of(one, "code_start"), number_of(one, "code_end")) for one in listed)
    if any(one.size < 1 for one in found):
        raise PlatformBusy(reason="unreadable", field="code_generate_list")
    return tuple(found)


def _meant(refusal: PlatformRefused, errcode: int, fact: type[PlatformRefused]) -> PlatformRefused:
    """The refusal under its own name when WeChat's number says so; these numbers mean other things elsewhere."""
    return fact(**refusal.details) if refusal.details.get("errcode") == errcode else refusal
