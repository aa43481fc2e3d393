import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

BACK = "http://127.0.0.1:8000/auth/wechat/callback"


@pytest.fixture
def service(sandbox, brand):
    return brand["service"]


@pytest.fixture
def authorize(sandbox, service):
    def ask(method="GET", data=None, cookies=None, pick=None, **changes):
        fields = {"appid": service["app_id"], "redirect_uri": BACK, "response_type": "code"}
        fields |= {"scope": "snsapi_base", "state": "abc123", **changes} | ({"pick": pick} if pick else {})
        address = f"{sandbox.base_url}/connect/oauth2/authorize?{urlencode(fields)}"
        return requests.request(method, address, data=data, cookies=cookies, allow_redirects=False, timeout=5)

    return ask


@pytest.fixture
def sns(sandbox, service):
    def ask(path, **fields):
        """WeChat calls its JSON text/plain without a charset, so the bytes are parsed."""
        return json.loads(requests.get(f"{sandbox.base_url}/sns/{path}", params=fields, timeout=5).content)

    return ask


@pytest.fixture
def grant(sandbox, service, sns):
    def ask(user="afang", scope="snsapi_userinfo", **changes):
        wish = {"user": user, "app_id": service["app_id"], "scope": scope}
        fields = {"appid": service["app_id"], "secret": service["secret"], "grant_type": "authorization_code"}
        fields |= {"code": sandbox.control("POST", "oauth", wish)["code"], **changes}
        return sns("oauth2/access_token", **fields)

    return ask


def returned(response):
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


@pytest.mark.parametrize("scope", ["snsapi_base", "snsapi_userinfo"])
def test_the_page_lets_one_pick_who_to_be(authorize, scope):
    response = authorize(scope=scope)
    assert response.status_code == 200
    assert "老王" in response.text
    assert 'data-user="afang"' in response.text


def test_a_script_picks_by_parameter(authorize):
    response = authorize(pick="laowang")
    assert response.status_code == 302
    assert response.headers["Location"].startswith(BACK)
    assert returned(response)["state"] == "abc123"
    assert returned(response)["code"]


def test_a_query_of_the_return_address_is_kept(authorize):
    response = authorize(pick="laowang", redirect_uri=f"{BACK}?next=/wallet")
    assert returned(response) | {"code": ""} == {"next": "/wallet", "code": "", "state": "abc123"}


def test_the_last_pick_is_remembered_and_offered_first(authorize):
    cookies = authorize(pick="xiaoyu").cookies
    page = authorize(cookies=cookies).text
    assert "上次使用" in page
    assert page.index("小雨") < page.index("老王")


def test_a_new_person_can_be_invented_on_the_page(sandbox, authorize):
    response = authorize("POST", {"nickname": "新来的<b>"})
    assert response.status_code == 302
    assert "新来的&lt;b&gt;" in authorize().text
    assert any(person["nickname"] == "新来的<b>" for person in sandbox.control("GET", "users")["items"])


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"appid": "wx0000000000000000"}, "appid"),
        ({"appid": "wx3fa2c1d0b7e94a61"}, "appid"),
        ({"redirect_uri": "https://example.com/"}, "redirect_uri"),
        ({"response_type": "token"}, "response_type"),
        ({"scope": "everything"}, "Scope"),
        ({"state": "a-b"}, "state"),
        ({"state": "a" * 129}, "state"),
    ],
)
def test_a_wrong_link_is_explained(authorize, changes, complaint):
    response = authorize(**changes)
    assert response.status_code == 400
    assert complaint in response.text


def test_the_order_of_parameters_matters(sandbox, service):
    fields = {"scope": "snsapi_base", "appid": service["app_id"], "redirect_uri": BACK, "response_type": "code"}
    response = requests.get(f"{sandbox.base_url}/connect/oauth2/authorize", params=fields, timeout=5)
    assert response.status_code == 400


def test_a_silent_grant_tells_the_openid_only(grant, sns):
    answer = grant(scope="snsapi_base")
    assert {"access_token", "expires_in", "refresh_token", "openid", "scope"} == answer.keys()
    refused = sns("userinfo", access_token=answer["access_token"], openid=answer["openid"])
    assert refused["errcode"] == 48001


def test_an_asked_grant_tells_the_profile(grant, sns):
    answer = grant()
    assert answer["unionid"]
    profile = sns("userinfo", access_token=answer["access_token"], openid=answer["openid"], lang="zh_CN")
    assert (profile["nickname"], profile["unionid"]) == ("阿芳", answer["unionid"])
    picture = requests.get(profile["headimgurl"], timeout=5)
    assert picture.headers["Content-Type"].startswith("image/svg+xml")


def test_a_snapshot_page_gets_a_virtual_account(sandbox, service, grant, sns):
    answer = grant("kuaizhao")
    assert answer["is_snapshotuser"] == 1
    assert "unionid" not in answer
    profile = sns("userinfo", access_token=answer["access_token"], openid=answer["openid"])
    assert profile["nickname"] == "微信用户"
    people = {person["id"]: person["accounts"] for person in sandbox.control("GET", "users")["items"]}
    assert people["kuaizhao"][service["app_id"]]["openid"] != answer["openid"]


def test_an_ordinary_user_is_not_marked_as_snapshot(grant):
    assert "is_snapshotuser" not in grant()


def test_an_oauth_code_is_good_once_and_for_five_minutes(sandbox, service, grant):
    wish = {"user": "afang", "app_id": service["app_id"], "scope": "snsapi_base"}
    used, late = (sandbox.control("POST", "oauth", wish)["code"] for _ in range(2))
    assert "openid" in grant(code=used)
    assert grant(code=used)["errcode"] == 40163
    sandbox.control("POST", "advance", {"seconds": 301})
    assert grant(code=late)["errcode"] == 40029
    assert grant(secret="no")["errcode"] == 40125


def test_a_grant_is_checked_refreshed_and_expires(sandbox, service, grant, sns):
    answer = grant()
    mine = {"access_token": answer["access_token"], "openid": answer["openid"]}
    assert sns("auth", **mine)["errcode"] == 0
    assert sns("auth", **mine | {"openid": "other"})["errcode"] == 40003
    sandbox.control("POST", "advance", {"seconds": 7201})
    assert sns("auth", **mine)["errcode"] == 42001
    renew = {"appid": service["app_id"], "grant_type": "refresh_token", "refresh_token": answer["refresh_token"]}
    fresh = sns("oauth2/refresh_token", **renew)
    assert sns("auth", access_token=fresh["access_token"], openid=fresh["openid"])["errcode"] == 0
    sandbox.control("POST", "advance", {"seconds": 31 * 86400})
    assert sns("oauth2/refresh_token", **renew)["errcode"] == 42002
    assert sns("oauth2/refresh_token", **renew | {"refresh_token": "no"})["errcode"] == 40030


def test_a_web_token_is_no_interface_token(sandbox, grant):
    address = f"{sandbox.base_url}/cgi-bin/ticket/getticket"
    fields = {"access_token": grant()["access_token"], "type": "jsapi"}
    assert requests.get(address, params=fields, timeout=5).json()["errcode"] == 40001
