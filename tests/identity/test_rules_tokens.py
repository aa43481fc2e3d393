"""Tokens: what is believed, and what an old refresh token means."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from app.identity.rules import (
    Access,
    InvalidToken,
    Refresh,
    SessionState,
    TokenKeys,
    WeakKey,
    judge_refresh,
    read_access,
    read_refresh,
    sign_access,
    sign_refresh,
)

AT = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
KEY, OLD_KEY = b"n" * 32, b"o" * 32
KEYS = TokenKeys((("new", KEY), ("old", OLD_KEY)))
ACCESS = Access(7, 70, 700, "consumer", 3, ("owner",))
QUARTER = timedelta(minutes=15)


def signed(keys=KEYS, access=ACCESS, at=AT):
    return sign_access(keys, access, jti="j", at=at, expires_at=at + QUARTER)


def read(token, *, brand_id=7, audience="consumer", at=AT):
    return read_access(KEYS, token, brand_id=brand_id, audience=audience, at=at)


def forged(key=KEY, algorithm="HS256", kid="new", drop=(), **changes):
    """A token with the claims of a good one but for some."""
    claims = jwt.decode(signed(), options={"verify_signature": False}) | changes
    kept = {name: value for name, value in claims.items() if name not in drop}
    return jwt.encode(kept, key, algorithm, {"kid": kid})


def test_an_access_token_says_who_through_which_session_and_with_which_roles():
    assert read(signed()) == ACCESS


def test_a_token_is_read_until_it_expires_and_a_few_seconds_more():
    assert read(signed(), at=AT + QUARTER + timedelta(seconds=4)) == ACCESS
    with pytest.raises(InvalidToken):
        read(signed(), at=AT + QUARTER + timedelta(seconds=5))


def test_a_token_from_the_future_is_refused():
    with pytest.raises(InvalidToken):
        read(signed(), at=AT - timedelta(seconds=6))


def test_a_token_of_another_brand_or_audience_is_refused():
    for elsewhere in ({"brand_id": 8}, {"audience": "console"}):
        with pytest.raises(InvalidToken):
            read(signed(), **elsewhere)


def test_the_old_key_still_verifies_and_an_unknown_one_does_not():
    assert read(signed(TokenKeys((("old", OLD_KEY),)))) == ACCESS
    with pytest.raises(InvalidToken):
        read(signed(TokenKeys((("stranger", KEY),))))
    with pytest.raises(InvalidToken):
        read(forged(key=OLD_KEY))


@pytest.mark.parametrize("claim", ["exp", "iat", "iss", "sub", "aud", "jti", "typ", "sid", "gen", "roles"])
def test_a_token_without_one_of_its_claims_is_refused(claim):
    with pytest.raises(InvalidToken):
        read(forged(drop=(claim,)))


def test_only_one_algorithm_is_believed():
    unsigned = forged(key=None, algorithm="none")
    for token in (unsigned, forged(key=KEY * 2, algorithm="HS512"), "", "a.b.c", "{}"):
        with pytest.raises(InvalidToken):
            read(token)


@pytest.mark.parametrize(
    "changes", [{"exp": "9999999999"}, {"exp": 1e12}, {"iat": "0"}, {"sub": "x"}, {"typ": "refresh"}]
)
def test_claims_of_the_wrong_shape_are_refused(changes):
    with pytest.raises(InvalidToken):
        read(forged(**changes))


def test_a_refresh_token_is_no_access_token_and_the_other_way_round():
    refresh = Refresh(7, 70, 700, "consumer", 2, "jti")
    token = sign_refresh(KEYS, refresh, at=AT, expires_at=AT + QUARTER)
    assert read_refresh(KEYS, token, brand_id=7, audience="consumer", at=AT) == refresh
    with pytest.raises(InvalidToken):
        read(token)
    with pytest.raises(InvalidToken):
        read_refresh(KEYS, signed(), brand_id=7, audience="consumer", at=AT)


def test_weak_keys_and_no_keys_are_refused():
    for keys in ((), (("short", b"x" * 31),), (("good", KEY), ("short", b"x" * 31))):
        with pytest.raises(WeakKey):
            TokenKeys(keys)


STATE = SessionState(rotation=2, rotated_at=AT, expires_at=AT + timedelta(days=1), revoked=False)


@pytest.mark.parametrize(
    ("state", "rotation", "after", "verdict"),
    [
        (STATE, 1, 10, "again"),
        (STATE, 1, 11, "reused"),
        (STATE, 0, 1, "reused"),
        (replace(STATE, revoked=True), 1, 1, "ended"),
        (STATE, 1, 86_400, "ended"),
    ],
)
def test_an_old_refresh_token_ends_the_session_but_for_a_moment_after_its_rotation(
    state, rotation, after, verdict
):
    presented = Refresh(7, 70, 700, "consumer", rotation, "jti")
    assert judge_refresh(state, presented, at=AT + timedelta(seconds=after)) == verdict
