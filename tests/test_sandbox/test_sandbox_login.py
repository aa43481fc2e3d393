import base64
import hashlib
import json

import pytest
import requests
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


@pytest.fixture
def mini(sandbox, brand):
    return brand["mini"]


@pytest.fixture
def code_for(sandbox, mini):
    def give(user="afang", kind="login"):
        answer = sandbox.control("POST", kind, {"user": user, "app_id": mini["app_id"]})
        return answer.get("js_code") or answer["code"]

    return give


@pytest.fixture
def exchange(sandbox, mini):
    def ask(code, **changes):
        fields = {"appid": mini["app_id"], "secret": mini["secret"], "js_code": code}
        fields |= {"grant_type": "authorization_code", **changes}
        return requests.get(f"{sandbox.base_url}/sns/jscode2session", params=fields, timeout=5).json()

    return ask


@pytest.fixture
def token(sandbox, mini):
    def ask(**changes):
        fields = {"grant_type": "client_credential", "appid": mini["app_id"], "secret": mini["secret"], **changes}
        return requests.post(f"{sandbox.base_url}/cgi-bin/stable_token", json=fields, timeout=5).json()

    return ask


def test_a_login_code_becomes_a_session(code_for, exchange):
    session = exchange(code_for())
    assert len(session["openid"]) == 28
    assert len(base64.b64decode(session["session_key"])) == 16
    assert session["unionid"].startswith("o")
    assert "errcode" not in session


def test_a_login_code_is_good_once(code_for, exchange):
    code = code_for()
    first, second = exchange(code), exchange(code)
    assert "openid" in first
    assert second["errcode"] == 40163
    assert " rid: " in second["errmsg"]


def test_a_login_code_lives_five_minutes(sandbox, code_for, exchange):
    code = code_for()
    sandbox.control("POST", "advance", {"seconds": 301})
    assert exchange(code)["errcode"] == 40029


def test_openids_belong_to_the_app_and_unionids_to_the_brand(sandbox, brand):
    other = sandbox.control("GET", "credentials?brand=2")
    apps = [brand["mini"], brand["service"], other["mini"], other["service"]]
    people = {person["id"]: person["accounts"] for person in sandbox.control("GET", "users")["items"]}
    mine = [people["afang"][app["app_id"]] for app in apps]
    assert len({one["openid"] for one in mine}) == 4
    assert mine[0]["unionid"] == mine[1]["unionid"] != mine[2]["unionid"] == mine[3]["unionid"]


def test_a_person_outside_the_open_platform_has_no_unionid(code_for, exchange):
    assert "unionid" not in exchange(code_for("meimei"))


def test_a_unionid_may_appear_later(sandbox, code_for, exchange):
    person = sandbox.control("POST", "users", {"nickname": "新人", "unionid": ""})
    assert "unionid" not in exchange(code_for(person["user"]))
    sandbox.control("PATCH", f"users/{person['user']}", {"unionid": "oLate"})
    assert exchange(code_for(person["user"]))["unionid"] == "oLate"


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"appid": ""}, 41002),
        ({"appid": "wx0000000000000000"}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "no"}, 40125),
        ({"js_code": ""}, 41008),
        ({"js_code": "no"}, 40029),
        ({"grant_type": "other"}, 40002),
    ],
)
def test_a_wrong_exchange_has_its_errcode(code_for, exchange, changes, errcode):
    assert exchange(code_for(), **changes)["errcode"] == errcode


def test_a_code_of_another_app_is_invalid(sandbox, code_for, exchange):
    other = sandbox.control("GET", "credentials?brand=2")["mini"]
    assert exchange(code_for(), appid=other["app_id"], secret=other["secret"])["errcode"] == 40029


def test_a_blocked_user_cannot_sign_in(code_for, exchange):
    assert exchange(code_for("yeying"))["errcode"] == 40226


def test_a_user_who_signs_in_too_often_is_slowed_down(code_for, exchange):
    errcodes = [exchange(code_for()).get("errcode") for _ in range(101)]
    assert errcodes == [None] * 100 + [45011]


