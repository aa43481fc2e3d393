import os
import secrets
import signal
import socket
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
import requests

from tests.sandbox.process import ROOT, start_sandbox


def test_it_refuses_to_listen_beyond_loopback(tmp_path):
    everywhere = "0.0.0.0"  # noqa: S104 - what must be refused
    command = [sys.executable, "-m", "tests.sandbox", "--host", everywhere, "--state", str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert result.returncode == 2
    assert "not a loopback address" in result.stderr


def test_a_port_in_use_is_one_clear_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(RuntimeError, match="in use"):
        start_sandbox(tmp_path, port=taken.getsockname()[1])


def test_a_second_run_keeps_keys_people_money_and_time(tmp_path, merchant_of, listener):
    first = start_sandbox(tmp_path)
    credentials = first.control("GET", "credentials?brand=1")
    person = first.control("POST", "users", {"nickname": "小新"})
    answer = merchant_of(first).transfer(user=person["user"], notify_url=listener.url).json()
    before = first.control("GET", "clock")["now"]
    first.control("POST", "advance", {"seconds": 3600})
    os.kill(first._process.pid, signal.SIGKILL)
    first.stop()
    second = start_sandbox(tmp_path)
    assert second.control("GET", "credentials?brand=1") == credentials | {
        "merchant": credentials["merchant"] | {"balance_fen": credentials["merchant"]["balance_fen"] - 100}
    }
    assert person in second.control("GET", "users")["items"]
    lived = datetime.fromisoformat(second.control("GET", "clock")["now"]) - datetime.fromisoformat(before)
    assert lived >= timedelta(seconds=3600)
    second.control("POST", "advance", {"seconds": 86400})
    assert merchant_of(second).state_of(answer["out_bill_no"]) == "FAIL"
    assert len(listener.heard) == 1
    second.stop()


def test_two_brands_have_nothing_in_common(sandbox):
    one, two = (sandbox.control("GET", f"credentials?brand={number}") for number in (1, 2))
    values = [
        {brand[app][name] for app in ("mini", "service") for name in ("app_id", "secret")}
        | {value for name, value in brand["merchant"].items() if name != "balance_fen"}
        for brand in (one, two)
    ]
    assert values[0].isdisjoint(values[1])


def test_it_stops_with_the_process_that_started_it(tmp_path, eventually):
    script = (
        "import sys; from tests.sandbox.process import start_sandbox;"
        "print(start_sandbox(sys.argv[1]).base_url, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        base_url = parent.stdout.readline().decode().strip()
        assert requests.get(f"{base_url}/healthz", timeout=5).json() == {"ok": True}
        parent.kill()

    def gone():
        try:
            requests.get(f"{base_url}/healthz", timeout=1)
        except requests.ConnectionError:
            return True
        return False

    eventually(gone)


def test_a_reset_brings_back_the_first_morning(sandbox, merchant):
    opening = merchant.accounts()
    person = sandbox.control("POST", "users", {"nickname": secrets.token_hex(4)})
    merchant.agree(mode="both")
    merchant.transfer()
    sandbox.control("POST", "advance", {"seconds": 60})
    sandbox.control("POST", "faults", {"name": "latency"})
    sandbox.control("POST", "reset")
    assert sandbox.control("GET", "transfers")["items"] == []
    assert sandbox.control("GET", "faults")["items"] == []
    assert sandbox.control("GET", "clock")["offset_seconds"] == 0
    assert person["user"] not in {one["id"] for one in sandbox.control("GET", "users")["items"]}
    assert merchant.accounts() == opening


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "login", {"user": "nobody", "app_id": "wx3fa2c1d0b7e94a61"}, "404"),
        ("POST", "login", {"user": "afang", "app_id": "wx"}, "404"),
        ("POST", "users", {}, "400"),
        ("POST", "users", {"nickname": "a", "colour": "b"}, "400"),
        ("PATCH", "merchants/1900010101", {"mode": "none"}, "400"),
        ("PATCH", "merchants/1900010101", {"mood": "good"}, "400"),
        ("POST", "advance", {"seconds": -1}, "400"),
        ("GET", "credentials?brand=3", None, "404"),
    ],
)
def test_a_mistake_at_the_control_api_is_refused(sandbox, method, path, body, status):
    with pytest.raises(requests.HTTPError, match=status):
        sandbox.control(method, path, body)


def test_the_front_page_leads_to_what_happened(sandbox):
    page = requests.get(sandbox.base_url, timeout=5).text
    for name in ("users", "transfers", "notifications", "calls", "faults", "clock"):
        assert f"/_ctl/{name}" in page
        assert sandbox.control("GET", name) is not None
