from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

BILLS = "/v3/fund-app/mch-transfer/transfer-bills"


def set_fault(sandbox, name, **options):
    return sandbox.control("POST", "faults", {"name": name, **options})


def exists(merchant, order):
    return merchant.query(order["out_bill_no"]).status_code == 200


@pytest.mark.parametrize(("name", "done"), [("drop_before_commit", False), ("drop_after_commit", True)])
def test_the_line_may_drop_before_or_after_the_work(sandbox, merchant, name, done):
    set_fault(sandbox, name)
    order = merchant.order()
    with pytest.raises(requests.ConnectionError):
        merchant.send("POST", BILLS, order)
    assert exists(merchant, order) is done
    assert merchant.send("POST", BILLS, order).json()["state"] == "WAIT_USER_CONFIRM"
    assert merchant.accounts()["frozen"] == order["transfer_amount"]


@pytest.mark.parametrize(("name", "done"), [("timeout_before_commit", False), ("timeout_after_commit", True)])
def test_wechat_may_stay_silent_before_or_after_the_work(sandbox, merchant, name, done):
    set_fault(sandbox, name)
    order = merchant.order()
    with pytest.raises(requests.Timeout):
        merchant.send("POST", BILLS, order, timeout=0.3)
    assert exists(merchant, order) is done
    sandbox.control("DELETE", "faults")


@pytest.mark.parametrize(("name", "done"), [("error_before_commit", False), ("error_after_commit", True)])
def test_a_system_error_does_not_say_whether_it_was_done(sandbox, merchant, name, done):
    set_fault(sandbox, name)
    order = merchant.order()
    response = merchant.send("POST", BILLS, order)
    assert (response.status_code, response.json()["code"]) == (500, "SYSTEM_ERROR")
    assert exists(merchant, order) is done


def test_too_many_requests_are_429(sandbox, merchant):
    set_fault(sandbox, "rate_limited", times=2)
    assert [merchant.transfer().status_code for _ in range(3)] == [429, 429, 200]


def test_a_gateway_may_answer_html(sandbox, merchant):
    set_fault(sandbox, "bad_gateway", match="/v3/")
    response = merchant.transfer()
    assert (response.status_code, response.headers["Content-Type"]) == (502, "text/html")


def test_a_body_may_be_cut(sandbox, merchant):
    set_fault(sandbox, "truncated", match="/v3/")
    response = merchant.transfer()
    assert not merchant.believes(response.headers, response.content)


@pytest.mark.parametrize("name", ["bad_signature", "sign_test", "wrong_serial", "stale_timestamp"])
def test_a_response_may_be_signed_wrongly(sandbox, merchant, name):
    set_fault(sandbox, name)
    response = merchant.transfer()
    assert response.status_code == 200
    assert not merchant.believes(response.headers, response.content)
    assert merchant.state_of(response.json()["out_bill_no"]) == "WAIT_USER_CONFIRM"


def test_the_probe_is_recognisable(sandbox, merchant):
    set_fault(sandbox, "sign_test")
    assert merchant.transfer().headers["Wechatpay-Signature"].startswith("WECHATPAY/SIGNTEST/")


def test_a_success_may_be_unsigned(sandbox, merchant):
    set_fault(sandbox, "unsigned")
    response = merchant.transfer()
    assert response.status_code == 200
    assert "Wechatpay-Signature" not in response.headers


def test_the_other_platform_key_may_answer(sandbox, merchant):
    set_fault(sandbox, "other_serial")
    response = merchant.transfer()
    assert response.headers["Wechatpay-Serial"] == merchant.keys["platform_certificate_serial"]
    assert merchant.believes(response.headers, response.content)


def test_latency_delays_the_answer(sandbox, merchant):
    set_fault(sandbox, "latency", seconds=0.2, match="/v3/")
    assert merchant.transfer().elapsed.total_seconds() >= 0.2


def test_clearing_the_faults_lets_go_of_whoever_waits(sandbox, merchant, eventually):
    set_fault(sandbox, "timeout_after_commit", seconds=60, match=f"POST {BILLS}?")
    order = merchant.order()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(merchant.send, "POST", BILLS, order, timeout=30)
        eventually(lambda: exists(merchant, order))
        sandbox.control("DELETE", "faults")
        with pytest.raises(requests.ConnectionError):
            waiting.result(10)


def test_a_fault_hits_only_what_it_matches(sandbox, merchant):
    order = merchant.order()
    set_fault(sandbox, "error_before_commit", match=order["out_bill_no"])
    assert merchant.transfer().status_code == 200
    assert merchant.send("POST", BILLS, order).status_code == 500


def test_a_lasting_fault_lasts_until_it_is_cleared(sandbox, merchant):
    set_fault(sandbox, "rate_limited", times=0)
    assert {merchant.transfer().status_code for _ in range(3)} == {429}
    assert sandbox.control("GET", "faults")["items"][0]["name"] == "rate_limited"
    sandbox.control("DELETE", "faults")
    assert merchant.transfer().status_code == 200


@pytest.mark.parametrize(
    "wish", [{"name": "earthquake"}, {"name": "duplicate"}, {"name": "latency", "on": "moon"}]
)
def test_an_unknown_fault_is_refused(sandbox, wish):
    with pytest.raises(requests.HTTPError, match="400"):
        sandbox.control("POST", "faults", wish)


def test_calls_are_kept_for_inspection(sandbox, merchant):
    answer = merchant.transfer().json()
    (call,) = sandbox.control("GET", f"calls?match={answer['out_bill_no']}")["items"]
    assert (call["method"], call["url"], call["status"]) == ("POST", BILLS, 200)
    assert call["headers"]["authorization"].startswith("WECHATPAY2-SHA256-RSA2048 ")
