"""How the client reads WeChat's replies, from a scripted server: what no simulator is asked to play."""

import socket
import threading
import traceback

import pytest

from app.platforms import (
    HighRiskUser,
    InvalidLoginCode,
    LoginCodeUsed,
    PlatformBusy,
    PlatformRefused,
    WeChatEndpoints,
    http,
)
from app.platforms.wechat import MiniProgramApp, ServiceAccount

PERSON = {"openid": "o1", "session_key": "c2Vzc2lvbi1rZXktMDAwMQ==", "unionid": "u1"}
TOKEN = {"access_token": "T1", "expires_in": 7200}
PHONE = {"phone_info": {"purePhoneNumber": "13800000000", "phoneNumber": "13800000000", "countryCode": "86"}}


@pytest.fixture
def mini(stub):
    return MiniProgramApp("wx01", "very-secret", stub.endpoints, open_account="open1")


@pytest.fixture
def service(stub):
    return ServiceAccount("wx02", "very-secret", stub.endpoints)


def paths(stub):
    return [call["PATH_INFO"] for call in stub.calls]


def test_a_reply_is_json_whatever_its_content_type(stub, mini):
    stub.answer(PERSON, headers=[("Content-Type", "text/plain; charset=latin-1")])
    identity = mini.exchange("code")
    assert (identity.platform, identity.app_id, identity.openid) == ("wechat", "wx01", "o1")
    assert (identity.unionid, identity.open_account, identity.snapshot) == ("u1", "open1", False)


def test_a_missing_unionid_stays_missing(stub, mini):
    stub.answer({"openid": "o1", "session_key": "key", "unionid": "", "errcode": 0})
    assert mini.exchange("code").unionid is None


def test_the_session_key_does_not_show_in_representations(stub, mini):
    stub.answer(PERSON)
    assert PERSON["session_key"] not in repr(mini.exchange_js_code("code"))


@pytest.mark.parametrize(
    ("errcode", "error", "status"),
    [
        (40029, InvalidLoginCode, 400),
        (41008, InvalidLoginCode, 400),
        (40163, LoginCodeUsed, 409),
        (40226, HighRiskUser, 403),
        (-1, PlatformBusy, 503),
        (45011, PlatformBusy, 503),
        (40013, PlatformRefused, 502),
        (99999, PlatformRefused, 502),
    ],
)
def test_each_errcode_is_its_own_refusal(stub, mini, errcode, error, status):
    stub.answer({"errcode": errcode, "errmsg": "no, rid: 608d5803-66b84dfc-005383b1"})
    with pytest.raises(error) as refusal:
        mini.exchange("code")
    assert type(refusal.value) is error
    assert refusal.value.status == status
    assert refusal.value.details == {"errcode": errcode, "rid": "608d5803-66b84dfc-005383b1"}
    assert refusal.value.code.startswith("platforms.")
    assert refusal.value.message != refusal.value.message_en


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'{"errcode": "x"}', b'{"openid": "o1"}'])
def test_an_unreadable_or_incomplete_reply_is_busy(stub, mini, body):
    stub.answer(body)
    with pytest.raises(PlatformBusy):
        mini.exchange("code")


def test_a_server_error_does_not_spend_the_code_twice(stub, mini):
    stub.answer(b"", status=502)
    with pytest.raises(PlatformBusy):
        mini.exchange("code")
    assert len(stub.calls) == 1


