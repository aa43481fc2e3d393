"""Two libraries that were written for the real WeChat, pointed at the sandbox."""

import json
import secrets
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from wechatpayv3 import WeChatPay, WeChatPayType, core
from wechatpy import WeChatClient
from wechatpy.client.api import WeChatWxa
from wechatpy.exceptions import WeChatClientException, WeChatOAuthException
from wechatpy.oauth import WeChatOAuth

INFOS = [
    {"info_type": "活动名称", "info_content": "扫码有奖"},
    {"info_type": "奖励说明", "info_content": "一等奖"},
]


def witness(merchant, notify_url, **keys):
    return WeChatPay(
        wechatpay_type=WeChatPayType.MINIPROG,
        mchid=merchant.mch_id,
        private_key=merchant.keys["private_key_pem"],
        cert_serial_no=merchant.keys["serial_no"],
        apiv3_key=merchant.keys["apiv3_key"],
        appid=merchant.mini["app_id"],
        notify_url=notify_url,
        timeout=10,
        **keys,
    )


@pytest.fixture
def in_public_key_mode(sandbox, merchant, listener):
    keys = merchant.keys
    pay = witness(
        merchant,
        listener.url,
        public_key=keys["platform_public_key_pem"],
        public_key_id=keys["platform_public_key_id"],
    )
    pay._core._gate_way = sandbox.base_url
    return pay


@pytest.fixture
def in_certificate_mode(sandbox, merchant, listener, monkeypatch):
    """This library downloads certificates while it is built, so its gateway is replaced beforehand."""
    merchant.agree(mode="certificate")
    send = requests.get

    def get(url, **options):
        return send(url.replace("https://api.mch.weixin.qq.com", sandbox.base_url), **options)

    monkeypatch.setattr(core.requests, "get", get)
    pay = witness(merchant, listener.url)
    pay._core._gate_way = sandbox.base_url
    return pay


@pytest.fixture(params=["in_public_key_mode", "in_certificate_mode"])
def pay(request):
    return request.getfixturevalue(request.param)


def test_wechatpayv3_pays_and_reads_the_notification(sandbox, merchant, listener, pay):
    number = secrets.token_hex(8)
    status, text = pay.mch_transfer_bills(
        number, "1000", merchant.openid_of("afang"), 100, "扫码奖励", transfer_scene_report_infos=INFOS
    )
    assert status == 200, text
    sandbox.control("POST", "confirm", {"package": json.loads(text)["package_info"]})
    ((headers, body),) = listener.heard
    told = pay.callback(headers, body)
    assert told["event_type"] == "MCHTRANSFER.BILL.FINISHED"
    assert (told["resource"]["out_bill_no"], told["resource"]["state"]) == (number, "SUCCESS")
    status, text = pay.mch_transfer_bills_query(out_bill_no=number)
    assert (status, json.loads(text)["state"]) == (200, "SUCCESS")


def test_wechatpayv3_cancels(merchant, pay):
    number = secrets.token_hex(8)
    openid = merchant.openid_of("afang")
    pay.mch_transfer_bills(number, "1000", openid, 100, "扫码奖励", transfer_scene_report_infos=INFOS)
    status, text = pay.mch_transfer_bills_cancel(number)
    assert (status, json.loads(text)["state"]) == (200, "CANCELING")


def test_wechatpayv3_encrypts_a_name(sandbox, merchant, in_public_key_mode):
    number, openid = secrets.token_hex(8), merchant.openid_of("afang")
    status, text = in_public_key_mode.mch_transfer_bills(
        number, "1000", openid, 200_000, "扫码奖励", user_name="张芳", transfer_scene_report_infos=INFOS
    )
    assert status == 200, text
    bill = sandbox.control("POST", "confirm", {"package": json.loads(text)["package_info"]})
    assert bill["state"] == "SUCCESS"


def test_wechatpayv3_sees_a_bad_signature(sandbox, merchant, in_public_key_mode):
    number = merchant.transfer().json()["out_bill_no"]
    sandbox.control("POST", "faults", {"name": "bad_signature"})
    with pytest.raises(Exception, match="failed to verify the signature"):
        in_public_key_mode.mch_transfer_bills_query(out_bill_no=number)


@pytest.fixture
def client(sandbox, brand, monkeypatch):
    monkeypatch.setattr(WeChatClient, "API_BASE_URL", f"{sandbox.base_url}/cgi-bin/")
    monkeypatch.setattr(WeChatWxa, "API_BASE_URL", f"{sandbox.base_url}/")
    mini = brand["mini"]
    return WeChatClient(mini["app_id"], mini["secret"], access_token="T", auto_retry=False)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_wechatpy_exchanges_a_login_code(sandbox, brand, client):
    wish = {"user": "afang", "app_id": brand["mini"]["app_id"]}
    code = sandbox.control("POST", "login", wish)["js_code"]
    assert client.wxa.code_to_session(code)["openid"].startswith("o")
    with pytest.raises(WeChatClientException) as refusal:
        client.wxa.code_to_session(code)
    assert refusal.value.errcode == 40163


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_wechatpy_gets_a_ticket_and_signs_a_page(sandbox, brand, client):
    fields = {"grant_type": "client_credential", "appid": client.appid, "secret": client.secret}
    answer = requests.get(f"{sandbox.base_url}/cgi-bin/token", params=fields, timeout=5).json()
    client.session.set(client.access_token_key, answer["access_token"])
    ticket, url = client.jsapi.get_jsapi_ticket(), "http://127.0.0.1:8000/terminal?a=1"
    signature = client.jsapi.get_jsapi_signature("nonce", ticket, "1700000000", url)
    claims = {"appId": client.appid, "timestamp": "1700000000", "nonceStr": "nonce", "url": url}
    verdict = requests.get(
        f"{sandbox.base_url}/_client/config", params={**claims, "signature": signature}, timeout=5
    )
    assert verdict.json() == {"errMsg": "config:ok"}
    spoiled = requests.get(f"{sandbox.base_url}/_client/config", params={**claims, "signature": "00"}, timeout=5)
    assert spoiled.json() == {"errMsg": "config:invalid signature"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_wechatpy_signs_in_by_oauth(sandbox, brand, monkeypatch):
    monkeypatch.setattr(WeChatOAuth, "API_BASE_URL", f"{sandbox.base_url}/")
    monkeypatch.setattr(WeChatOAuth, "OAUTH_BASE_URL", f"{sandbox.base_url}/connect/")
    service = brand["service"]
    oauth = WeChatOAuth(service["app_id"], service["secret"], "http://127.0.0.1:8000/cb", "snsapi_userinfo", "s1")
    address = oauth.authorize_url.replace("#wechat_redirect", "&pick=laowang#wechat_redirect")
    location = requests.get(address, allow_redirects=False, timeout=5).headers["Location"]
    code = parse_qs(urlsplit(location).query)["code"][0]
    oauth.fetch_access_token(code)
    assert oauth.get_user_info()["nickname"] == "老王"
    assert oauth.check_access_token()
    assert oauth.refresh_access_token(oauth.refresh_token)["openid"] == oauth.open_id
    with pytest.raises(WeChatOAuthException):
        oauth.fetch_access_token(code)
