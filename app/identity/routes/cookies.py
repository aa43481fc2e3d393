"""The browser's side of a sign-in: HttpOnly cookies that no script reads."""

from flask import Response, current_app, request

from app.identity.rules import LASTING, SESSION_LASTS, Tokens

ACCESS_COOKIES = {"consumer": "malu_access", "console": "malu_console"}
REFRESH_COOKIES = {"consumer": "malu_refresh", "console": "malu_console_refresh"}
REFRESH_PATH = "/api/session"
JOURNEY_PATH = "/auth"


def give_tokens(response: Response, audience: str, tokens: Tokens) -> None:
    _set(response, ACCESS_COOKIES[audience], tokens.access_token, path="/", seconds=tokens.expires_in)
    lasting = int(SESSION_LASTS[audience].total_seconds())
    _set(response, REFRESH_COOKIES[audience], tokens.refresh_token, path=REFRESH_PATH, seconds=lasting)


def take_tokens(response: Response, audience: str) -> None:
    _drop(response, ACCESS_COOKIES[audience], path="/")
    _drop(response, REFRESH_COOKIES[audience], path=REFRESH_PATH)


def refresh_tokens() -> dict[str, str]:
    """The refresh tokens that the browser sent, by audience."""
    sent = {audience: request.cookies.get(name) for audience, name in REFRESH_COOKIES.items()}
    return {audience: token for audience, token in sent.items() if token}


def give_journey(response: Response, state: str, signed: str) -> None:
    _set(response, _journey_cookie(state), signed, path=JOURNEY_PATH, seconds=int(LASTING.total_seconds()))


def journey(state: str) -> str:
    return request.cookies.get(_journey_cookie(state), "")


def take_journey(response: Response, state: str) -> None:
    _drop(response, _journey_cookie(state), path=JOURNEY_PATH)


def _journey_cookie(state: str) -> str:
    """One cookie per journey, so that two tabs may sign in side by side."""
    return f"malu_oauth_{state[:8]}"


def _set(response: Response, name: str, value: str, *, path: str, seconds: int) -> None:
    secure = current_app.config["MALU_PUBLIC_SCHEME"] == "https"
    response.set_cookie(name, value, max_age=seconds, path=path, secure=secure, httponly=True, samesite="Lax")


def _drop(response: Response, name: str, *, path: str) -> None:
    secure = current_app.config["MALU_PUBLIC_SCHEME"] == "https"
    response.delete_cookie(name, path=path, secure=secure, httponly=True, samesite="Lax")