def test_user_data_opens_with_the_session_key(sandbox, mini, code_for, exchange):
    key = exchange(code_for())["session_key"]
    data = sandbox.control("POST", "user-data", {"user": "afang", "app_id": mini["app_id"]})
    digest = hashlib.sha1((data["rawData"] + key).encode())  # noqa: S324 - WeChat's choice
    assert data["signature"] == digest.hexdigest()
    cipher = Cipher(algorithms.AES(base64.b64decode(key)), modes.CBC(base64.b64decode(data["iv"]))).decryptor()
    padded = cipher.update(base64.b64decode(data["encryptedData"])) + cipher.finalize()
    unpadder = padding.PKCS7(128).unpadder()
    plain = json.loads(unpadder.update(padded) + unpadder.finalize())
    assert plain["watermark"]["appid"] == mini["app_id"]
    assert plain["nickName"] == "阿芳"


def test_a_stable_token_stays_the_same_until_shortly_before_its_end(sandbox, token):
    first = token()
    assert (token()["access_token"], first["expires_in"]) == (first["access_token"], 7200)
    sandbox.control("POST", "advance", {"seconds": 6800})
    assert token()["access_token"] == first["access_token"]
    sandbox.control("POST", "advance", {"seconds": 200})
    assert token()["access_token"] != first["access_token"]


def ticket(sandbox, access_token):
    address = f"{sandbox.base_url}/cgi-bin/ticket/getticket"
    return requests.get(address, params={"access_token": access_token, "type": "jsapi"}, timeout=5).json()


def test_the_old_and_the_new_stable_token_overlap(sandbox, token):
    old = token()["access_token"]
    sandbox.control("POST", "advance", {"seconds": 7000})
    new = token()["access_token"]
    assert {ticket(sandbox, one)["errcode"] for one in (old, new)} == {0}
    sandbox.control("POST", "advance", {"seconds": 201})
    assert ticket(sandbox, old)["errcode"] == 42001


def test_a_forced_refresh_kills_the_stable_token(sandbox, token):
    old = token()["access_token"]
    new = token(force_refresh=True)["access_token"]
    assert ticket(sandbox, old)["errcode"] == 40001
    assert ticket(sandbox, new)["errcode"] == 0


def test_the_old_way_kills_the_token_before(sandbox, mini):
    fields = {"grant_type": "client_credential", "appid": mini["app_id"], "secret": mini["secret"]}
    tokens = [
        requests.get(f"{sandbox.base_url}/cgi-bin/token", params=fields, timeout=5).json()["access_token"]
        for _ in range(2)
    ]
    assert [ticket(sandbox, one)["errcode"] for one in tokens] == [40001, 0]


def test_a_stable_token_is_asked_for_by_post_and_json(sandbox, token):
    address = f"{sandbox.base_url}/cgi-bin/stable_token"
    assert requests.get(address, timeout=5).json()["errcode"] == 43002
    assert requests.post(address, data={"a": 1}, timeout=5).json()["errcode"] == 47001
    assert token(secret="no")["errcode"] == 40125


def test_a_ticket_stays_the_same_while_it_lives(sandbox, token):
    access = token()["access_token"]
    assert ticket(sandbox, access)["ticket"] == ticket(sandbox, access)["ticket"]
    assert ticket(sandbox, "")["errcode"] == 41001


def phone(sandbox, access_token, code):
    address = f"{sandbox.base_url}/wxa/business/getuserphonenumber?access_token={access_token}"
    return requests.post(address, json={"code": code}, timeout=5).json()


def test_a_phone_code_gives_the_number_once(sandbox, mini, token, code_for):
    access, code = token()["access_token"], code_for(kind="phone")
    info = phone(sandbox, access, code)["phone_info"]
    assert (info["phoneNumber"], info["countryCode"]) == ("13800010006", "86")
    assert info["watermark"]["appid"] == mini["app_id"]
    assert phone(sandbox, access, code)["errcode"] == 40029


def test_a_login_code_is_no_phone_code(sandbox, token, code_for):
    assert phone(sandbox, token()["access_token"], code_for())["errcode"] == 40029
    assert phone(sandbox, "no", code_for(kind="phone"))["errcode"] == 40001


def test_a_rotated_token_is_refused_until_a_new_one_is_asked_for(sandbox, token, code_for):
    old, code = token()["access_token"], code_for(kind="phone")
    sandbox.control("POST", "faults", {"name": "token_rotated"})
    assert [phone(sandbox, old, code)["errcode"] for _ in range(2)] == [40001, 40001]
    assert phone(sandbox, token()["access_token"], code)["errcode"] == 0


def test_wechat_may_be_busy(sandbox, code_for, exchange):
    code = code_for()
    sandbox.control("POST", "faults", {"name": "errcode", "errcode": -1})
    assert exchange(code)["errcode"] == -1
    assert "openid" in exchange(code)
