"""What the client makes of WeChat Pay's answers, from a scripted server with the platform's key."""

import json
import socket
from datetime import UTC, datetime

import pytest

from app.kit import clock
from app.platforms import NotificationUnreadable, NotificationUnverified, WeChatEndpoints, http
from app.platforms.wechatpay import (
    KeyRing,
    MerchantTransfers,
    Refused,
    TransferAnswer,
    TransferOrder,
    TransferState,
    Unknown,
    cash_marketing,
    commission,
    crypto,
    parse_notification,
    read_transfer,
)

SCENE = cash_marketing("夏日活动", "开盖有奖")
ORDER = TransferOrder("wx01", "W1", "o1", 88, "中奖", SCENE, notify_url="https://brand.example/hooks")
BILL = {
    "out_bill_no": "W1",
    "transfer_bill_no": "133",
    "create_time": "2026-03-01T10:00:00+08:00",
    "state": "WAIT_USER_CONFIRM",
    "package_info": "pkg",
}


def published(vector):
    """The key ring and the instant of a published notification."""
    ring = KeyRing.from_pem({vector["serial"]: vector["certificate"]})
    return ring, datetime.fromtimestamp(int(vector["headers"]["Wechatpay-Timestamp"]), UTC)


@pytest.fixture
def transfers(stub, merchant):
    return MerchantTransfers(merchant, stub.endpoints)


@pytest.fixture
def say(stub, platform):
    """Queue a signed answer."""

    def queue(body, status=200, serial="PUB_KEY_ID_01"):
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        timestamp = str(int(clock.now().timestamp()))
        signature = crypto.sign(platform.private_key, f"{timestamp}\nn\n".encode() + raw + b"\n")
        stub.answer(
            raw,
            status,
            [
                ("Wechatpay-Timestamp", timestamp),
                ("Wechatpay-Nonce", "n"),
                ("Wechatpay-Serial", serial),
                ("Wechatpay-Signature", signature),
            ],
        )

    return queue


def test_the_order_is_sent_as_documented(stub, transfers, say):
    say(BILL)
    answer = transfers.create(ORDER)
    assert answer == TransferAnswer("W1", TransferState.WAIT_USER_CONFIRM, "133", package_info="pkg")
    call = stub.calls[0]
    assert (call["REQUEST_METHOD"], call["PATH_INFO"]) == ("POST", "/v3/fund-app/mch-transfer/transfer-bills")
    assert call["HTTP_WECHATPAY_SERIAL"] == "PUB_KEY_ID_01"
    assert call["HTTP_AUTHORIZATION"].startswith("WECHATPAY2-SHA256-RSA2048 mchid=")
    assert json.loads(call["body"]) == {
        "appid": "wx01",
        "out_bill_no": "W1",
        "transfer_scene_id": "1000",
        "openid": "o1",
        "transfer_amount": 88,
        "transfer_remark": "中奖",
        "transfer_scene_report_infos": [
            {"info_type": "活动名称", "info_content": "夏日活动"},
            {"info_type": "奖励说明", "info_content": "开盖有奖"},
        ],
        "notify_url": "https://brand.example/hooks",
    }


def test_a_commission_has_its_own_scene_and_texts_are_cut_to_the_limit():
    scene = commission("终端店主", "赏" * 40)
    assert scene.scene_id == "1005"
    assert scene.reports == (("岗位类型", "终端店主"), ("报酬说明", "赏" * 32))


def test_a_name_travels_closed(stub, transfers, say, platform):
    say(BILL)
    transfers.create(TransferOrder("wx01", "W1", "o1", 250_000, "货款", SCENE, user_name="王建国"))
    sent = json.loads(stub.calls[0]["body"])["user_name"]
    assert "王" not in sent
    assert len(sent) == 344


@pytest.mark.parametrize(
    "wrong",
    [
        {"out_bill_no": "a-b"},
        {"out_bill_no": "a" * 33},
        {"amount_fen": 9},
        {"amount_fen": 20_001, "red_packet": True},
        {"amount_fen": 29, "user_name": "王"},
        {"amount_fen": 200_000},
    ],
)
def test_an_order_the_platform_would_refuse_cannot_be_made(wrong):
    fields = {
        "app_id": "wx01",
        "out_bill_no": "W1",
        "openid": "o1",
        "amount_fen": 88,
        "remark": "r",
        "scene": SCENE,
    }
    with pytest.raises(ValueError, match=r".+"):
        TransferOrder(**fields | wrong)


@pytest.mark.parametrize("state", list(TransferState))
def test_every_state_is_read(transfers, say, state):
    say(BILL | {"state": state, "fail_reason": "OVERDUE_CLOSE", "transfer_amount": 88, "openid": "o1"})
    answer = transfers.query("W1")
    assert (answer.state, answer.amount_fen, answer.openid) == (state, 88, "o1")
    assert state.is_final == (state in {"SUCCESS", "FAIL", "CANCELLED"})


