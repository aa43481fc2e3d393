"""Signing in through WeChat, played by the sandbox, from mini-program and web page."""

import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import func, select

from app.identity.models import PersonRow
from app.kit.transaction import transaction
from tests.conftest import client_of

ME = "/api/consumer/me"


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


def persons(brand):
    with transaction(brand.id) as session:
        return session.scalar(select(func.count()).select_from(PersonRow))


def by_mini_program(client, shop, user):
    asked = {"app_id": shop.mini, "js_code": shop.js_code(user)}
    return client.post("/api/consumer/sessions/wechat", json=asked)


def bearer(answer):
    return {"Authorization": f"Bearer {answer['access_token']}"}


def leave(client, next_path="/s/0ABC", **query):
    """The journey to WeChat's page: where it goes, and the state it goes with."""
    response = client.get("/auth/wechat", query_string={"next": next_path, **query})
    assert response.status_code == 302
    asked = parse_qs(urlsplit(response.location).query)
    return response, asked, asked["state"][0]


def come_back(client, state, code):
    return client.get("/auth/wechat/callback", query_string={"code": code, "state": state})


def by_page(client, shop, user, scope="snsapi_base"):
    _, _, state = leave(client, scope=scope)
    return come_back(client, state, shop.oauth_code(user, scope))


def cookie_of(response, name):
    (line,) = [line for line in response.headers.getlist("Set-Cookie") if line.startswith(f"{name}=")]
    return line


def test_a_mini_program_signs_in_and_uses_its_token(client, shop):
    answer = by_mini_program(client, shop, shop.somebody()).get_json()
    assert answer["expires_in"] == 900
    me = client.get(ME, headers=bearer(answer)).get_json()
    assert (me["id"], me["roles"], me["phone"]) == (answer["person"]["id"], [], None)


def test_the_same_user_is_the_same_person_and_leaves_no_cookie(client, shop, brand):
    user = shop.somebody()
    first, second = (by_mini_program(client, shop, user) for _ in range(2))
    assert first.get_json()["person"] == second.get_json()["person"]
    assert "Set-Cookie" not in first.headers
    assert persons(brand) == 1


def test_a_login_code_works_once(client, shop):
    asked = {"app_id": shop.mini, "js_code": shop.js_code(shop.somebody())}
    client.post("/api/consumer/sessions/wechat", json=asked)
    again = client.post("/api/consumer/sessions/wechat", json=asked)
    assert refusal(again) == (409, "platforms.login_code_used")


def test_an_app_of_nobody_or_of_the_wrong_kind_is_unknown(client, shop):
    for app_id in ("wx-not-ours", shop.service):
        response = client.post("/api/consumer/sessions/wechat", json={"app_id": app_id, "js_code": "x"})
        assert refusal(response) == (404, "identity.unknown_app")


def test_fields_nobody_asked_for_are_refused(client, shop):
    asked = {"app_id": shop.mini, "js_code": "x", "role": "brand_admin", "brand_id": 1}
    assert client.post("/api/consumer/sessions/wechat", json=asked).status_code == 422


def test_a_phone_number_comes_by_the_button_and_is_shown_masked(client, shop):
    user = shop.somebody(phone="13912345678")
    headers = bearer(by_mini_program(client, shop, user).get_json())
    answer = client.post("/api/consumer/phone", json={"code": shop.phone_code(user)}, headers=headers)
    assert answer.get_json() == {"phone": "139****5678"}
    assert client.get(ME, headers=headers).get_json()["phone"] == "139****5678"
    used = client.post("/api/consumer/phone", json={"code": "never-issued"}, headers=headers)
    assert refusal(used) == (400, "platforms.invalid_login_code")
    nobody = client.post("/api/consumer/phone", json={"code": "x"})
    assert refusal(nobody) == (401, "identity.sign_in_required")


def test_a_page_signs_in_silently_and_comes_back_to_where_it_was(client, shop, own):
    response, asked, state = leave(client)
    assert asked["scope"] == ["snsapi_base"]
    assert asked["redirect_uri"] == [f"{own['Origin']}/auth/wechat/callback"]
    assert response.location.endswith("#wechat_redirect")
    back = come_back(client, state, shop.oauth_code(shop.somebody()))
    assert (back.status_code, back.location) == (302, "/s/0ABC")
    assert client.get(ME).status_code == 200


def test_tokens_are_in_cookies_that_no_script_and_no_other_site_can_use(client, shop):
    back = by_page(client, shop, shop.somebody())
    access, refresh = cookie_of(back, "malu_access"), cookie_of(back, "malu_refresh")
    for line in (access, refresh):
        assert "HttpOnly" in line
        assert "SameSite=Lax" in line
    assert "Path=/;" in f"{access};"
    assert "Path=/api/session" in refresh


def test_cookies_are_secure_where_the_public_scheme_is(client, shop, app):
    app.config["MALU_PUBLIC_SCHEME"] = "https"
    try:
        back = by_page(client, shop, shop.somebody())
        assert "Secure" in cookie_of(back, "malu_access")
    finally:
        app.config["MALU_PUBLIC_SCHEME"] = "http"


