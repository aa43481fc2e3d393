"""The HTTP shell: contracts, the request's brand and language, errors as JSON."""

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, cast

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from flask.json.provider import DefaultJSONProvider
from marshmallow import Schema, ValidationError
from marshmallow import fields as marshmallow_fields
from typing_extensions import override
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import IntegerConverter, Map

from app.kit import json_text
from app.kit.errors import AppError, InvalidInput, NotFound, TooLarge
from app.kit.idempotency import hash_of
from app.kit.limits import Limiter

P = ParamSpec("P")
View = Callable[..., Any]
KEY_LENGTHS = range(8, 81)
LARGEST_ID = (1 << 63) - 1
NUL = rb"\u0000"


class Identifier(marshmallow_fields.Integer):
    """A 63-bit id: a string in JSON, an int inside."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(as_string=True, **kwargs)

    def _validated(self, value: Any) -> int:
        number = super()._validated(value)
        if not 0 <= number <= LARGEST_ID:
            raise self.make_error("invalid", input=value)
        return number


class HouseJson(DefaultJSONProvider):
    """JSON as the house writes and reads it: UTF-8, keys in the order in which they were given."""

    @override
    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return super().dumps(obj, **kwargs) if kwargs else json_text.dumps(obj)

    @override
    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return json_text.loads(s)

    @override
    def response(self, *args: Any, **kwargs: Any) -> Response:
        body = json_text.encode(self._prepare_response_obj(args, kwargs))
        return Response(body + b"\n", mimetype=self.mimetype)


class PathNumber(IntegerConverter):
    """``<int:…>`` in an address: a number that no column could hold is an address that does not exist."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_ID)


@dataclass(frozen=True, slots=True)
class Contract:
    """What a view takes, gives and refuses; the OpenAPI document is made from it."""

    accepts: Schema | None
    query: Schema | None
    returns: Schema | None
    errors: tuple[type[AppError], ...]
    status: int
    idempotent: bool
    media_type: str
    upload: str | None


def contract(
    *,
    accepts: type[Schema] | None = None,
    query: type[Schema] | None = None,
    returns: type[Schema] | None = None,
    errors: tuple[type[AppError], ...] = (),
    status: int = 200,
    idempotent: bool = False,
    media_type: str = "application/json",
    upload: str | None = None,
) -> Callable[[View], View]:
    """Load the body and the query into keyword arguments, dump what the view returns.

    A view that returns a `Response` (files, hot paths) is passed through. ``upload`` is the media type of a body
    that is a file: the view receives it itself (`kit.uploads`). Raises `InvalidInput`.
    """
    promise = Contract(
        accepts() if accepts else None,
        query() if query else None,
        returns() if returns else None,
        errors,
        status,
        idempotent,
        media_type,
        upload,
    )

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def call(**path: Any) -> Response:
            arguments = path | _loaded(promise)
            if promise.idempotent:
                g.idempotency_key = _key()
                g.input_hash = hash_of({"endpoint": request.endpoint, **arguments})
            return _dumped(promise, view(**arguments))

        call.contract = promise  # type: ignore[attr-defined]  # read by the OpenAPI writer and the tests
        return call

    return decorate


def _loaded(promise: Contract) -> dict[str, Any]:
    loaded: dict[str, Any] = {}
    try:
        if promise.accepts is not None:
            loaded |= cast("dict[str, Any]", promise.accepts.load(_json_object()))
        if promise.query is not None:
            loaded |= cast("dict[str, Any]", promise.query.load(request.args.to_dict()))
    except ValidationError as error:
        raise InvalidInput(fields=error.messages) from error
    return loaded


def _json_object() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise InvalidInput(body="a JSON object is expected")
    if NUL in request.get_data() and not _is_text(body):
        raise InvalidInput(body="NUL is no text")
    return body


def _is_text(value: Any) -> bool:
    """Whether PostgreSQL can hold every string of a JSON value; only an escape can bring another."""
    if isinstance(value, str):
        return "\0" not in value
    if isinstance(value, dict):
        return all(_is_text(key) and _is_text(child) for key, child in value.items())
    return all(map(_is_text, value)) if isinstance(value, list) else True


def _key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if len(key) not in KEY_LENGTHS:
        raise InvalidInput(header="Idempotency-Key of 8 to 80 characters is required")
    return key


def _dumped(promise: Contract, answer: Any) -> Response:
    if isinstance(answer, Response):
        return answer
    if promise.returns is None:
        return Response(status=promise.status if promise.status != 200 else 204)  # noqa: PLR2004
    response = jsonify(promise.returns.dump(answer))
    response.status_code = promise.status
    return response


def brand_id() -> int:
    """The brand of the request, found from its host before any view runs."""
    return cast("int", g.brand_id)


def language() -> str:
    """``zh`` unless the person chose English, by cookie or by the browser's preference."""
    environ = request.environ
    if "HTTP_COOKIE" in environ:
        chosen = request.cookies.get("malu_lang")
        if chosen in {"zh", "en"}:
            return chosen
    return "en" if environ.get("HTTP_ACCEPT_LANGUAGE", "zh")[:2].lower() == "en" else "zh"


def client_address() -> str:
    return request.remote_addr or "unknown"


def address_hash() -> str:
    """The caller's address, unreadable but stable, for sightings and logs."""
    return hashlib.sha256(client_address().encode()).hexdigest()[:16]


def limiter() -> Limiter:
    return cast("Limiter", current_app.extensions["malu_limiter"])


def render_error(error: AppError) -> Response:
    response = jsonify(error.body(language()))
    response.status_code = error.status
    return response


def register_errors(app: Flask) -> None:
    app.register_error_handler(AppError, render_error)
    app.register_error_handler(HTTPException, _render_http)


def _render_http(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        return render_error(TooLarge())
    if error.code == NotFound.status:
        return render_error(NotFound())
    body = {"error": {"code": f"http.{error.code}", "message": error.name, "details": {}}}
    response = jsonify(body)
    response.status_code = error.code or 500
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def blueprint(name: str, import_name: str, audience: str) -> Blueprint:
    """A blueprint of one audience under ``/api/<audience>``; the factory guards it by that name."""
    made = Blueprint(f"{audience}.{name}".replace(".", "_"), import_name, url_prefix=f"/api/{audience}")
    made.audience = audience  # type: ignore[attr-defined]  # read by the factory's guards
    return made
