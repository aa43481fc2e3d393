"""The OpenAPI document describes what the views take and give."""

import inspect

from flask import Flask
from flask.testing import FlaskClient

from app.kit.openapi import contracts, document


def test_the_document_is_openapi_3_1_and_names_every_contract(app: Flask, client: FlaskClient) -> None:
    served = client.get("/api/openapi.json").get_json()
    assert served["openapi"] == "3.1.0"
    operations = sum(len(path) for path in served["paths"].values())
    assert operations == sum(1 for _ in contracts(app))


def test_the_document_is_the_same_every_time(app: Flask) -> None:
    assert document(app) == document(app)


def test_every_operation_has_a_summary_of_its_own(app: Flask) -> None:
    for rule, _, _ in contracts(app):
        assert app.view_functions[rule.endpoint].__doc__, rule


def test_views_take_exactly_the_fields_of_their_schemas(app: Flask) -> None:
    for rule, _, promise in contracts(app):
        view = inspect.unwrap(app.view_functions[rule.endpoint])
        parameters = inspect.signature(view).parameters
        if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
            continue
        given = set(rule.arguments)
        for schema in (promise.accepts, promise.query):
            given |= set(schema.load_fields) if schema else set()
        assert set(parameters) == given, rule


def test_error_codes_are_unique_and_named_after_their_package(app: Flask) -> None:
    seen: dict[str, type] = {}
    for _, _, promise in contracts(app):
        for error in promise.errors:
            assert seen.setdefault(error.code, error) is error, error
            assert error.code.partition(".")[0] in error.__module__.split("."), error
            assert error.message != error.message_en
