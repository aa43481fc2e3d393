"""Who may pass: one guard per audience, put before every view by the factory."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import current_app, g, request

from app.identity.actions import note_use, token_keys
from app.identity.errors import Forbidden, SignInRequired
from app.identity.queries import is_alive, live_api_key, roles_of
from app.identity.routes.cookies import ACCESS_COOKIES
from app.identity.rules import (
    READING_METHODS,
    Access,
    Actor,
    InvalidToken,
    TokenAudience,
    is_own_origin,
    may_enter,
    names_of,
    read_access,
    read_api_key,
)
from app.kit import clock
from app.kit.errors import ForeignOrigin
from app.kit.http import brand_id, client_address, limiter
from app.kit.limits import Limit
from app.kit.transaction import transaction

ViewT = TypeVar("ViewT", bound=Callable[..., Any])
BEARER = "Bearer "
CREDENTIALS = frozenset({"HTTP_AUTHORIZATION", "HTTP_COOKIE"})
TOKEN_AUDIENCE: dict[str, TokenAudience] = {
    "public": "consumer",
    "consumer": "consumer",
    "terminal": "consumer",
    "dealer": "consumer",
    "console": "console",
}
OPEN_AUDIENCES = frozenset({"session", "hooks", "operations"})
API = "open"
API_LIMIT = Limit("identity.api_key", "1200/minute")
API_ADDRESS_LIMIT = Limit("identity.api_address", "2400/minute")
SESSION_LIMIT = Limit("identity.session", "600/minute")


def anonymous(view: ViewT) -> ViewT:
    """Mark a view that serves people who are not signed in, too; `maybe_actor` says who came."""
    view.identity_anonymous = True  # type: ignore[attr-defined]  # read by the guard and by the access test
    return view


def checks_session_itself(view: ViewT) -> ViewT:
    """Mark a hot view that asks `session_question` with its own; the guard then only verifies the token."""
    view.identity_checks_session = True  # type: ignore[attr-defined]  # idem
    return view


def for_scope(scope: str) -> Callable[[ViewT], ViewT]:
    """Open a view of the open API to keys that hold ``scope``; the guard lets nobody into a view without one."""

    def mark(view: ViewT) -> ViewT:
        view.identity_scope = scope  # type: ignore[attr-defined]  # read by the guard and by the access test
        return view

    return mark


def requires_role(*roles: str) -> Callable[[ViewT], ViewT]:
    """Only for actors who hold one of the roles; raises `Forbidden`."""

    def decorate(view: ViewT) -> ViewT:
        @functools.wraps(view)
        def call(*args: Any, **kwargs: Any) -> Any:
            if set(roles).isdisjoint(current_actor().role_names):
                raise Forbidden
            return view(*args, **kwargs)

        return cast("ViewT", call)

    return decorate


def current_actor() -> Actor:
    """Who sends this request; raises `SignInRequired` where an anonymous view needs somebody after all."""
    actor = maybe_actor()
    if actor is None:
        raise SignInRequired
    return actor


def maybe_actor() -> Actor | None:
    """Who sends this request, or None."""
    return cast("Actor | None", g.get("actor"))


def guard(audience: str) -> Callable[[], None]:
    """The function that a blueprint of this audience runs before each view."""
    if audience in OPEN_AUDIENCES:
        return _slow_down if audience == "session" else _let_pass
    if audience == API:
        return _check_api_key
    token_audience = TOKEN_AUDIENCE[audience]

    def check() -> None:
        view = current_app.view_functions[request.endpoint or ""]
        open_to_all = audience == "public" or hasattr(view, "identity_anonymous")
        actor = _authenticate(token_audience, read_roles=not hasattr(view, "identity_checks_session"))
        if actor is None and not open_to_all:
            raise SignInRequired
        if actor is not None and not open_to_all and not may_enter(audience, actor.role_names, request.method):
            raise Forbidden
        g.actor = actor

    return check


def require_own_origin() -> None:
    """Raises `ForeignOrigin` for a write that a browser does not say to come from this very site."""
    own = is_own_origin(
        origin=request.headers.get("Origin"),
        fetch_site=request.headers.get("Sec-Fetch-Site"),
        scheme=current_app.config["MALU_PUBLIC_SCHEME"],
        host=request.host,
    )
    if not own:
        raise ForeignOrigin


def bearer_token() -> str | None:
    header = request.headers.get("Authorization", "")
    return header.removeprefix(BEARER) if header.startswith(BEARER) else None


def _check_api_key() -> None:
    limiter().require_locally(API_ADDRESS_LIMIT, client_address())
    key = read_api_key(bearer_token() or "")
    at = clock.now()
    with transaction(brand_id()) as session:
        row = live_api_key(session, key.id) if key else None
        if key is None or row is None or not key.matches(row.secret_hash):
            raise SignInRequired
        note_use(session, row.id, at=at)
    limiter().require_locally(API_LIMIT, str(row.id))
    scope = getattr(current_app.view_functions[request.endpoint or ""], "identity_scope", None)
    if scope not in row.scopes:
        raise Forbidden(scope=scope)
    g.actor = Actor(row.person_id, brand_id(), API, row.id, scopes=tuple(row.scopes))


def _let_pass() -> None:
    """Platforms that notify us prove themselves by signature, in the view."""


def _slow_down() -> None:
    limiter().require_locally(SESSION_LIMIT, client_address())


def _authenticate(audience: TokenAudience, *, read_roles: bool) -> Actor | None:
    if CREDENTIALS.isdisjoint(request.environ):
        return None
    bearer = bearer_token()
    token = bearer or request.cookies.get(ACCESS_COOKIES[audience])
    if not token:
        return None
    if bearer is None and request.method not in READING_METHODS:
        require_own_origin()
    try:
        access = read_access(token_keys(), token, brand_id=brand_id(), audience=audience, at=clock.now())
    except InvalidToken:
        return None
    actor = _actor_of(access)
    return _verified(actor) if read_roles else actor


def _actor_of(access: Access) -> Actor:
    return Actor(
        person_id=access.person_id,
        brand_id=access.brand_id,
        audience=access.audience,
        session_id=access.session_id,
        generation=access.generation,
        role_names=access.role_names,
    )


def _verified(actor: Actor) -> Actor | None:
    """The actor with today's roles, or None when the token was overtaken by a sign-out, a role or a merge."""
    with transaction(actor.brand_id) as session:
        if not is_alive(session, actor):
            return None
        roles = roles_of(session, actor.person_id)
    return Actor(
        person_id=actor.person_id,
        brand_id=actor.brand_id,
        audience=actor.audience,
        session_id=actor.session_id,
        generation=actor.generation,
        roles=roles,
        role_names=names_of(roles),
    )