def test_a_refusal_is_a_value_with_the_platforms_code(transfers, say):
    say({"code": "PARAM_ERROR", "message": "需传入转账场景报备信息"}, 400)
    assert transfers.create(ORDER) == Refused("PARAM_ERROR", "需传入转账场景报备信息")


def test_a_refusal_may_be_unsigned_but_not_forged(stub, transfers, say):
    stub.answer({"code": "NOT_FOUND", "message": "记录不存在"}, 404)
    assert transfers.query("W1").is_missing
    say({"code": "NOT_FOUND", "message": "记录不存在"}, 404)
    status, headers, _ = stub.answers.pop()
    stub.answer({"code": "NOT_FOUND", "message": "forged"}, status, headers)
    assert transfers.query("W1") == Unknown("bad_signature")


@pytest.mark.parametrize("code", ["NOT_ENOUGH", "FREQUENCY_LIMITED"])
def test_some_refusals_may_pass_later(transfers, say, code):
    say({"code": code, "message": ""}, 403)
    refusal = transfers.create(ORDER)
    assert refusal.may_pass_later
    assert not refusal.is_missing


def test_an_unsigned_success_is_unknown(stub, transfers):
    stub.answer(BILL)
    assert transfers.create(ORDER) == Unknown("unsigned")


def test_a_success_under_a_foreign_key_is_unknown(transfers, say):
    say(BILL, serial="PUB_KEY_ID_99")
    assert transfers.create(ORDER) == Unknown("unknown_key")


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", {"out_bill_no": "W1"}, BILL | {"state": "NEW_STATE"}, BILL | {"transfer_amount": "x"}],
)
def test_an_answer_we_cannot_read_is_unknown(transfers, say, body):
    say(body)
    assert transfers.create(ORDER) == Unknown("unreadable")


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"errcode": 1}'])
def test_an_error_page_on_the_way_is_unknown(stub, transfers, body):
    stub.answer(body, 403)
    assert transfers.create(ORDER) == Unknown("unreadable")


def test_an_answer_about_another_bill_is_unknown(transfers, say):
    say(BILL | {"out_bill_no": "W2"})
    assert transfers.query("W1") == Unknown("another_bill")


def test_a_creation_is_never_repeated_by_itself(stub, transfers):
    stub.answer({"code": "SYSTEM_ERROR", "message": ""}, 500)
    assert transfers.create(ORDER) == Unknown("server_error")
    assert len(stub.calls) == 1


def test_a_query_is_repeated_once_after_a_server_error(stub, transfers, say):
    stub.answer({"code": "SYSTEM_ERROR", "message": ""}, 500)
    say(BILL)
    assert transfers.query("W1").state is TransferState.WAIT_USER_CONFIRM
    assert len(stub.calls) == 2


def test_silence_is_unknown(merchant, monkeypatch):
    monkeypatch.setattr(http, "READ_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        transfers = MerchantTransfers(merchant, WeChatEndpoints(address, address, address))
        assert transfers.create(ORDER) == Unknown("timeout")
        assert transfers.query("W1") == Unknown("timeout")


def test_the_published_notification_is_read(vectors):
    v = vectors["notification"]
    ring, then = published(v)
    notification = parse_notification(v["headers"], v["body"].encode(), ring, v["apiv3_key"], then)
    assert notification.id == "3119dfba-e649-5eec-ab1e-3412bc4d2e17"
    assert (notification.event_type, notification.original_type) == (v["event_type"], "payscore")
    assert notification.created_at.isoformat() == "2021-06-24T16:37:26+08:00"
    assert notification.resource["out_contract_code"] == v["out_contract_code"]


def test_a_notification_is_verified_before_it_is_opened(vectors):
    v = vectors["notification"]
    ring, then = published(v)
    with pytest.raises(NotificationUnverified) as refusal:
        parse_notification(v["headers"], b"not json", ring, v["apiv3_key"], then)
    assert refusal.value.details == {"reason": "bad_signature"}
    with pytest.raises(NotificationUnverified) as refusal:
        parse_notification({}, v["body"].encode(), ring, v["apiv3_key"], then)
    assert refusal.value.details == {"reason": "unsigned"}


def test_a_notification_under_another_secret_is_unreadable(vectors):
    v = vectors["notification"]
    ring, then = published(v)
    with pytest.raises(NotificationUnreadable):
        parse_notification(v["headers"], v["body"].encode(), ring, "x" * 32, then)


def test_another_event_is_not_read_as_a_transfer(vectors, merchant):
    v = vectors["notification"]
    ring, then = published(v)
    notification = parse_notification(v["headers"], v["body"].encode(), ring, v["apiv3_key"], then)
    with pytest.raises(NotificationUnreadable):
        read_transfer(notification, merchant)
