"""The OpenAPI 3.1 document, made from the contracts of the views (https://spec.openapis.org/oas/v3.1.0)."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Flask, Response, jsonify
from werkzeug.routing import Rule

from app.kit.errors import AppError, InvalidInput
from app.kit.http import Contract, Identifier

PATH_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "details": {"type": "object"},
            },
        }
    },
}
blueprint = Blueprint("openapi", __name__)
blueprint.audience = "operations"  # type: ignore[attr-defined]  # read by the factory's guards


def document(app: Flask) -> dict[str, Any]:
    """The whole document of an application, deterministic, as JSON values."""
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    spec = APISpec(
        title="Malu 码路",
        version="1",
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": "One scan pays the consumer, the terminal and the dealer.", "license": LICENSE},
    )
    assert plugin.converter is not None  # noqa: S101  set by APISpec
    plugin.map_to_openapi_type(Identifier, "string", None)  # type: ignore[no-untyped-call]  # the library's
    spec.components.schema("Error", ERROR)
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    for path, operations in _operations(app):
        spec.path(path=path, operations=operations)
    return spec.to_dict()


LICENSE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}


def _name(schema: Any) -> str:
    """``app.catalog.schemas.ProductSchema`` → ``catalog.Product``: packages may use the same word."""
    made = schema if inspect.isclass(schema) else type(schema)
    return f"{made.__module__.split('.')[1]}.{made.__name__.removesuffix('Schema')}"


def contracts(app: Flask) -> Iterator[tuple[Rule, str, Contract]]:
    """Every route with a contract, its method and its promise, in a stable order."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        promise = getattr(app.view_functions[rule.endpoint], "contract", None)
        for method in METHODS:
            if promise is not None and rule.methods is not None and method in rule.methods:
                yield rule, method, promise


def _operations(app: Flask) -> Iterator[tuple[str, dict[str, Any]]]:
    for rule, method, promise in contracts(app):
        view = app.view_functions[rule.endpoint]
        yield PATH_PARAMETER.sub(r"{\2}", rule.rule), {method.lower(): _operation(rule, view, promise)}


def _operation(rule: Rule, view: Any, promise: Contract) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": (view.__doc__ or rule.endpoint).strip().splitlines()[0],
        "tags": [rule.rule.split("/")[2] if rule.rule.startswith("/api/") else "pages"],
        "parameters": _parameters(rule, promise),
        "responses": _responses(promise),
    }
    if promise.accepts is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": promise.accepts}}}
    elif promise.upload is not None:
        file = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": {promise.upload: file}}
    return operation


def _parameters(rule: Rule, promise: Contract) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"in": "path", "name": name, "required": True, "schema": {"type": "string"}}
        for _, name in PATH_PARAMETER.findall(rule.rule)
    ]
    if promise.query is not None:
        parameters.append({"in": "query", "schema": promise.query})
    if promise.idempotent:
        key = {"type": "string", "minLength": 8, "maxLength": 80}
        parameters.append({"in": "header", "name": "Idempotency-Key", "required": True, "schema": key})
    return parameters


def _responses(promise: Contract) -> dict[str, Any]:
    status = promise.status
    answer: dict[str, Any] = {"description": "OK"}
    if promise.returns is not None:
        answer["content"] = {promise.media_type: {"schema": promise.returns}}
    elif promise.media_type != "application/json":
        answer["content"] = {promise.media_type: {"schema": {"type": "string", "format": "binary"}}}
    elif status == 200:  # noqa: PLR2004
        status = 204
    return {str(status): answer} | _refusals(promise)


def _refusals(promise: Contract) -> dict[str, Any]:
    errors = [*promise.errors]
    if promise.accepts is not None or promise.query is not None or promise.idempotent:
        errors.append(InvalidInput)
    by_status: dict[int, list[type[AppError]]] = {}
    for error in errors:
        by_status.setdefault(error.status, []).append(error)
    return {
        str(status): {
            "description": "; ".join(f"{error.code}: {error.message}" for error in refused),
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        }
        for status, refused in sorted(by_status.items())
    }


def serve(app: Flask) -> None:
    """``/api/openapi.json``, made once, and ``/api/docs``, a page to browse it."""
    made: list[dict[str, Any]] = []

    @blueprint.get("/api/openapi.json")
    def openapi() -> Response:
        """接口文档 (OpenAPI 3.1)"""
        if not made:
            made.append(document(app))
        return jsonify(made[0])

    app.register_blueprint(blueprint)
