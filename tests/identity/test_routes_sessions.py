"""Renewing and ending sign-ins, and who is kept out."""

import pytest

from app import identity
from app.kit import clock
from app.kit.transaction import transaction
from tests.builders.identity import a_person, bearer
from tests.conftest import client_of

ME, REFRESH, SESSION = "/api/consumer/me", "/api/session/refresh", "/api/session"
PHONE = "/api/consumer/phone"


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


SIGN_IN_REQUIRED = (401, "identity.sign_in_required")
FOREIGN = (403, "kit.foreign_origin")


@pytest.fixture
def person_id(brand):
    with transaction(brand.id) as session:
        return a_person(session)


@pytest.fixture
def tokens(brand, person_id):
    with transaction(brand.id) as session:
        return identity.open_session(session, person_id=person_id, audience="consumer", at=clock.now())


@pytest.fixture
def browser(client, brand, tokens):
    """A browser with the cookies of a sign-in."""
    client.set_cookie("malu_access", tokens.access_token, domain=brand.host)
    client.set_cookie("malu_refresh", tokens.refresh_token, domain=brand.host, path=SESSION)
    return client


def headers_of(tokens):
    return {"Authorization": f"Bearer {tokens.access_token}"}


def test_nobody_is_asked_to_sign_in(client):
    assert refusal(client.get(ME)) == SIGN_IN_REQUIRED


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x.y.z", "Basic YTpi", "bearer"])
def test_a_header_that_says_nothing_lets_nobody_in(client, header):
    assert refusal(client.get(ME, headers={"Authorization": header})) == SIGN_IN_REQUIRED


def test_a_token_of_another_brand_lets_nobody_in(app, other_brand, tokens):
    response = client_of(app, other_brand).get(ME, headers=headers_of(tokens))
    assert refusal(response) == SIGN_IN_REQUIRED


def test_a_consumer_s_token_does_not_open_the_console(client, tokens, brand, person_id):
    with transaction(brand.id) as session:
        identity.grant_role(
            session, person_id=person_id, role="brand_admin", scope_id=brand.id, by=None, at=clock.now()
        )
        fresh = bearer(session, person_id=person_id, at=clock.now())
    assert client.get(ME, headers=fresh).status_code == 200
    assert refusal(client.get("/api/console/me", headers=fresh)) == SIGN_IN_REQUIRED


def test_a_bearer_refreshes_by_body_and_the_old_token_is_worth_nothing_after_the_grace(client, tokens):
    first = client.post(REFRESH, json={"refresh_token": tokens.refresh_token}).get_json()
    assert client.get(ME, headers={"Authorization": f"Bearer {first['access_token']}"}).status_code == 200
    second = client.post(REFRESH, json={"refresh_token": first["refresh_token"]}).get_json()
    assert second["refresh_token"] != first["refresh_token"]
    reused = client.post(REFRESH, json={"refresh_token": tokens.refresh_token})
    assert refusal(reused) == SIGN_IN_REQUIRED
    assert refusal(client.post(REFRESH, json={"refresh_token": second["refresh_token"]})) == SIGN_IN_REQUIRED
    ended = client.get(ME, headers={"Authorization": f"Bearer {second['access_token']}"})
    assert refusal(ended) == SIGN_IN_REQUIRED


def test_a_refresh_token_of_another_brand_renews_nothing_and_ends_nothing(app, client, other_brand, tokens):
    asked = {"refresh_token": tokens.refresh_token}
    assert refusal(client_of(app, other_brand).post(REFRESH, json=asked)) == SIGN_IN_REQUIRED
    assert client.post(REFRESH, json=asked).status_code == 200


def test_a_browser_refreshes_by_cookie_and_sees_no_token(browser, own, tokens):
    response = browser.post(REFRESH, json={}, headers=own)
    assert response.get_json() == {"access_token": "", "refresh_token": "", "expires_in": 900}
    assert browser.get_cookie("malu_refresh", browser_host(own), "/api/session").value != tokens.refresh_token
    assert browser.get(ME).status_code == 200


def browser_host(own):
    return own["Origin"].removeprefix("http://")


def test_a_browser_without_a_sign_in_has_nothing_to_refresh(client, own):
    assert refusal(client.post(REFRESH, json={}, headers=own)) == SIGN_IN_REQUIRED


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_write_by_cookie_from_elsewhere_is_refused(browser, headers):
    assert refusal(browser.post(PHONE, json={"code": "x"}, headers=headers)) == FOREIGN
    assert refusal(browser.post(REFRESH, json={}, headers=headers)) == FOREIGN
    assert refusal(browser.delete(SESSION, headers=headers)) == FOREIGN
    assert browser.get(ME).status_code == 200


def test_a_write_by_cookie_from_an_own_page_passes_the_guard(browser, own):
    for headers in (own, {"Sec-Fetch-Site": "same-origin"}):
        assert refusal(browser.post(PHONE, json={"code": "x"}, headers=headers)) == (404, "identity.unknown_app")


def test_a_write_by_bearer_needs_no_origin(client, tokens):
    response = client.post(PHONE, json={"code": "x"}, headers=headers_of(tokens))
    assert refusal(response) == (404, "identity.unknown_app")


def test_signing_out_ends_the_session_for_browser_and_copies(browser, own, tokens):
    response = browser.delete(SESSION, headers=own)
    assert response.status_code == 204
    assert browser.get_cookie("malu_access", browser_host(own)) is None
    assert refusal(browser.get(ME, headers=headers_of(tokens))) == SIGN_IN_REQUIRED
    asked = {"refresh_token": tokens.refresh_token}
    assert refusal(browser.post(REFRESH, json=asked)) == SIGN_IN_REQUIRED


def test_a_mini_program_signs_out_by_its_token(client, tokens):
    assert client.delete(SESSION, headers=headers_of(tokens)).status_code == 204
    assert refusal(client.get(ME, headers=headers_of(tokens))) == SIGN_IN_REQUIRED
    nonsense = client.delete(SESSION, headers={"Authorization": "Bearer x"})
    assert refusal(nonsense) == SIGN_IN_REQUIRED


def test_a_role_change_kills_the_access_token_and_the_refresh_brings_the_role(client, brand, person_id, tokens):
    with transaction(brand.id) as session:
        identity.grant_role(session, person_id=person_id, role="owner", scope_id=5, by=None, at=clock.now())
    assert refusal(client.get(ME, headers=headers_of(tokens))) == SIGN_IN_REQUIRED
    renewed = client.post(REFRESH, json={"refresh_token": tokens.refresh_token}).get_json()
    me = client.get(ME, headers={"Authorization": f"Bearer {renewed['access_token']}"}).get_json()
    assert me["roles"] == [{"role": "owner", "scope_kind": "terminal", "scope_id": "5"}]
