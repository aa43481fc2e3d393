"""Who may do what: roles, what they are held over, and which doors they open."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["owner", "clerk", "salesman", "dealer", "brand_admin", "brand_operator", "auditor"]
ScopeKind = Literal["brand", "dealer", "terminal"]
TokenAudience = Literal["consumer", "console"]
ROLES: tuple[Role, ...] = ("owner", "clerk", "salesman", "dealer", "brand_admin", "brand_operator", "auditor")
SCOPE_KINDS: tuple[ScopeKind, ...] = ("brand", "dealer", "terminal")
TOKEN_AUDIENCES: tuple[TokenAudience, ...] = ("consumer", "console")

SCOPE_OF: dict[str, ScopeKind] = {
    "owner": "terminal",
    "clerk": "terminal",
    "salesman": "dealer",
    "dealer": "dealer",
    "brand_admin": "brand",
    "brand_operator": "brand",
    "auditor": "brand",
}
ADMITTED: dict[str, frozenset[str]] = {
    "terminal": frozenset({"owner", "clerk"}),
    "dealer": frozenset({"dealer", "salesman"}),
    "console": frozenset({"brand_admin", "brand_operator", "auditor"}),
}
WRITERS = frozenset({"brand_admin", "brand_operator"})
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role over one brand, dealer or terminal; a brand role has the brand's id as scope."""

    role: str
    scope_kind: str
    scope_id: int


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    nickname: str
    avatar_url: str | None
    phone_masked: str | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who sends the request.

    ``roles`` is empty on views that check the session themselves: nothing was read for them. ``role_names``
    is always there: from the database, or on those views as signed into the token, which dies with any
    change of roles. ``scopes`` is what an API key may do; people have roles instead.
    """

    person_id: int
    brand_id: int
    audience: str
    session_id: int
    generation: int = 0
    roles: tuple[RoleGrant, ...] = ()
    role_names: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()


def names_of(roles: tuple[RoleGrant, ...]) -> tuple[str, ...]:
    return tuple(sorted({grant.role for grant in roles}))


def scope_ids(actor: Actor, *roles: str) -> tuple[int, ...]:
    """The terminals, dealers or brands over which the actor holds one of the roles, in order."""
    return tuple(sorted({grant.scope_id for grant in actor.roles if grant.role in roles}))


def may_enter(door: str, role_names: tuple[str, ...], method: str) -> bool:
    """Whether these roles open the API of an audience for a method; an auditor only reads."""
    admitted = ADMITTED.get(door)
    if admitted is None:
        return True
    if door == "console" and method not in READING_METHODS:
        admitted = WRITERS
    return not admitted.isdisjoint(role_names)
