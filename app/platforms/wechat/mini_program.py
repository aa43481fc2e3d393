"""A mini-program: `wx.login` codes and the phone button."""

from dataclasses import dataclass, field

from app.platforms import http
from app.platforms.errors import PlatformBusy
from app.platforms.login import PlatformIdentity
from app.platforms.wechat.replies import ask, text_of
from app.platforms.wechat.tokens import TokenStore, WeChatApp, with_token


@dataclass(frozen=True, slots=True)
class WeChatIdentity:
    """`session_key` (base64, 16 bytes) opens the user data of this very login and never leaves the server."""

    openid: str
    unionid: str | None
    session_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """`number` without, `full` with the country's prefix when it is not 86."""

    number: str
    country_code: str
    full: str


class MiniProgramApp(WeChatApp):
    """A `LoginPlatform`; see `WeChatApp` for the fields."""

    __slots__ = ()

    def exchange(self, code: str) -> PlatformIdentity:
        identity = self.exchange_js_code(code)
        return PlatformIdentity(
            "wechat", self.app_id, identity.openid, identity.unionid, self.open_account, snapshot=False
        )

    def exchange_js_code(self, code: str) -> WeChatIdentity:
        """`code2Session`: a code of `wx.login`, five minutes old at most, usable once; sent once."""
        query = {
            "appid": self.app_id,
            "secret": self.secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        reply = ask(http.Call("GET", f"{self.endpoints.api}/sns/jscode2session", query))
        return WeChatIdentity(
            text_of(reply, "openid"), reply.get("unionid") or None, text_of(reply, "session_key")
        )

    def phone_number(self, code: str, tokens: TokenStore) -> PhoneNumber:
        """`getPhoneNumber`: the code comes from the button, not from `wx.login`; each call costs money."""
        body = http.dump_object({"code": code})
        url = f"{self.endpoints.api}/wxa/business/getuserphonenumber"
        reply = with_token(self, tokens, lambda token: ask(http.Call("POST", url, {"access_token": token}, body)))
        info = reply.get("phone_info")
        if not isinstance(info, dict):
            raise PlatformBusy(reason="incomplete", field="phone_info")
        return PhoneNumber(
            text_of(info, "purePhoneNumber"), str(info.get("countryCode", "86")), text_of(info, "phoneNumber")
        )
