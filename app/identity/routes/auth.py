"""Signing in on a web page inside WeChat: out to its page, and back to where one was."""

import secrets
from urllib.parse import urlencode

from flask import Response, current_app, request

from app.identity.actions import open_session, sign_in, token_keys
from app.identity.errors import SignInExpired, SnapshotUser, UnknownApp
from app.identity.routes import cookies
from app.identity.routes.wechat import PLATFORM, service_account
from app.identity.rules import InvalidToken, Journey, Tokens, read_journey, sign_journey
from app.identity.schemas import AuthorizeQuery, CallbackQuery
from app.kit import clock
from app.kit.errors import AppError
from app.kit.http import blueprint, brand_id, contract
from app.kit.transaction import transaction
from app.platforms import PlatformIdentity
from app.platforms.wechat import OAuthIdentity, OAuthScope, ServiceAccount, WeChatProfile

auth = blueprint("auth", __name__, "session")
auth.url_prefix = "/auth"
CALLBACK_PATH = "/auth/wechat/callback"


@auth.get("/wechat")
@contract(query=AuthorizeQuery, errors=(UnknownApp,), status=302)
def leave_for_wechat(*, next_path: str, scope: OAuthScope) -> Response:
    """微信网页授权: 跳转到微信"""
    account = service_account()
    journey = Journey(brand_id(), secrets.token_hex(16), scope, next_path)
    own = f"{current_app.config['MALU_PUBLIC_SCHEME']}://{request.host}"
    response = _redirect(account.authorize_url(own + CALLBACK_PATH, scope, journey.state))
    cookies.give_journey(response, journey.state, sign_journey(token_keys(), journey, at=clock.now()))
    return response


@auth.get("/wechat/callback")
@contract(query=CallbackQuery, errors=(SignInExpired, SnapshotUser), status=302)
def return_from_wechat(*, state: str, code: str | None) -> Response:
    """微信网页授权: 从微信回来。被拒绝时回到原页面, 并带上 refused=原因

    The journey's cookie is taken back whatever happens, so that a state works once.
    """
    journey = _require_journey(state)
    try:
        tokens = _sign_in(journey, code) if code else None
    except AppError as refusal:
        response = _redirect(_with(journey.next_path, refused=refusal.code))
    else:
        response = _redirect(journey.next_path)
        if tokens is not None:
            cookies.give_tokens(response, "consumer", tokens)
    cookies.take_journey(response, state)
    return response


def _require_journey(state: str) -> Journey:
    signed = cookies.journey(state)
    try:
        return read_journey(token_keys(), signed, brand_id=brand_id(), state=state, at=clock.now())
    except InvalidToken as error:
        raise SignInExpired from error


def _sign_in(journey: Journey, code: str) -> Tokens:
    """Ask WeChat who came, then write; raises `SnapshotUser` and the refusals of the platform."""
    account = service_account()
    oauth = account.exchange_oauth_code(code)
    shown = _profile(account, oauth) if journey.scope == "snsapi_userinfo" else None
    identity = PlatformIdentity(
        PLATFORM, account.app_id, oauth.openid, oauth.unionid, account.open_account, oauth.snapshot
    )
    at = clock.now()
    with transaction(brand_id()) as session:
        person = sign_in(
            session,
            identity=identity,
            at=at,
            nickname=shown.nickname if shown else None,
            avatar_url=shown.avatar_url if shown else None,
        )
        return open_session(session, person_id=person.id, audience="consumer", at=at)


def _profile(account: ServiceAccount, oauth: OAuthIdentity) -> WeChatProfile:
    """Name and picture; raises `SnapshotUser` rather than asking for those of nobody."""
    if oauth.snapshot:
        raise SnapshotUser
    return account.userinfo(oauth.access_token, oauth.openid)


def _redirect(location: str) -> Response:
    response = Response(status=302)
    response.headers["Location"] = location
    return response


def _with(path: str, **query: str) -> str:
    return path + ("&" if "?" in path else "?") + urlencode(query)
