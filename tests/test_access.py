"""Every route has a guard, and what the guard leaves open is named here."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.identity.rules import API_SCOPES
from app.kit.openapi import PATH_PARAMETER, contracts

GUARDED = {"consumer", "terminal", "dealer", "console", "open"}
OPEN_TO_ALL = {"public", "operations", "session", "hooks"}
# Views of guarded audiences that serve people who have not signed in.
ANONYMOUS = {
    "/api/consumer/codes/<string:text>",
    "/api/consumer/codes/<string:text>/security",
    "/api/consumer/campaigns/<int:campaign_id>",
    "/api/consumer/scans",
    "/api/consumer/links",
    "/api/consumer/reports",
    "/api/consumer/reports/<int:report_id>/files",
    "/api/consumer/sessions/wechat",
    "/api/consumer/js-sdk",
    "/api/console/sessions",
}


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def audience_of(app: Flask, rule: Rule) -> str:
    blueprint = app.blueprints[rule.endpoint.rpartition(".")[0]]
    return blueprint.audience  # type: ignore[attr-defined]  # the factory refuses a blueprint without


def test_every_route_belongs_to_an_audience_and_its_blueprint_has_a_guard(app: Flask) -> None:
    for rule in rules(app):
        assert "." in rule.endpoint, f"{rule} belongs to no blueprint"
        assert audience_of(app, rule) in GUARDED | OPEN_TO_ALL, rule
        name = rule.endpoint.rpartition(".")[0]
        if audience_of(app, rule) != "operations":
            assert app.before_request_funcs.get(name), f"{rule} has no guard"


def test_every_api_route_has_a_contract(app: Flask) -> None:
    promised = {rule.rule for rule, _, _ in contracts(app)}
    for rule in rules(app):
        if rule.rule.startswith("/api/") and audience_of(app, rule) in GUARDED:
            assert rule.rule in promised, rule


def test_a_stranger_gets_in_nowhere_but_where_it_is_said(app: Flask, client: FlaskClient) -> None:
    for rule in rules(app):
        if audience_of(app, rule) not in GUARDED or rule.rule in ANONYMOUS:
            continue
        path = PATH_PARAMETER.sub("1", rule.rule)
        for method in sorted(rule.methods or ()):
            if method in {"GET", "POST", "PUT", "PATCH", "DELETE"}:
                response = client.open(path, method=method, json={} if method != "GET" else None)
                assert response.status_code == 401, f"{method} {path}: {response.status_code}"
                assert response.get_json()["error"]["code"] == "identity.sign_in_required"


def test_every_view_of_the_open_api_names_the_scope_that_opens_it(app: Flask) -> None:
    for rule in rules(app):
        if audience_of(app, rule) == "open":
            scope = getattr(app.view_functions[rule.endpoint], "identity_scope", None)
            assert scope in API_SCOPES, rule


def test_the_anonymous_views_named_here_exist(app: Flask) -> None:
    existing = {rule.rule for rule in rules(app)}
    assert existing >= ANONYMOUS


def test_a_host_without_a_brand_is_refused(app: Flask) -> None:
    response = app.test_client().get("/api/consumer/codes/X", headers={"Host": "nobody.test"})
    assert response.status_code == 404
    assert response.get_json()["error"]["code"] == "tenancy.unknown_brand"


@pytest.mark.parametrize("path", ["/healthz", "/api/openapi.json", "/s/0123456789ABCDEF"])
def test_every_answer_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response.headers["X-Request-ID"]
