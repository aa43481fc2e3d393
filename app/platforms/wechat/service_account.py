"""A service account: sign-in of web pages inside WeChat, and the ticket of the JS-SDK."""

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

from app.platforms import http
from app.platforms.login import PlatformIdentity
from app.platforms.wechat.replies import ask, look_up, text_of
from app.platforms.wechat.tokens import TokenStore, WeChatApp, keep_until_renewal, with_token

OAuthScope = Literal["snsapi_base", "snsapi_userinfo"]
STATE = re.compile(r"[0-9A-Za-z]{1,128}")


@dataclass(frozen=True, slots=True)
class OAuthIdentity:
    """`access_token` is the page's token for `userinfo`, not the app's interface token."""

    openid: str
    unionid: str | None
    access_token: str = field(repr=False)
    scope: str
    snapshot: bool


@dataclass(frozen=True, slots=True)
class WeChatProfile:
    openid: str
    unionid: str | None
    nickname: str
    avatar_url: str | None


class ServiceAccount(WeChatApp):
    """A `LoginPlatform`; see `WeChatApp` for the fields."""

    __slots__ = ()

    def authorize_url(self, redirect_uri: str, scope: OAuthScope, state: str) -> str:
        """Where to send the browser. WeChat minds the order of parameters and wants the fragment.

        `state` is letters and digits, at most 128, and must be bound to the browser that starts the journey.
        """
        if not STATE.fullmatch(state):
            raise ValueError("state must be 1 to 128 letters or digits")
        query = urlencode(
            {
                "appid": self.app_id,
                "redirect_uri": redirect_uri,
                "response_type": "code",
                "scope": scope,
                "state": state,
            }
        )
        return f"{self.endpoints.open}/connect/oauth2/authorize?{query}#wechat_redirect"

    def exchange(self, code: str) -> PlatformIdentity:
        oauth = self.exchange_oauth_code(code)
        return PlatformIdentity(
            "wechat", self.app_id, oauth.openid, oauth.unionid, self.open_account, oauth.snapshot
        )

    def exchange_oauth_code(self, code: str) -> OAuthIdentity:
        """Trade the callback's code, usable once; a `snapshot` identity belongs to nobody."""
        query = {
            "appid": self.app_id,
            "secret": self.secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        reply = ask(http.Call("GET", f"{self.endpoints.api}/sns/oauth2/access_token", query))
        return OAuthIdentity(
            openid=text_of(reply, "openid"),
            unionid=reply.get("unionid") or None,
            access_token=text_of(reply, "access_token"),
            scope=str(reply.get("scope", "")),
            snapshot=str(reply.get("is_snapshotuser", 0)) == "1",
        )

    def userinfo(self, access_token: str, openid: str) -> WeChatProfile:
        """Name and picture, after `snsapi_userinfo` was granted."""
        query = {"access_token": access_token, "openid": openid, "lang": "zh_CN"}
        reply = look_up(http.Call("GET", f"{self.endpoints.api}/sns/userinfo", query))
        return WeChatProfile(
            openid=text_of(reply, "openid"),
            unionid=reply.get("unionid") or None,
            nickname=str(reply.get("nickname", "")),
            avatar_url=reply.get("headimgurl") or None,
        )

    def jsapi_ticket(self, tokens: TokenStore) -> str:
        """The ticket `sign_js_sdk` needs, from the store or from WeChat (7,200 s)."""
        name = f"wechat:{self.app_id}:jsapi_ticket"
        if stored := tokens.get(name):
            return stored
        url = f"{self.endpoints.api}/cgi-bin/ticket/getticket"
        reply = with_token(
            self,
            tokens,
            lambda token: look_up(http.Call("GET", url, {"access_token": token, "type": "jsapi"})),
        )
        ticket = text_of(reply, "ticket")
        keep_until_renewal(tokens, name, ticket, reply)
        return ticket
