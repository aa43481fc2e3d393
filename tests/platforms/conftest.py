"""Published vectors, keys of both sides, a scripted WeChat for what the sandbox cannot be made to do, and the
sandbox itself."""

import json
import secrets
import threading
from dataclasses import dataclass, field
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from app.platforms import WeChatEndpoints
from app.platforms.wechatpay import KeyRing, Merchant, MerchantTransfers, TransferOrder, cash_marketing
from tests.sandbox.process import start_sandbox

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def vectors():
    return VECTORS


class MemoryTokens:
    """A `TokenStore`; `seconds` remembers how long each entry was meant to live."""

    def __init__(self):
        self.values, self.seconds = {}, {}

    def get(self, name):
        return self.values.get(name)

    def put(self, name, value, seconds):
        self.values[name], self.seconds[name] = value, seconds


@pytest.fixture
def tokens():
    return MemoryTokens()


@dataclass
class Side:
    """One side's RSA key."""

    private_key: rsa.RSAPrivateKey

    @property
    def private_pem(self):
        return self.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    @property
    def public_pem(self):
        key = self.private_key.public_key()
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def make_side():
    return Side(rsa.generate_private_key(65537, 2048))


@pytest.fixture(scope="session")
def make_key():
    return make_side


@pytest.fixture(scope="session")
def platform():
    return make_side()


@pytest.fixture(scope="session")
def merchant(platform):
    ring = KeyRing.from_pem({"PUB_KEY_ID_01": platform.public_pem})
    return Merchant("1900000001", "0A1B2C", make_side().private_pem, "k" * 32, ring)


@dataclass
class Stub:
    """A WeChat that gives the answers it was handed, in order, and remembers what it was asked.

    An answer is `(status, headers, body)`, or a function from the WSGI environment to one.
    """

    address: str = ""
    answers: list = field(default_factory=list)
    calls: list = field(default_factory=list)

    @property
    def endpoints(self):
        return WeChatEndpoints(api=self.address, open=self.address, pay=self.address)

    def answer(self, body, status=200, headers=()):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append((status, list(headers), raw))

    def __call__(self, environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        environ["body"] = environ["wsgi.input"].read(length)
        self.calls.append(environ)
        answer = self.answers.pop(0)
        status, headers, body = answer(environ) if callable(answer) else answer
        start_response(f"{status} Status", [*headers, ("Content-Length", str(len(body)))])
        return [body]


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *_arguments):
        """Say nothing."""


@pytest.fixture
def stub():
    app = Stub()
    server = make_server("127.0.0.1", 0, app, handler_class=QuietHandler)
    app.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield app
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory):
    """One sandbox per test worker, so that faults and clocks do not cross."""
    process = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield process
    process.stop()


@pytest.fixture
def sandbox(sandbox_process):
    yield sandbox_process
    sandbox_process.control("DELETE", "faults")


@pytest.fixture(scope="session")
def endpoints(sandbox_process):
    base = sandbox_process.base_url
    return WeChatEndpoints(api=base, open=base, pay=base)


@pytest.fixture(scope="session")
def credentials(sandbox_process):
    return sandbox_process.control("GET", "credentials?brand=1")


@pytest.fixture(scope="session")
def make_merchant(credentials):
    """Build brand 1's merchant with the platform's public key, its certificate, or both."""

    def make(*kinds, **changes):
        keys = credentials["merchant"] | changes
        pems = {
            "public_key": (keys["platform_public_key_id"], keys["platform_public_key_pem"]),
            "certificate": (keys["platform_certificate_serial"], keys["platform_certificate_pem"]),
        }
        ring = KeyRing.from_pem(dict(pems[kind] for kind in kinds))
        return Merchant(keys["mch_id"], keys["serial_no"], keys["private_key_pem"], keys["apiv3_key"], ring)

    return make


@pytest.fixture
def payer(make_merchant):
    return make_merchant("public_key", "certificate")


@pytest.fixture
def transfers(payer, endpoints):
    return MerchantTransfers(payer, endpoints)


@pytest.fixture
def make_order(sandbox, credentials):
    def make(user="afang", **changes):
        app_id = credentials["mini"]["app_id"]
        people = sandbox.control("GET", "users")["items"]
        person = next(person for person in people if person["user"] == user)
        fields = {
            "app_id": app_id,
            "out_bill_no": "T" + secrets.token_hex(12),
            "openid": person["accounts"][app_id]["openid"],
            "amount_fen": 88,
            "remark": "中奖",
            "scene": cash_marketing("夏日活动", "开盖有奖"),
        }
        return TransferOrder(**fields | changes)

    return make
