"""Lists by cursor: newest first, bounded, stable while rows are added."""

import base64
import functools
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from marshmallow import Schema, fields, validate
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.kit.errors import InvalidInput

T = TypeVar("T")
MAX_LIMIT = 100


class PageQuery(Schema):
    cursor = fields.String(load_default=None, validate=validate.Length(max=32))
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=MAX_LIMIT))


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: Sequence[T]
    next_cursor: str | None


def page(
    session: Session,
    statement: Select[T],
    column: InstrumentedAttribute[int],
    *,
    cursor: str | None,
    limit: int,
) -> Page[T]:
    """Up to ``limit`` rows below the cursor by descending ``column``; raises `InvalidInput` for a bad cursor."""
    if cursor is not None:
        statement = statement.where(column < decode_cursor(cursor))
    rows = session.scalars(statement.order_by(column.desc()).limit(limit + 1)).all()
    more = len(rows) > limit
    items = rows[:limit]
    return Page(items, encode_cursor(getattr(items[-1], column.key)) if more else None)


def encode_cursor(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes(8, "big")).decode().rstrip("=")


def decode_cursor(cursor: str) -> int:
    """The id behind a cursor; raises `InvalidInput`."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        (value,) = struct.unpack(">q", raw)
    except (ValueError, struct.error) as error:
        raise InvalidInput(cursor="not a cursor") from error
    if value < 0:
        raise InvalidInput(cursor="not a cursor")
    return int(value)


@functools.cache
def page_schema(item: type[Schema]) -> type[Schema]:
    """The schema of a page of ``item``."""
    attributes: dict[str, Any] = {
        "items": fields.List(fields.Nested(item), required=True),
        "next_cursor": fields.String(allow_none=True),
        "__module__": item.__module__,
    }
    return type(f"{item.__name__.removesuffix('Schema')}Page", (Schema,), attributes)
