"""Sign-in, phone and ticket end to end, against the WeChat sandbox as a process of its own."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from app.platforms import (
    HighRiskUser,
    InvalidLoginCode,
    LoginCodeUsed,
    PlatformBusy,
    PlatformIdentity,
    PlatformRefused,
    http,
)
from app.platforms.wechat import (
    MiniProgramApp,
    ServiceAccount,
    decrypt_user_data,
    raw_data_is_signed,
    stable_token,
)


@pytest.fixture
def mini(credentials, endpoints):
    return MiniProgramApp(endpoints=endpoints, open_account="open1", **credentials["mini"])


@pytest.fixture
def service(credentials, endpoints):
    return ServiceAccount(endpoints=endpoints, open_account="open1", **credentials["service"])


@pytest.fixture
def js_code(sandbox, mini):
    def make(user="afang"):
        return sandbox.control("POST", "login", {"user": user, "app_id": mini.app_id})["js_code"]

    return make


@pytest.fixture
def oauth_code(sandbox, service):
    def make(user="afang", scope="snsapi_base"):
        wish = {"user": user, "app_id": service.app_id, "scope": scope}
        return sandbox.control("POST", "oauth", wish)["code"]

    return make


@pytest.fixture
def phone_code(sandbox, mini):
    def make(user="afang"):
        return sandbox.control("POST", "phone", {"user": user, "app_id": mini.app_id})["code"]

    return make


def account_of(sandbox, user, app_id):
    people = sandbox.control("GET", "users")["items"]
    return next(person for person in people if person["user"] == user)["accounts"][app_id]


def test_a_mini_program_login_tells_who_it_is(sandbox, mini, js_code):
    account = account_of(sandbox, "afang", mini.app_id)
    expected = PlatformIdentity("wechat", mini.app_id, account["openid"], account["unionid"], "open1")
    assert mini.exchange(js_code()) == expected
    assert mini.exchange(js_code()) == expected


def test_a_used_code_is_refused(mini, js_code):
    code = js_code()
    mini.exchange(code)
    with pytest.raises((LoginCodeUsed, InvalidLoginCode)):
        mini.exchange(code)


def test_an_invented_code_is_refused(mini):
    with pytest.raises(InvalidLoginCode):
        mini.exchange("invented")


def test_a_code_of_another_app_is_refused(mini, service, js_code, oauth_code):
    for app, code in ((service, js_code()), (mini, oauth_code())):
        with pytest.raises((InvalidLoginCode, PlatformRefused)):
            app.exchange(code)


def test_an_old_code_is_refused(sandbox, mini, js_code):
    code = js_code()
    sandbox.control("POST", "advance", {"seconds": 301})
    with pytest.raises(InvalidLoginCode):
        mini.exchange(code)


def test_a_person_wechat_distrusts_is_refused(mini, js_code):
    with pytest.raises(HighRiskUser):
        mini.exchange(js_code("yeying"))


def test_a_person_outside_the_open_account_has_no_unionid(mini, js_code):
    assert mini.exchange(js_code("meimei")).unionid is None


def test_a_wrong_secret_is_a_refusal(mini, js_code):
    stranger = MiniProgramApp(mini.app_id, "0" * 32, mini.endpoints)
    with pytest.raises(PlatformRefused):
        stranger.exchange(js_code())


def test_a_busy_wechat_is_busy(sandbox, mini, js_code):
    code = js_code()
    sandbox.control("POST", "faults", {"name": "errcode", "errcode": -1})
    with pytest.raises(PlatformBusy):
        mini.exchange(code)
    assert mini.exchange(code).openid


@pytest.mark.parametrize("fault", ["bad_gateway", "drop_before_commit", "truncated"])
def test_a_broken_line_is_busy(sandbox, mini, js_code, fault):
    sandbox.control("POST", "faults", {"name": fault, "match": "jscode2session"})
    with pytest.raises(PlatformBusy):
        mini.exchange(js_code())


def test_a_slow_wechat_is_busy_in_time(sandbox, mini, js_code, monkeypatch):
    monkeypatch.setattr(http, "READ_SECONDS", 0.2)
    sandbox.control("POST", "faults", {"name": "timeout_after_commit", "match": "jscode2session"})
    with pytest.raises(PlatformBusy) as refusal:
        mini.exchange(js_code())
    assert refusal.value.details == {"reason": "timeout"}


def test_user_data_of_a_login_is_signed_and_opens_under_its_key(sandbox, mini, js_code):
    identity = mini.exchange_js_code(js_code())
    data = sandbox.control("POST", "user-data", {"user": "afang", "app_id": mini.app_id})
    assert raw_data_is_signed(data["rawData"], data["signature"], identity.session_key)
    opened = decrypt_user_data(data["encryptedData"], data["iv"], identity.session_key, mini.app_id)
    assert opened["openId"] == identity.openid


def test_a_page_sign_in_tells_who_it_is_silently(sandbox, service, oauth_code):
    identity = service.exchange(oauth_code())
    assert identity.openid == account_of(sandbox, "afang", service.app_id)["openid"]
    assert not identity.snapshot


def test_the_same_person_has_one_unionid_and_two_openids(mini, service, js_code, oauth_code):
    here, there = mini.exchange(js_code()), service.exchange(oauth_code(scope="snsapi_userinfo"))
    assert here.openid != there.openid
    assert here.unionid == there.unionid


def test_an_oauth_code_is_good_once(service, oauth_code):
    code = oauth_code()
    service.exchange(code)
    with pytest.raises(LoginCodeUsed):
        service.exchange(code)


def test_a_snapshot_visitor_is_marked(sandbox, service, oauth_code):
    assert service.exchange(oauth_code("kuaizhao")).snapshot


def test_name_and_picture_come_after_consent_only(service, oauth_code):
    asked = service.exchange_oauth_code(oauth_code(scope="snsapi_userinfo"))
    assert service.userinfo(asked.access_token, asked.openid).nickname == "阿芳"
    silent = service.exchange_oauth_code(oauth_code())
    with pytest.raises(PlatformRefused):
        service.userinfo(silent.access_token, silent.openid)


def test_the_authorization_page_answers_at_our_address(sandbox, service):
    url = service.authorize_url("http://127.0.0.1:8000/auth/wechat/callback", "snsapi_base", "abc123")
    assert requests.get(url, timeout=5).status_code == 200
    assert parse_qs(urlsplit(url).query)["state"] == ["abc123"]


def test_a_phone_button_gives_the_number_once(mini, phone_code, tokens):
    code = phone_code()
    phone = mini.phone_number(code, tokens)
    assert (phone.number, phone.country_code) == ("13800010006", "86")
    with pytest.raises((InvalidLoginCode, LoginCodeUsed)):
        mini.phone_number(code, tokens)


def test_an_expired_token_is_renewed_and_the_phone_arrives(sandbox, mini, phone_code, tokens):
    before = stable_token(mini, tokens)
    sandbox.control("POST", "advance", {"seconds": 8000})
    assert mini.phone_number(phone_code(), tokens).number
    assert stable_token(mini, tokens) != before


def test_a_token_that_died_early_is_renewed(sandbox, mini, phone_code, tokens):
    before = stable_token(mini, tokens)
    sandbox.control("POST", "faults", {"name": "token_rotated", "match": "getuserphonenumber"})
    assert mini.phone_number(phone_code(), tokens).number
    assert stable_token(mini, tokens) != before


def test_a_ticket_is_fetched_once(sandbox, service, tokens):
    sandbox.control("DELETE", "calls")
    assert service.jsapi_ticket(tokens) == service.jsapi_ticket(tokens)
    assert len(sandbox.control("GET", "calls?match=getticket")["items"]) == 1