def test_silence_is_busy_and_shows_no_secret(monkeypatch):
    monkeypatch.setattr(http, "READ_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        mini = MiniProgramApp("wx01", "very-secret", WeChatEndpoints(address, address, address))
        with pytest.raises(PlatformBusy) as refusal:
            mini.exchange("code")
    assert refusal.value.details == {"reason": "timeout"}
    assert "very-secret" not in "".join(traceback.format_exception(refusal.value))


def test_nobody_at_the_address_is_busy(stub):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    mini = MiniProgramApp("wx01", "secret", WeChatEndpoints(address, address, address))
    with pytest.raises(PlatformBusy) as refusal:
        mini.exchange("code")
    assert refusal.value.details == {"reason": "connection_lost"}


def test_no_answer_does_not_carry_the_address():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    query = {"secret": "very" + "-secret"}
    with pytest.raises(http.NoAnswer) as silence:
        http.send(http.Call("GET", address, query))
    assert "very-secret" not in "".join(traceback.format_exception(silence.value))


def test_a_redirect_is_not_followed(stub, mini):
    stub.answer(b"", status=302, headers=[("Location", stub.address)])
    with pytest.raises(PlatformBusy):
        mini.exchange("code")
    assert len(stub.calls) == 1


def test_a_token_is_fetched_once_and_kept_until_shortly_before_its_end(stub, mini, tokens):
    for reply in (TOKEN, PHONE, PHONE):
        stub.answer(reply)
    first, second = mini.phone_number("c1", tokens), mini.phone_number("c2", tokens)
    assert (first.number, first.country_code, second) == ("13800000000", "86", first)
    assert paths(stub).count("/cgi-bin/stable_token") == 1
    assert tokens.seconds == {"wechat:wx01:access_token": 6900}
    assert stub.calls[1]["body"] == b'{"code":"c1"}'


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_a_rejected_token_is_renewed_once(stub, mini, tokens, errcode):
    tokens.put("wechat:wx01:access_token", "old", 60)
    for reply in ({"errcode": errcode}, TOKEN, PHONE):
        stub.answer(reply)
    assert mini.phone_number("c1", tokens).number == "13800000000"
    assert tokens.get("wechat:wx01:access_token") == "T1"
    assert "access_token=T1" in stub.calls[2]["QUERY_STRING"]


def test_a_token_rejected_twice_is_given_up(stub, mini, tokens):
    for reply in (TOKEN, {"errcode": 40001}, {**TOKEN, "access_token": "T2"}, {"errcode": 40001}):
        stub.answer(reply)
    with pytest.raises(PlatformRefused) as refusal:
        mini.phone_number("c1", tokens)
    assert refusal.value.details["errcode"] == 40001
    assert len(stub.calls) == 4


def test_renewal_is_forced_only_when_wechat_insists_on_the_rejected_token(stub, mini, tokens):
    tokens.put("wechat:wx01:access_token", "T1", 60)
    for reply in ({"errcode": 40001}, TOKEN, {**TOKEN, "access_token": "T2"}, PHONE):
        stub.answer(reply)
    mini.phone_number("c1", tokens)
    assert b'"force_refresh":false' in stub.calls[1]["body"]
    assert b'"force_refresh":true' in stub.calls[2]["body"]
    assert tokens.get("wechat:wx01:access_token") == "T2"


def test_a_token_renewed_by_another_process_is_used(stub, mini, tokens):
    tokens.put("wechat:wx01:access_token", "old", 60)

    def reject_and_renew(_environ):
        tokens.put("wechat:wx01:access_token", "theirs", 60)
        return 200, [], b'{"errcode": 42001}'

    stub.answers.append(reject_and_renew)
    stub.answer(PHONE)
    mini.phone_number("c1", tokens)
    assert paths(stub) == ["/wxa/business/getuserphonenumber"] * 2
    assert "access_token=theirs" in stub.calls[1]["QUERY_STRING"]


def test_a_wrong_secret_is_refused_without_a_loop(stub, mini, tokens):
    stub.answer({"errcode": 40125, "errmsg": "invalid appsecret"})
    with pytest.raises(PlatformRefused):
        mini.phone_number("c1", tokens)
    assert len(stub.calls) == 1


def test_a_read_is_tried_again_after_a_server_error(stub, service, tokens):
    stub.answer(b"", status=500)
    for reply in (TOKEN, {"errcode": 0, "ticket": "K", "expires_in": 7200}):
        stub.answer(reply)
    assert service.jsapi_ticket(tokens) == "K"
    assert service.jsapi_ticket(tokens) == "K"
    assert len(stub.calls) == 3


@pytest.mark.parametrize("flag", [1, "1"])
def test_a_snapshot_visitor_is_marked(stub, service, flag):
    stub.answer({"access_token": "P", "openid": "o1", "scope": "snsapi_base", "is_snapshotuser": flag})
    assert service.exchange("code").snapshot


def test_a_nickname_with_control_characters_is_read(stub, service):
    stub.answer('{"openid": "o1", "nickname": "小\n码", "headimgurl": ""}'.encode())
    profile = service.userinfo("P", "o1")
    assert (profile.nickname, profile.avatar_url) == ("小\n码", None)


def test_every_thread_has_its_own_session(stub, mini):
    seen = []

    def remember():
        seen.append(http._session())

    threads = [threading.Thread(target=remember) for _ in range(2)]
    for thread in threads:
        thread.start()
        thread.join()
    assert seen[0] is not seen[1]


def test_cookies_and_the_environment_do_not_travel(stub, mini, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    stub.answer(PERSON, headers=[("Set-Cookie", "session=1; Path=/")])
    stub.answer(PERSON)
    mini.exchange("c1")
    mini.exchange("c2")
    assert "HTTP_COOKIE" not in stub.calls[1]
