"""A KMS over HTTP: a real little server wraps and unwraps, and every other answer keeps the secrets shut."""

import base64
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.factory import opened
from app.kit.sealing import Sealer, master_context
from app.platforms import HttpKms, KmsFailed
from config.settings import MasterKey
from tests.conftest import TEST_KEY

TOKEN = "a token of the tests"
VAULT = Sealer(os.urandom(32))


class Kms(BaseHTTPRequestHandler):
    """What stands before a real KMS: checks the token, seals under a key that never leaves."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return self._answer(401, b"{}")
        if self.path.endswith("/nonsense/unwrap"):
            return self._answer(200, b"<html>")
        try:
            return self._answer(200, json.dumps(self._changed(asked)).encode())
        except ValueError:
            return self._answer(400, b"{}")

    def _changed(self, asked):
        if self.path == "/v1/wrap":
            sealed = VAULT.seal(base64.b64decode(asked["plaintext"]), context=asked["context"])
            return {"ciphertext": base64.b64encode(sealed).decode()}
        plain = VAULT.open(base64.b64decode(asked["ciphertext"]), context=asked["context"])
        return {"plaintext": base64.b64encode(plain).decode()}

    def _answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Keep the tests quiet."""


@pytest.fixture(scope="module")
def kms_url():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Kms)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_was_wrapped_is_unwrapped_for_the_same_context_alone(kms_url):
    kms = HttpKms(kms_url, TOKEN)
    wrapped = kms.wrap(b"a master key", context="malu:master:2")
    assert b"a master key" not in wrapped
    assert kms.unwrap(wrapped, context="malu:master:2") == b"a master key"
    with pytest.raises(KmsFailed, match="refuses"):
        kms.unwrap(wrapped, context="malu:master:3")


def test_silence_refusal_and_nonsense_are_failures_that_tell_no_secret(kms_url):
    for kms in (
        HttpKms(kms_url, "wrong"),
        HttpKms(f"{kms_url}/nonsense", TOKEN),
        HttpKms("http://127.0.0.1:9", TOKEN),
    ):
        with pytest.raises(KmsFailed) as failed:
            kms.unwrap(b"x", context="malu:master:2")
        assert TOKEN not in str(failed.value)
    assert TOKEN not in repr(HttpKms(kms_url, TOKEN))


def test_a_process_opens_its_wrapped_master_key_at_the_kms(app, kms_url):
    kms, key = HttpKms(kms_url, TOKEN), os.urandom(32)
    wrapped = kms.wrap(key, context=master_context("2"))
    assert opened(MasterKey("2", wrapped, is_wrapped=True), kms) == key
    plain = base64.b64decode(TEST_KEY)
    assert opened(MasterKey("1", plain), kms) == plain
    with pytest.raises(KmsFailed):
        opened(MasterKey("3", wrapped, is_wrapped=True), kms)


def test_a_new_master_key_is_printed_wrapped_where_there_is_a_kms(app, kms_url, monkeypatch):
    runner = app.test_cli_runner()
    plain = runner.invoke(args=["new-master-key", "--id", "2"]).output.strip()
    assert len(base64.b64decode(plain.removeprefix("2:"))) == 32
    monkeypatch.setitem(app.config, "MALU_KMS", HttpKms(kms_url, TOKEN))
    wrapped = runner.invoke(args=["new-master-key", "--id", "3"]).output.strip()
    sealed = base64.b64decode(wrapped.removeprefix("3:kms:"))
    assert len(HttpKms(kms_url, TOKEN).unwrap(sealed, context=master_context("3"))) == 32
