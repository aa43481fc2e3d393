"""The HTTP shell: what it refuses before a view runs, how it answers, and what it repeats."""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask, Response, g, jsonify
from flask.testing import FlaskClient
from marshmallow import Schema, fields, validate

from app.kit import clock, observe
from app.kit.database import connect_database, database
from app.kit.errors import AppError, Unavailable
from app.kit.http import HouseJson, Identifier, contract, register_errors
from app.kit.idempotency import answer_once
from app.kit.openapi import PATH_PARAMETER, contracts
from app.kit.paging import PageQuery
from app.kit.transaction import transaction
from tests.builders.console import staff_headers
from tests.conftest import TestBrand

LARGEST = (1 << 63) - 1
_effects = itertools.count(1)


class TakesSchema(Schema):
    name = fields.String(required=True, validate=validate.Length(max=20))
    amount_fen = fields.Integer(strict=True, load_default=1)
    id = Identifier(load_default=None, allow_none=True)
    tags = fields.List(fields.String())


class GivesSchema(Schema):
    id = Identifier()
    name = fields.String()
    at = fields.DateTime(format="iso")


class Gone(AppError):
    code = "test.gone"
    status = 410
    message = "不在了"
    message_en = "It is gone"


@contract(accepts=TakesSchema, returns=GivesSchema, errors=(Gone,), status=201)
def make(*, name: str, **given: Any) -> dict[str, Any]:
    refusals = {"gone": Gone(name=name), "lost": Unavailable()}
    if name in refusals:
        raise refusals[name]
    return {"id": given["id"] or LARGEST, "name": name, "at": datetime(2026, 11, 2, 4, tzinfo=UTC)}


@contract(query=PageQuery)
def browse(*, cursor: str | None, limit: int) -> Response:
    return Response(f"{cursor} {limit}")


@contract(accepts=TakesSchema, idempotent=True, status=201)
def pay(*, name: str, **_rest: Any) -> Response:
    with transaction(g.brand_id) as session:
        answer = answer_once(
            session,
            actor="person:1",
            key=g.idempotency_key,
            asked=g.input_hash,
            at=clock.now(),
            produce=lambda: {"name": name, "effect": next(_effects), "a": None},
        )
    return jsonify(answer)


@contract()
def nothing() -> None:
    return None


@pytest.fixture
def shell(app: Flask, brand: TestBrand, database_url: str) -> Iterator[FlaskClient]:
    """The kit alone, with four views."""
    made = Flask("shell")
    made.json = HouseJson(made)
    made.config["MAX_CONTENT_LENGTH"] = 2_000
    connect_database(made, database_url, pool_size=2)
    observe.observe(made, secure=True)
    register_errors(made)
    made.before_request(lambda: setattr(g, "brand_id", brand.id))
    for path, method, view in (
        ("/make", "POST", make),
        ("/browse", "GET", browse),
        ("/pay", "POST", pay),
        ("/nothing", "GET", nothing),
    ):
        made.add_url_rule(path, view_func=view, methods=[method])
    yield made.test_client()
    with made.app_context():
        database.engine.dispose()


def test_a_view_gets_its_fields_and_its_answer_is_dumped(shell: FlaskClient) -> None:
    response = shell.post("/make", json={"name": "中"})
    assert response.status_code == 201
    assert response.get_json() == {"id": str(LARGEST), "name": "中", "at": "2026-11-02T04:00:00+00:00"}


def test_identifiers_are_strings_in_json_and_numbers_inside(shell: FlaskClient) -> None:
    for given in ("17", 17):
        assert shell.post("/make", json={"name": "a", "id": given}).get_json()["id"] == "17"


def test_a_view_without_answer_is_204(shell: FlaskClient) -> None:
    response = shell.get("/nothing")
    assert (response.status_code, response.data) == (204, b"")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'"text"', "application/json"),
        (b"null", "application/json"),
        (b'{"name": "a"}', "text/plain"),
        (b"name=a", "application/x-www-form-urlencoded"),
        (b'{"name": "\xff"}', "application/json"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(shell: FlaskClient, body: bytes, kind: str) -> None:
    response = shell.post("/make", data=body, content_type=kind)
    assert (response.status_code, response.get_json()["error"]["code"]) == (422, "kit.invalid_input")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": 5}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 21}, "name"),
        ({"name": "a", "amount_fen": "12"}, "amount_fen"),
        ({"name": "a", "amount_fen": 1.5}, "amount_fen"),
        ({"name": "a", "id": "seventeen"}, "id"),
        ({"name": "a", "id": 1 << 63}, "id"),
        ({"name": "a", "id": "99999999999999999999"}, "id"),
        ({"name": "a", "id": -1}, "id"),
        ({"name": "a", "tags": "b"}, "tags"),
        ({"name": "a", "nickname": "b"}, "nickname"),
    ],
)
def test_fields_that_do_not_fit_are_named(shell: FlaskClient, body: dict, field: str) -> None:
    response = shell.post("/make", json=body)
    assert response.status_code == 422
    assert list(response.get_json()["error"]["details"]["fields"]) == [field]


