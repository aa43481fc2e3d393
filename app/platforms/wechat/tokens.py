"""Interface tokens: one per app, kept by the caller for all processes, renewed when WeChat rejects them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.platforms import http
from app.platforms.endpoints import WeChatEndpoints
from app.platforms.errors import TokenRejected
from app.platforms.wechat.replies import look_up, text_of

RENEW_BEFORE_SECONDS = 300
"""WeChat honours the old token for five minutes after it has issued the next."""


class TokenStore(Protocol):
    """A shared place for short-lived secrets; a lost entry costs one request, never correctness."""

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, value: str, seconds: int) -> None:
        """Keep a value for at most so many seconds."""
        ...


@dataclass(frozen=True, slots=True)
class WeChatApp:
    """What a mini-program and a service account have in common.

    `open_account` names the open-platform account the app is bound to; unionids mean something only in it.
    """

    app_id: str
    secret: str = field(repr=False)
    endpoints: WeChatEndpoints
    open_account: str | None = None


def stable_token(app: WeChatApp, tokens: TokenStore) -> str:
    """The stored token, else a fetched one. No lock: `stable_token` gives every caller the same one."""
    return tokens.get(_token_name(app)) or _fetch_token(app, tokens)


def with_token(app: WeChatApp, tokens: TokenStore, ask: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """Call with the app's token; when WeChat rejects it, renew once and try once more."""
    token = stable_token(app, tokens)
    try:
        return ask(token)
    except TokenRejected:
        return ask(_renewed_token(app, tokens, rejected=token))


def keep_until_renewal(tokens: TokenStore, name: str, value: str, reply: dict[str, Any]) -> None:
    lifetime = int(reply.get("expires_in", 0))
    tokens.put(name, value, max(1, lifetime - RENEW_BEFORE_SECONDS))


def _renewed_token(app: WeChatApp, tokens: TokenStore, *, rejected: str) -> str:
    stored = tokens.get(_token_name(app))
    if stored and stored != rejected:
        return stored  # another process was faster
    fresh = _fetch_token(app, tokens)
    # Forcing is limited to 20 a day, so it is the last resort for a token WeChat lists but does not honour.
    return fresh if fresh != rejected else _fetch_token(app, tokens, force=True)


def _fetch_token(app: WeChatApp, tokens: TokenStore, *, force: bool = False) -> str:
    body = {
        "grant_type": "client_credential",
        "appid": app.app_id,
        "secret": app.secret,
        "force_refresh": force,
    }
    reply = look_up(http.Call("POST", f"{app.endpoints.api}/cgi-bin/stable_token", body=http.dump_object(body)))
    token = text_of(reply, "access_token")
    keep_until_renewal(tokens, _token_name(app), token, reply)
    return token


def _token_name(app: WeChatApp) -> str:
    return f"wechat:{app.app_id}:access_token"
