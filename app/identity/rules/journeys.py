"""A sign-in that leaves for the platform's page and comes back to the browser it left from."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.identity.rules.places import is_own_path
from app.identity.rules.tokens import InvalidToken, TokenKeys, issuer_of

AUDIENCE = "oauth"
LASTING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Journey:
    """``state`` goes through the platform, the rest stays in a signed cookie of the browser."""

    brand_id: int
    state: str
    scope: str
    next_path: str


def sign_journey(keys: TokenKeys, journey: Journey, *, at: datetime) -> str:
    claims = {
        "iss": issuer_of(journey.brand_id),
        "aud": AUDIENCE,
        "sub": journey.scope,
        "next": journey.next_path,
        "jti": journey.state,
        "typ": "oauth",
        "iat": int(at.timestamp()),
        "exp": int((at + LASTING).timestamp()),
    }
    return keys.sign(claims)


def read_journey(keys: TokenKeys, signed: str, *, brand_id: int, state: str, at: datetime) -> Journey:
    """The journey that left with this state; raises `InvalidToken`."""
    claims = keys.read(signed, issuer=issuer_of(brand_id), audience=AUDIENCE, typ="oauth", at=at)
    left_with, next_path = str(claims["jti"]), str(claims.get("next", ""))
    if not hmac.compare_digest(left_with.encode(), state.encode()) or not is_own_path(next_path):
        raise InvalidToken
    return Journey(brand_id, left_with, str(claims["sub"]), next_path)