def test_a_tap_for_userinfo_tells_the_name_and_joins_both_apps(client, shop, brand):
    user = shop.somebody(nickname="小雨")
    mini = by_mini_program(client, shop, user).get_json()
    by_page(client, shop, user, scope="snsapi_userinfo")
    me = client.get(ME).get_json()
    assert (me["id"], me["nickname"]) == (mini["person"]["id"], "小雨")
    assert persons(brand) == 1


def test_two_persons_become_one_when_the_unionid_shows(app, client, shop, brand, worker):
    user, phone = shop.somebody(), client_of(app, brand)
    by_page(client, shop, user)
    page_person = client.get(ME).get_json()["id"]
    mini = by_mini_program(phone, shop, user).get_json()
    assert mini["person"]["id"] != page_person
    by_page(client, shop, user, scope="snsapi_userinfo")
    assert client.get(ME).get_json()["id"] == page_person
    assert refusal(phone.get(ME, headers=bearer(mini))) == (401, "identity.sign_in_required")
    asked = {"refresh_token": mini["refresh_token"]}
    renewed = phone.post("/api/session/refresh", json=asked).get_json()
    assert phone.get(ME, headers=bearer(renewed)).get_json()["id"] == page_person
    worker()


@pytest.mark.parametrize("scope", ["snsapi_base", "snsapi_userinfo"])
def test_a_snapshot_user_goes_back_without_any_identity(client, shop, brand, scope):
    back = by_page(client, shop, shop.somebody(snapshot=True), scope)
    assert back.location == "/s/0ABC?refused=identity.snapshot_user"
    assert persons(brand) == 0
    assert client.get(ME).status_code == 401


def test_a_used_code_goes_back_with_the_reason(client, shop):
    code = shop.oauth_code(shop.somebody())
    come_back(client, leave(client)[2], code)
    _, _, state = leave(client, next_path="/wallet?tab=all")
    assert come_back(client, state, code).location == "/wallet?tab=all&refused=platforms.login_code_used"


def test_who_declines_comes_back_as_they_left(client, shop):
    _, _, state = leave(client)
    back = client.get("/auth/wechat/callback", query_string={"state": state})
    assert back.location == "/s/0ABC"
    assert client.get(ME).status_code == 401


def test_a_state_belongs_to_the_browser_it_left_from(app, client, shop, brand):
    _, _, state = leave(client)
    victim = client_of(app, brand)
    response = come_back(victim, state, shop.oauth_code(shop.somebody()))
    assert refusal(response) == (400, "identity.sign_in_expired")
    assert victim.get(ME).status_code == 401


def test_a_state_works_once(client, shop):
    user = shop.somebody()
    _, _, state = leave(client)
    come_back(client, state, shop.oauth_code(user))
    again = come_back(client, state, shop.oauth_code(user))
    assert refusal(again) == (400, "identity.sign_in_expired")


def test_a_made_up_state_is_refused(client, shop):
    _, _, state = leave(client)
    wrong = state[:8] + "0" * 24
    assert refusal(come_back(client, wrong, "code")) == (400, "identity.sign_in_expired")
    assert client.get("/auth/wechat/callback?code=x").status_code == 422
    assert client.get("/auth/wechat/callback?code=x&state=../..").status_code == 422


def test_two_tabs_sign_in_side_by_side(client, shop):
    user = shop.somebody()
    states = [leave(client, next_path=path)[2] for path in ("/s/A", "/s/B")]
    landed = [come_back(client, state, shop.oauth_code(user)).location for state in states]
    assert landed == ["/s/A", "/s/B"]


@pytest.mark.parametrize(
    "place",
    ["//evil.example", "/\\evil.example", "/%2f%2fevil.example", "javascript:alert(1)", "https://evil.example"],
)
def test_nobody_is_sent_to_another_site(client, shop, place):
    response = client.get("/auth/wechat", query_string={"next": place})
    assert refusal(response) == (422, "kit.invalid_input")
    assert "Location" not in response.headers


def test_the_page_of_the_sandbox_leads_back(client, shop):
    """The address itself is what a browser would follow; WeChat's page answers it."""
    response, _, _ = leave(client)
    with requests.Session() as browser:
        browser.trust_env = False
        page = browser.get(response.location, timeout=10)
    assert page.status_code == 200


def test_the_js_sdk_is_signed_for_pages_of_this_site_only(client, shop, own):
    page = f"{own['Origin']}/s/0ABC"
    signed = client.get("/api/consumer/js-sdk", query_string={"url": page}).get_json()
    assert signed["app_id"] == shop.service
    assert len(signed["signature"]) == hashlib.sha1(usedforsecurity=False).digest_size * 2
    for foreign in ("http://evil.example/", f"{own['Origin']}.evil.example/", "javascript:1"):
        response = client.get("/api/consumer/js-sdk", query_string={"url": foreign})
        assert refusal(response) == (422, "kit.invalid_input")


def test_a_brand_without_a_service_account_says_so(client):
    assert refusal(client.get("/auth/wechat")) == (404, "identity.unknown_app")
