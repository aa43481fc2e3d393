"""A sandbox per worker, a merchant who signs by hand, and a listener for notifications."""

import base64
import functools
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from tests.sandbox.process import SandboxProcess, start_sandbox

BILLS = "/v3/fund-app/mch-transfer/transfer-bills"


@pytest.fixture(scope="session")
def running_sandbox(tmp_path_factory):
    sandbox = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    sandbox.stop()


@pytest.fixture
def sandbox(running_sandbox):
    """The worker's sandbox on its first morning."""
    running_sandbox.control("POST", "reset")
    return running_sandbox


@functools.cache
def credentials_at(base_url, number):
    return requests.get(f"{base_url}/_ctl/credentials", params={"brand": number}, timeout=10).json()


@functools.cache
def personas_at(base_url):
    people = requests.get(f"{base_url}/_ctl/users", timeout=10).json()["items"]
    return {person["id"]: person["accounts"] for person in people}


@pytest.fixture
def brand(sandbox):
    return credentials_at(sandbox.base_url, 1)


@functools.cache
def load_key(pem):
    return load_pem_private_key(pem.encode(), None)


@dataclass
class Merchant:
    """Talks WeChat Pay v3 by hand, so that every byte can be spoiled on purpose."""

    sandbox: SandboxProcess
    keys: dict
    mini: dict
    serial: str | None = None

    @property
    def mch_id(self):
        return self.keys["mch_id"]

    def authorization(self, method, address, body, *, timestamp=None, nonce=None, **claims):
        timestamp, nonce = str(timestamp or int(time.time())), nonce or secrets.token_hex(16)
        message = f"{method}\n{address}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"
        key = load_key(self.keys["private_key_pem"])
        signature = base64.b64encode(key.sign(message, PKCS1v15(), hashes.SHA256())).decode()
        said = {"mchid": self.mch_id, "nonce_str": nonce, "timestamp": timestamp, "signature": signature}
        said |= {"serial_no": self.keys["serial_no"], **claims}
        return "WECHATPAY2-SHA256-RSA2048 " + ",".join(f'{name}="{value}"' for name, value in said.items())

    def send(self, method, address, body=b"", *, headers=None, timeout=10, **claims):
        raw = json.dumps(body, ensure_ascii=False).encode() if isinstance(body, dict) else body
        said = {"Accept": "application/json", "Content-Type": "application/json"}
        said["Authorization"] = self.authorization(method, address, raw, **claims)
        said |= {"Wechatpay-Serial": self.serial} if self.serial else {}
        url = self.sandbox.base_url + address
        return requests.request(method, url, data=raw, headers=said | (headers or {}), timeout=timeout)

    def order(self, user="afang", amount=100, **changes):
        """The body of a transfer that WeChat accepts."""
        infos = [
            {"info_type": "活动名称", "info_content": "扫码有奖"},
            {"info_type": "奖励说明", "info_content": "一等奖"},
        ]
        body = {
            "appid": self.mini["app_id"],
            "out_bill_no": secrets.token_hex(8),
            "transfer_scene_id": "1000",
            "openid": self.openid_of(user),
            "transfer_amount": amount,
            "transfer_remark": "扫码奖励",
            "transfer_scene_report_infos": infos,
        }
        return {name: value for name, value in (body | changes).items() if value is not None}

    def transfer(self, **changes):
        return self.send("POST", BILLS, self.order(**changes))

    def query(self, out_bill_no):
        return self.send("GET", f"{BILLS}/out-bill-no/{out_bill_no}")

    def state_of(self, out_bill_no):
        return self.query(out_bill_no).json()["state"]

    def openid_of(self, user):
        if user not in personas_at(self.sandbox.base_url):
            personas_at.cache_clear()
        return personas_at(self.sandbox.base_url)[user][self.mini["app_id"]]["openid"]

    def accounts(self):
        return self.sandbox.control("GET", f"merchants/{self.mch_id}")["accounts"]

    def agree(self, **terms):
        return self.sandbox.control("PATCH", f"merchants/{self.mch_id}", terms)

    def platform_key(self, serial):
        if serial == self.keys["platform_public_key_id"]:
            return load_pem_public_key(self.keys["platform_public_key_pem"].encode())
        if serial == self.keys["platform_certificate_serial"]:
            return load_pem_x509_certificate(self.keys["platform_certificate_pem"].encode()).public_key()
        return None

    def believes(self, headers, body):
        """True when the platform signed these bytes within the last five minutes."""
        key = self.platform_key(headers.get("Wechatpay-Serial", ""))
        stamp = headers.get("Wechatpay-Timestamp", "0")
        if key is None or abs(time.time() - int(stamp)) > 300:
            return False
        message = f"{stamp}\n{headers['Wechatpay-Nonce']}\n".encode() + body + b"\n"
        try:
            key.verify(base64.b64decode(headers["Wechatpay-Signature"]), message, PKCS1v15(), hashes.SHA256())
        except (ValueError, InvalidSignature):
            return False
        return True

    def open(self, resource):
        key, nonce = self.keys["apiv3_key"].encode(), resource["nonce"].encode()
        sealed = base64.b64decode(resource["ciphertext"])
        return json.loads(AESGCM(key).decrypt(nonce, sealed, resource["associated_data"].encode()))


def merchant_of_brand(sandbox, number=1):
    brand = credentials_at(sandbox.base_url, number)
    return Merchant(sandbox, brand["merchant"], brand["mini"])


@pytest.fixture
def merchant_of():
    return merchant_of_brand


@pytest.fixture
def merchant(sandbox):
    return merchant_of_brand(sandbox)


@pytest.fixture
def other_merchant(sandbox):
    return merchant_of_brand(sandbox, 2)


@dataclass
class Listener:
    """The merchant's side of notifications: answers what it is told and keeps what it hears."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    heard: list[tuple[dict, bytes]] = field(default_factory=list)

    def ids(self):
        return [json.loads(body)["id"] for _, body in self.heard]


class _Ear(BaseHTTPRequestHandler):
    def do_POST(self):
        listener = self.server.listener
        body = self.rfile.read(int(self.headers["Content-Length"]))
        listener.heard.append((dict(self.headers.items()), body))
        self.send_response(listener.statuses.pop(0) if listener.statuses else 204)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Ear)
    server.listener = Listener(f"http://127.0.0.1:{server.server_port}/hooks/wechatpay/1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.listener
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def eventually() -> Callable:
    """Wait until a condition holds, for at most five seconds."""

    def wait(condition):
        deadline, pause = time.monotonic() + 5, threading.Event()
        while not (answer := condition()):
            assert time.monotonic() < deadline, "it never happened"
            pause.wait(0.01)
        return answer

    return wait
