"""Liveness, readiness and metrics."""

import json
import logging
import subprocess
import sys

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import text

from app.kit.transaction import global_transaction
from tests.conftest import ROOT

NOBODY = Redis.from_url("unix:///nonexistent/redis.sock")


def test_a_living_process_says_so_without_a_brand(app: Flask) -> None:
    response = app.test_client().get("/healthz", headers={"Host": "nobody.test"})
    assert (response.status_code, response.text) == (200, "ok\n")


def test_a_process_at_head_is_ready(app: Flask) -> None:
    response = app.test_client().get("/readyz")
    assert (response.status_code, response.text) == (200, "ready, redis present\n")


def test_a_process_without_redis_is_ready_all_the_same(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "malu_redis", NOBODY)
    response = app.test_client().get("/readyz")
    assert (response.status_code, response.text) == (200, "ready, redis absent\n")


def test_a_schema_that_is_not_at_head_is_not_ready(app: Flask) -> None:
    change = text("UPDATE alembic_version SET version_num = :version RETURNING version_num")
    with global_transaction() as session:
        head = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(change, {"version": "0000"})
    response = app.test_client().get("/readyz")
    with global_transaction() as session:
        session.execute(change, {"version": head})
    assert (response.status_code, response.get_json()["error"]["code"]) == (503, "kit.unavailable")


def ask_metrics(app: Flask, address: str, **headers: str) -> int:
    client = app.test_client()
    return client.get("/metrics", environ_base={"REMOTE_ADDR": address}, headers=headers).status_code


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "192.168.0.9", "fd00::1"])
def test_metrics_are_told_at_home(app: Flask, address: str) -> None:
    assert ask_metrics(app, address) == 200


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "", "somewhere"])
def test_metrics_are_hidden_from_the_world(app: Flask, address: str) -> None:
    assert ask_metrics(app, address) == 404


def test_metrics_believe_no_forwarded_address(app: Flask) -> None:
    assert ask_metrics(app, "8.8.8.8", **{"X-Forwarded-For": "127.0.0.1"}) == 404


def test_requests_are_counted_by_endpoint_and_status(client: FlaskClient) -> None:
    client.get("/healthz")
    told = client.get("/metrics").text
    assert 'malu_requests_total{endpoint="health.healthz",status="200"}' in told
    assert 'malu_request_seconds_bucket{endpoint="health.healthz",le="0.01"}' in told


def test_each_request_is_logged_with_its_id(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="malu.request"):
        client.get("/healthz", headers={"X-Request-ID": "abc-12345"})
    (record,) = [record for record in caplog.records if record.name == "malu.request"]
    assert (record.request_id, record.status, record.endpoint) == ("abc-12345", 200, "health.healthz")


LOGGING = """
import logging
from app.kit.observe import log_as_json
log_as_json()
log = logging.getLogger("malu.request")
log.info("request", extra={"request_id": "abc-12345", "status": 200})
log.warning("two\\nlines 中")
log.warning("no text", extra={"name_made_up": "\\ud800", "at": object})
try:
    1 / 0
except ZeroDivisionError:
    log.exception("failed", extra={"request_id": "def-67890"})
"""


def test_logs_are_one_json_object_a_line() -> None:
    done = subprocess.run([sys.executable, "-c", LOGGING], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["request", "two\nlines 中", "no text", "failed"]
    assert (lines[0]["request_id"], lines[0]["status"], lines[0]["level"]) == ("abc-12345", 200, "info")
    assert lines[2]["name_made_up"] == "\ud800"
    assert "ZeroDivisionError" in lines[3]["exception"]
    assert all(line["timestamp"] and line["logger"] == "malu.request" for line in lines)
    assert done.stdout == ""
