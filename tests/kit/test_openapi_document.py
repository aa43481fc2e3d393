"""The OpenAPI 3.1 document holds together: every reference leads somewhere, every parameter is declared."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.kit.openapi import document

TYPES = {"object", "array", "string", "integer", "number", "boolean", "null"}


@pytest.fixture(scope="module")
def described(app: Flask) -> dict[str, Any]:
    described: dict[str, Any] = json.loads(json.dumps(document(app)))
    return described


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(child)


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    references = {node["$ref"] for node in nodes(described) if "$ref" in node}
    assert references
    for reference in references:
        found: Any = described
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


def test_operation_ids_are_unique(described: dict[str, Any]) -> None:
    counted = Counter(operation["operationId"] for _, _, operation in operations(described))
    assert [name for name, times in counted.items() if times > 1] == []


def test_every_parameter_of_a_path_is_declared_and_required(described: dict[str, Any]) -> None:
    for path, method, operation in operations(described):
        declared = {item["name"] for item in operation.get("parameters", []) if item["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path)), f"{method} {path}"
        assert all(item["required"] for item in operation.get("parameters", []) if item["in"] == "path")


def test_every_operation_answers_and_refuses_as_the_product_does(described: dict[str, Any]) -> None:
    for path, method, operation in operations(described):
        assert operation["responses"], f"{method} {path}"
        for status, response in operation["responses"].items():
            assert response["description"]
            if int(status) >= 400:
                schema = response["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Error"}, f"{method} {path} {status}"


def test_types_are_those_of_json_schema(described: dict[str, Any]) -> None:
    for schema in described["components"]["schemas"].values():
        for node in nodes(schema):
            if isinstance(found := node.get("type"), str | list):
                assert set([found] if isinstance(found, str) else found) <= TYPES, node
            assert "nullable" not in node, "OpenAPI 3.0, not 3.1"


def test_identifiers_are_described_as_strings(described: dict[str, Any]) -> None:
    for name, schema in described["components"]["schemas"].items():
        for field, node in schema.get("properties", {}).items():
            if field == "id" or field.endswith("_id"):
                assert "string" in node["type"], f"{name}.{field}"


def test_names_are_component_names(described: dict[str, Any]) -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in described["components"]["schemas"])
