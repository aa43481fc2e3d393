import json
import secrets
import time

import pytest

BILLS = "/v3/fund-app/mch-transfer/transfer-bills"


def refusal(response):
    return response.status_code, response.json()["code"]


def test_a_signature_covers_the_exact_bytes_of_the_body(merchant):
    body = json.dumps(merchant.order()).encode()
    genuine = merchant.authorization("POST", BILLS, body)
    assert refusal(merchant.send("POST", BILLS, body + b" ", headers={"Authorization": genuine})) == (
        401,
        "SIGN_ERROR",
    )
    assert merchant.send("POST", BILLS, body, headers={"Authorization": genuine}).status_code == 200


def test_a_signature_covers_the_query_as_it_was_sent(merchant):
    address = f"{BILLS}/out-bill-no/nothing?a=%E4%B8%AD"
    assert refusal(merchant.send("GET", address)) == (404, "NOT_FOUND")
    bare = merchant.authorization("GET", f"{BILLS}/out-bill-no/nothing", b"")
    assert refusal(merchant.send("GET", address, headers={"Authorization": bare})) == (401, "SIGN_ERROR")


def test_a_nonce_is_good_once(merchant):
    body, nonce = merchant.order(), secrets.token_hex(16)
    assert merchant.send("POST", BILLS, body, nonce=nonce).status_code == 200
    assert refusal(merchant.send("POST", BILLS, body, nonce=nonce)) == (401, "SIGN_ERROR")


@pytest.mark.parametrize("skew", [-310, 310])
def test_a_timestamp_is_within_five_minutes(merchant, skew):
    response = merchant.send("POST", BILLS, merchant.order(), timestamp=int(time.time()) + skew)
    assert refusal(response) == (401, "SIGN_ERROR")
    assert "Wechatpay-Signature" not in response.headers


def test_a_timestamp_keeps_to_real_time_when_the_clock_is_moved(sandbox, merchant):
    sandbox.control("POST", "advance", {"seconds": 7200})
    response = merchant.transfer()
    assert response.status_code == 200
    assert merchant.believes(response.headers, response.content)


@pytest.mark.parametrize("claims", [{"serial_no": "00" * 20}, {"mchid": "1900000000"}, {"signature": "bm8="}])
def test_a_wrong_claim_is_refused(merchant, claims):
    assert refusal(merchant.send("POST", BILLS, merchant.order(), **claims)) == (401, "SIGN_ERROR")


def test_one_merchant_cannot_sign_for_another(merchant, other_merchant):
    claims = {"mchid": other_merchant.mch_id, "serial_no": other_merchant.keys["serial_no"]}
    assert refusal(merchant.send("POST", BILLS, merchant.order(), **claims)) == (401, "SIGN_ERROR")


def test_an_unknown_platform_serial_is_refused(merchant):
    merchant.serial = "PUB_KEY_ID_1"
    assert refusal(merchant.transfer()) == (400, "PARAM_ERROR")


def test_an_unknown_field_is_refused_and_named(merchant):
    response = merchant.transfer(amount_yuan=1)
    assert refusal(response) == (400, "PARAM_ERROR")
    assert response.json()["detail"]["field"] == "/amount_yuan"
    assert response.headers["Request-ID"].endswith("-270924358")


INFOS = [
    {"info_type": "活动名称", "info_content": "扫码有奖"},
    {"info_type": "奖励说明", "info_content": "一等奖"},
]
WRONG = {
    "too little": ({"transfer_amount": 9}, 400, "PARAM_ERROR"),
    "a fraction": ({"transfer_amount": 10.0}, 400, "PARAM_ERROR"),
    "an amount as text": ({"transfer_amount": "10"}, 400, "PARAM_ERROR"),
    "a number with signs": ({"out_bill_no": "A-1"}, 400, "PARAM_ERROR"),
    "a long number": ({"out_bill_no": "A" * 33}, 400, "PARAM_ERROR"),
    "a long remark": ({"transfer_remark": "奖" * 33}, 400, "PARAM_ERROR"),
    "no openid": ({"openid": None}, 400, "PARAM_ERROR"),
    "a foreign openid": ({"openid": "o123"}, 400, "INVALID_REQUEST"),
    "a foreign app": ({"appid": "wx71d4e8a90c35fb26"}, 400, "APPID_MCHID_NOT_MATCH"),
    "an unknown scene": ({"transfer_scene_id": "9999"}, 400, "PARAM_ERROR"),
    "a scene not granted": ({"transfer_scene_id": "1002"}, 403, "NO_AUTH"),
    "no report": ({"transfer_scene_report_infos": None}, 400, "PARAM_ERROR"),
    "half a report": ({"transfer_scene_report_infos": INFOS[:1]}, 400, "PARAM_ERROR"),
    "a doubled report": ({"transfer_scene_report_infos": [*INFOS, INFOS[0]]}, 400, "PARAM_ERROR"),
    "another scene's report": ({"transfer_scene_id": "1005"}, 400, "PARAM_ERROR"),
    "a foreign perception": ({"user_recv_perception": "劳务报酬"}, 400, "INVALID_REQUEST"),
    "an unknown style": ({"user_recv_style": {"type": "BAG"}}, 400, "PARAM_ERROR"),
    "a big red packet": (
        {"user_recv_style": {"type": "RED_PACKET"}, "transfer_amount": 20_001},
        400,
        "PARAM_ERROR",
    ),
    "much without a name": ({"transfer_amount": 200_000}, 400, "PARAM_ERROR"),
    "little with a name": ({"transfer_amount": 29, "user_name": "eA=="}, 400, "PARAM_ERROR"),
    "a name in clear": ({"user_name": "张芳"}, 400, "PARAM_ERROR"),
    "http in public": ({"notify_url": "http://example.com/hook"}, 400, "PARAM_ERROR"),
    "a query in the address": ({"notify_url": "https://example.com/hook?a=1"}, 400, "PARAM_ERROR"),
}


@pytest.mark.parametrize(("changes", "status", "code"), WRONG.values(), ids=WRONG)
def test_what_wechat_would_not_accept_is_refused(merchant, changes, status, code):
    response = merchant.transfer(**changes)
    assert refusal(response) == (status, code)
    assert merchant.believes(response.headers, response.content)
    assert merchant.accounts().get("frozen", 0) == 0


def test_a_body_that_is_not_json_is_refused(merchant):
    assert refusal(merchant.send("POST", BILLS, b"appid=1")) == (400, "PARAM_ERROR")


@pytest.mark.parametrize(
    "changes",
    [
        {"user_recv_perception": "现金奖励"},
        {"user_recv_style": {"type": "RED_PACKET"}, "transfer_amount": 20_000},
        {"notify_url": "https://example.com/hooks/wechatpay/1"},
        {"transfer_amount": 10},
    ],
)
def test_what_wechat_accepts_is_accepted(merchant, changes):
    assert merchant.transfer(**changes).json()["state"] == "WAIT_USER_CONFIRM"


def test_commissions_have_a_scene_of_their_own(merchant):
    infos = [{"info_type": "岗位类型", "info_content": "店主"}, {"info_type": "报酬说明", "info_content": "返利"}]
    changes = {
        "transfer_scene_id": "1005",
        "transfer_scene_report_infos": infos,
        "user_recv_perception": "劳务报酬",
    }
    assert merchant.transfer(**changes).status_code == 200
