"""Signed tokens (JWT, RFC 7519; HS256 and nothing else): what they say and when they are believed.

The issuer names the brand, so a token of one brand says nothing to another. Expiry is judged by the caller's
`at`, not by the library's clock.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt

ALGORITHM = "HS256"
KEY_BYTES = 32
REMEMBERED = 8192
LEEWAY = timedelta(seconds=5)
REQUIRED = {"exp", "iat", "iss", "sub", "aud", "jti", "typ"}
HEADERS_REMEMBERED = 64
_jws = jwt.PyJWS()


class InvalidToken(ValueError):
    """Not ours, not for here, not for now, or not of the kind that is asked for."""


class WeakKey(ValueError):
    """A signing key is shorter than 32 bytes (RFC 7518 §3.2), or there is none."""


class TokenKeys:
    """Named signing keys: the first signs, all verify, so that keys are changed without signing anybody out."""

    def __init__(self, keys: tuple[tuple[str, bytes], ...]) -> None:
        if not keys or any(len(key) < KEY_BYTES for _, key in keys):
            raise WeakKey
        self._keys = dict(keys)
        self._kid = keys[0][0]
        self._verified = lru_cache(REMEMBERED)(self._verify)

    def sign(self, claims: Mapping[str, Any]) -> str:
        return jwt.encode(dict(claims), self._keys[self._kid], ALGORITHM, {"kid": self._kid})

    def read(self, token: str, *, issuer: str, audience: str, typ: str, at: datetime) -> dict[str, Any]:
        """The claims of a token that is good at this instant; raises `InvalidToken`."""
        claims = self._verified(token, issuer, audience)
        _require_kind_and_time(claims, typ, at)
        return claims

    def _verify(self, token: str, issuer: str, audience: str) -> dict[str, Any]:
        """The signature and the claims that time does not change: the same for every request of a session."""
        try:
            key = self._keys[_kid_of(token.partition(".")[0])]
            claims = json.loads(_jws.decode(token, key, [ALGORITHM]))
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError) as error:
            raise InvalidToken from error
        if not isinstance(claims, dict) or claims.get("iss") != issuer or claims.get("aud") != audience:
            raise InvalidToken
        if not claims.keys() >= REQUIRED:
            raise InvalidToken
        return claims

    def derive(self, text: str) -> str:
        """An unguessable name that only the holder of the signing key can compute, the same every time."""
        return hmac.new(self._keys[self._kid], b"malu derive\0" + text.encode(), hashlib.sha256).hexdigest()


@lru_cache(HEADERS_REMEMBERED)
def _kid_of(header: str) -> str:
    """The key that a token's first part names; it is the same for all tokens of a key."""
    return str(jwt.get_unverified_header(f"{header}..").get("kid", ""))


def _require_kind_and_time(claims: dict[str, Any], typ: str, at: datetime) -> None:
    issued, expires = claims["iat"], claims["exp"]
    if claims["typ"] != typ or not isinstance(issued, int) or not isinstance(expires, int):
        raise InvalidToken
    seconds, leeway = at.timestamp(), LEEWAY.total_seconds()
    if expires <= seconds - leeway or issued > seconds + leeway:
        raise InvalidToken


def issuer_of(brand_id: int) -> str:
    return f"malu/{brand_id}"


@dataclass(frozen=True, slots=True)
class Access:
    """What an access token says: who, through which session, and the roles they held when it was signed."""

    brand_id: int
    person_id: int
    session_id: int
    audience: str
    generation: int
    role_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a refresh token says: the session, and how often it had been rotated."""

    brand_id: int
    person_id: int
    session_id: int
    audience: str
    rotation: int
    jti: str


def sign_access(keys: TokenKeys, access: Access, *, jti: str, at: datetime, expires_at: datetime) -> str:
    own = {"gen": access.generation, "roles": list(access.role_names)}
    return keys.sign(_claims(access, "access", jti, at, expires_at) | own)


def read_access(keys: TokenKeys, token: str, *, brand_id: int, audience: str, at: datetime) -> Access:
    """Raises `InvalidToken`."""
    claims = keys.read(token, issuer=issuer_of(brand_id), audience=audience, typ="access", at=at)
    try:
        person_id, session_id, generation = int(claims["sub"]), int(claims["sid"]), int(claims["gen"])
        return Access(brand_id, person_id, session_id, audience, generation, tuple(claims["roles"]))
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidToken from error


def sign_refresh(keys: TokenKeys, refresh: Refresh, *, at: datetime, expires_at: datetime) -> str:
    """The same token for the same arguments, as long as the signing key stays."""
    return keys.sign(_claims(refresh, "refresh", refresh.jti, at, expires_at) | {"rot": refresh.rotation})


def read_refresh(keys: TokenKeys, token: str, *, brand_id: int, audience: str, at: datetime) -> Refresh:
    """Raises `InvalidToken`."""
    claims = keys.read(token, issuer=issuer_of(brand_id), audience=audience, typ="refresh", at=at)
    try:
        person_id, session_id, rotation = int(claims["sub"]), int(claims["sid"]), int(claims["rot"])
        return Refresh(brand_id, person_id, session_id, audience, rotation, str(claims["jti"]))
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidToken from error


def _claims(subject: Access | Refresh, typ: str, jti: str, at: datetime, expires_at: datetime) -> dict[str, Any]:
    return {
        "iss": issuer_of(subject.brand_id),
        "aud": subject.audience,
        "sub": str(subject.person_id),
        "sid": str(subject.session_id),
        "jti": jti,
        "typ": typ,
        "iat": int(at.timestamp()),
        "exp": int(expires_at.timestamp()),
    }
