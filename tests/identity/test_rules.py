"""Safe places, roles, the audit chain and one-time codes, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote, urljoin, urlsplit

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity.rules import (
    FIRST_PREVIOUS,
    Actor,
    Entry,
    InvalidToken,
    Journey,
    RoleGrant,
    TokenKeys,
    hash_of_entry,
    is_own_origin,
    is_own_path,
    mask_phone,
    matching_step,
    may_enter,
    plain,
    read_journey,
    scope_ids,
    sign_journey,
)

AT = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
KEYS = TokenKeys((("new", b"n" * 32),))


@pytest.mark.parametrize(
    "path", ["/", "/s/0ABC", "/wallet?tab=all&x=1", "/s/%E7%A0%81", "/terminal/", "/a%20b", "/x?to=%2Fwallet"]
)
def test_own_paths_are_own(path):
    assert is_own_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%2f%2fevil.example",
        "/%2Fevil.example",
        "/%5cevil.example",
        "/%252f%252fevil.example",
        "/%25252f%25252fevil.example",
        "/%2525252f%2525252fevil.example",
        "/s//evil.example",
        "javascript:alert(1)",
        "https://evil.example/",
        "https:/evil.example",
        "evil.example",
        "",
        " /s",
        "/\tevil",
        "/%09/evil.example",
        "/s\n",
        "/s\r\nSet-Cookie: a=b",
        "/%0d%0aSet-Cookie:a=b",
        "/码",
        "/s#x",
        "/" + "a" * 512,
    ],
)
def test_everything_else_is_not(path):
    assert not is_own_path(path)


@given(st.text(alphabet="/\\%25fFcC0aA9dD:.?&=ev\t ", max_size=40))
def test_whatever_passes_stays_on_the_site_however_often_it_is_decoded(text):
    if not is_own_path(text):
        return
    for _ in range(4):
        joined = urlsplit(urljoin("https://own.example/auth/wechat", text.replace("\\", "/")))
        assert (joined.scheme, joined.netloc) == ("https", "own.example")
        assert not text.startswith(("//", "/\\"))
        text = unquote(text)


def test_a_journey_comes_back_only_with_its_own_state_and_in_time():
    journey = Journey(7, "s" * 32, "snsapi_base", "/s/0ABC")
    cookie = sign_journey(KEYS, journey, at=AT)
    assert read_journey(KEYS, cookie, brand_id=7, state="s" * 32, at=AT) == journey
    for bad in ({"state": "t" * 32}, {"brand_id": 8}, {"at": AT + timedelta(minutes=11)}):
        with pytest.raises(InvalidToken):
            read_journey(KEYS, cookie, **({"brand_id": 7, "state": "s" * 32, "at": AT} | bad))


@pytest.mark.parametrize(
    ("origin", "fetch_site", "own"),
    [
        ("https://own.example", None, True),
        ("https://own.example", "same-origin", True),
        (None, "same-origin", True),
        (None, "same-site", False),
        (None, "cross-site", False),
        (None, "none", False),
        (None, None, False),
        ("https://evil.example", "same-origin", False),
        ("http://own.example", None, False),
        ("https://own.example:444", None, False),
        ("https://own.example.evil", None, False),
        ("https://own.example/", None, False),
        ("null", None, False),
    ],
)
def test_a_write_must_come_from_a_page_of_this_very_host(origin, fetch_site, own):
    found = is_own_origin(origin=origin, fetch_site=fetch_site, scheme="https", host="own.example")
    assert found is own


@pytest.mark.parametrize(
    ("door", "roles", "method", "opens"),
    [
        ("consumer", (), "POST", True),
        ("terminal", (), "GET", False),
        ("terminal", ("clerk",), "POST", True),
        ("terminal", ("dealer", "brand_admin"), "GET", False),
        ("dealer", ("salesman",), "GET", True),
        ("dealer", ("owner",), "GET", False),
        ("console", ("owner", "dealer"), "GET", False),
        ("console", ("auditor",), "GET", True),
        ("console", ("auditor",), "POST", False),
        ("console", ("auditor",), "DELETE", False),
        ("console", ("auditor", "brand_operator"), "POST", True),
    ],
)
def test_each_door_opens_for_its_roles(door, roles, method, opens):
    assert may_enter(door, roles, method) is opens


def test_an_actor_acts_where_the_role_is_held():
    grants = (
        RoleGrant("owner", "terminal", 5),
        RoleGrant("clerk", "terminal", 6),
        RoleGrant("dealer", "dealer", 9),
    )
    actor = Actor(1, 7, "consumer", 2, roles=grants)
    assert scope_ids(actor, "owner", "clerk") == (5, 6)
    assert scope_ids(actor, "dealer") == (9,)
    assert scope_ids(actor, "auditor") == ()


ENTRY = Entry(7, 1, AT, 70, "codes.batch_minted", "batch:1", None, {"count": 24, "name": "夏"})


@pytest.mark.parametrize(
    "change",
    [
        {"brand_id": 8},
        {"position": 2},
        {"at": AT + timedelta(microseconds=1)},
        {"actor_id": None},
        {"action": "x"},
        {"subject": "batch:2"},
        {"before": {}},
        {"after": {"count": 25, "name": "夏"}},
    ],
)
def test_every_field_of_an_audit_entry_is_in_its_hash(change):
    assert hash_of_entry(replace(ENTRY, **change), FIRST_PREVIOUS) != hash_of_entry(ENTRY, FIRST_PREVIOUS)
    assert hash_of_entry(ENTRY, b"\1" * 32) != hash_of_entry(ENTRY, FIRST_PREVIOUS)


def test_values_are_kept_as_the_database_gives_them_back():
    kept = plain({"at": AT, "rate": 0.10, "tiers": [1, 1e3], "none": None})
    assert kept == {"at": "2026-11-02 04:00:00+00:00", "rate": "0.1", "tiers": [1, "1000.0"], "none": None}


def test_a_one_time_code_is_good_for_its_step_and_the_neighbours():
    secret, now = pyotp.random_base32(), int(AT.timestamp()) // 30
    for step in (now - 1, now, now + 1):
        assert matching_step(secret, pyotp.TOTP(secret).generate_otp(step), at=AT) == step
    assert matching_step(secret, pyotp.TOTP(secret).generate_otp(now - 2), at=AT) is None
    assert matching_step(secret, "", at=AT) is None


@pytest.mark.parametrize(
    ("number", "masked"), [("13800010006", "138****0006"), ("85251234567", "852****4567"), ("1234567", "*****67")]
)
def test_a_phone_number_is_shown_in_part(number, masked):
    assert mask_phone(number) == masked


def test_a_percent_sign_that_decodes_to_itself_is_settled():
    assert is_own_path("/a%zz")
    assert is_own_path(quote("/s/码"))
