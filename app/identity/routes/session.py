"""Renewing and ending a sign-in, for browsers by cookie and for mini-programs by token."""

from dataclasses import asdict
from typing import Any

from flask import Response, jsonify

from app.identity.actions import end_session, renew_session, token_keys
from app.identity.errors import SignInRequired
from app.identity.routes import cookies
from app.identity.routes.guards import bearer_token, require_own_origin
from app.identity.rules import TOKEN_AUDIENCES, InvalidToken, Tokens, read_access, read_refresh
from app.identity.schemas import RefreshSchema, TokensSchema
from app.kit import clock
from app.kit.errors import ForeignOrigin, TooManyRequests
from app.kit.http import blueprint, brand_id, contract
from app.kit.transaction import transaction

session_routes = blueprint("identity", __name__, "session")
IN_COOKIES = {"access_token": "", "refresh_token": ""}


@session_routes.post("/refresh")
@contract(accepts=RefreshSchema, returns=TokensSchema, errors=(SignInRequired, ForeignOrigin, TooManyRequests))
def refresh(*, refresh_token: str | None) -> Response | dict[str, Any]:
    """换取新令牌。浏览器用 cookie (顾客与后台一起), 小程序用请求体"""
    if refresh_token is not None:
        return asdict(_renew_given(refresh_token))
    require_own_origin()
    renewed = {audience: _renew(audience, token) for audience, token in cookies.refresh_tokens().items()}
    good = {audience: tokens for audience, tokens in renewed.items() if tokens is not None}
    if not good:
        raise SignInRequired
    response = jsonify({**IN_COOKIES, "expires_in": min(tokens.expires_in for tokens in good.values())})
    for audience, tokens in good.items():
        cookies.give_tokens(response, audience, tokens)
    for audience in renewed.keys() - good.keys():
        cookies.take_tokens(response, audience)
    return response


@session_routes.delete("")
@contract(errors=(SignInRequired, ForeignOrigin), status=204)
def sign_out() -> Response:
    """退出登录: 令牌随即失效"""
    bearer = bearer_token()
    if bearer is None:
        require_own_origin()
    session_ids = _sessions_in_cookies() if bearer is None else [_session_of(bearer)]
    with transaction(brand_id()) as session:
        for session_id in session_ids:
            end_session(session, session_id=session_id, at=clock.now())
    response = Response(status=204)
    for audience in TOKEN_AUDIENCES:
        cookies.take_tokens(response, audience)
    return response


def _renew_given(refresh_token: str) -> Tokens:
    for audience in TOKEN_AUDIENCES:
        tokens = _renew(audience, refresh_token)
        if tokens is not None:
            return tokens
    raise SignInRequired


def _renew(audience: str, refresh_token: str) -> Tokens | None:
    with transaction(brand_id()) as session:
        return renew_session(session, refresh_token=refresh_token, audience=audience, at=clock.now())


def _session_of(access_token: str) -> int:
    for audience in TOKEN_AUDIENCES:
        try:
            access = read_access(
                token_keys(), access_token, brand_id=brand_id(), audience=audience, at=clock.now()
            )
        except InvalidToken:
            continue
        return access.session_id
    raise SignInRequired


def _sessions_in_cookies() -> list[int]:
    found = []
    for audience, token in cookies.refresh_tokens().items():
        try:
            presented = read_refresh(token_keys(), token, brand_id=brand_id(), audience=audience, at=clock.now())
        except InvalidToken:
            continue
        found.append(presented.session_id)
    return found