@pytest.mark.parametrize(
    "body", ['{"name": "a\\u0000"}', '{"name": "\\ud800"}', '{"name": "a", "tags": ["\\u0000"]}']
)
def test_text_that_no_database_can_hold_is_refused(shell: FlaskClient, body: str) -> None:
    response = shell.post("/make", data=body, content_type="application/json")
    assert (response.status_code, response.get_json()["error"]["code"]) == (422, "kit.invalid_input")


@pytest.mark.parametrize("body", ['{"name": "\\u4e2d"}', '{"name": "\\ud83d\\ude00"}', '{"name": "\\\\u0000"}'])
def test_escapes_of_honest_text_are_accepted(shell: FlaskClient, body: str) -> None:
    response = shell.post("/make", data=body, content_type="application/json")
    assert response.get_json()["name"] == json.loads(body)["name"]


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "page=2", "cursor=" + "x" * 33])
def test_a_query_that_does_not_fit_is_refused(shell: FlaskClient, query: str) -> None:
    assert shell.get(f"/browse?{query}").status_code == 422


def test_a_query_has_its_defaults(shell: FlaskClient) -> None:
    assert shell.get("/browse").text == "None 20"


def test_a_body_that_is_too_large_is_413(shell: FlaskClient) -> None:
    response = shell.post("/make", json={"name": "x" * 3_000})
    assert (response.status_code, response.get_json()["error"]["code"]) == (413, "kit.too_large")


def test_the_product_reads_no_more_than_a_megabyte(client: FlaskClient) -> None:
    response = client.post("/api/consumer/scans", json={"code": "x" * 1_100_000})
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("browser", "cookie", "message"),
    [
        (None, None, "不在了"),
        ("zh-CN,zh;q=0.9,en;q=0.8", None, "不在了"),
        ("en-GB,en;q=0.9", None, "It is gone"),
        ("en", "zh", "不在了"),
        (None, "en", "It is gone"),
        ("en", "fr", "It is gone"),
    ],
)
def test_a_refusal_speaks_the_persons_language(
    shell: FlaskClient, browser: str | None, cookie: str | None, message: str
) -> None:
    if cookie:
        shell.set_cookie("malu_lang", cookie)
    response = shell.post(
        "/make", json={"name": "gone"}, headers={"Accept-Language": browser} if browser else None
    )
    assert response.status_code == 410
    body = {"error": {"code": "test.gone", "message": message, "details": {"name": "gone"}}}
    assert response.get_json() == body


def test_a_part_that_does_not_answer_is_503(shell: FlaskClient) -> None:
    response = shell.post("/make", json={"name": "lost"})
    assert (response.status_code, response.get_json()["error"]["code"]) == (503, "kit.unavailable")


def test_an_unknown_address_and_a_wrong_method_are_json_too(shell: FlaskClient) -> None:
    missing, wrong = shell.get("/missing"), shell.get("/make")
    assert (missing.status_code, missing.get_json()["error"]["code"]) == (404, "kit.not_found")
    assert (wrong.status_code, wrong.get_json()["error"]["code"]) == (405, "http.405")
    assert "POST" in wrong.headers["Allow"]


@pytest.mark.parametrize("key", [None, "short", "x" * 81])
def test_a_write_with_an_effect_needs_a_key_of_8_to_80_characters(shell: FlaskClient, key: str | None) -> None:
    headers = {"Idempotency-Key": key} if key else {}
    response = shell.post("/pay", json={"name": "a"}, headers=headers)
    assert response.status_code == 422
    assert "header" in response.get_json()["error"]["details"]


def test_the_same_key_and_input_replays_the_same_answer(shell: FlaskClient) -> None:
    key = {"Idempotency-Key": "key-00000001"}
    first, again = (shell.post("/pay", json={"name": "a"}, headers=key) for _ in range(2))
    assert first.status_code == again.status_code
    assert first.get_json() == again.get_json()
    other = shell.post("/pay", json={"name": "b"}, headers=key)
    assert (other.status_code, other.get_json()["error"]["code"]) == (409, "kit.idempotency_key_reused")


def test_a_given_request_id_is_echoed_and_a_strange_one_replaced(shell: FlaskClient) -> None:
    assert shell.get("/nothing", headers={"X-Request-ID": "abc-12345"}).headers["X-Request-ID"] == "abc-12345"
    made = {
        shell.get("/nothing", headers={"X-Request-ID": given}).headers["X-Request-ID"] for given in ("a b", "")
    }
    assert len(made) == 2
    assert all(len(request_id) == 16 for request_id in made)


def test_answers_of_a_secure_site_ask_for_https_for_ever(shell: FlaskClient) -> None:
    headers = shell.get("/nothing").headers
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("number", [1 << 63, 10**30])
def test_no_address_with_an_absurd_number_is_a_server_error(
    app: Flask, brand: TestBrand, client: FlaskClient, number: int
) -> None:
    headers = staff_headers(brand, "brand_admin")
    for rule, method, _ in contracts(app):
        if rule.arguments and rule.rule.startswith("/api/console"):
            path = PATH_PARAMETER.sub(str(number), rule.rule)
            status = client.open(path, method=method, json={}, headers=headers).status_code
            assert 400 <= status < 500, f"{method} {path}: {status}"
