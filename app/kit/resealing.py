"""Rotation of the master key: every column that holds sealed bytes is named here by whoever seals into it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.kit import sealing
from app.kit.database import BrandModel


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column and the context that a row's bytes were sealed with."""

    column: InstrumentedAttribute[Any]
    context_of: Callable[[Any], str]

    @property
    def is_global(self) -> bool:
        return not issubclass(self.model, BrandModel)

    @property
    def model(self) -> type[Any]:
        return self.column.parent.class_


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a column is: the key of the last row looked at, None at the end.

    ``unreadable`` rows were sealed under a key that nobody gave, or for something else; they stay as they are.
    """

    last: tuple[Any, ...] | None
    resealed: int
    unreadable: int


_columns: list[SealedColumn] = []


def sealed_column(column: Any, context_of: Callable[[Any], str]) -> None:
    """Name a column whose bytes a rotation has to seal again."""
    _columns.append(SealedColumn(column, context_of))


def sealed_columns() -> tuple[SealedColumn, ...]:
    return tuple(_columns)


def reseal(session: Session, sealed: SealedColumn, *, after: tuple[Any, ...] | None, limit: int) -> Progress:
    """Seal the next rows of a column under the current master key; rows that are, stay as they are.

    Rows are taken in the order of their keys, so that a rotation that was broken off begins again and finds most
    of its work done. The session is of one brand, or of none for a global table.
    """
    model = sealed.model
    key = inspect(model).primary_key
    statement = select(model).where(sealed.column.is_not(None)).order_by(*key).limit(limit).with_for_update()
    if after is not None:
        statement = statement.where(tuple_(*key) > after)
    rows = session.scalars(statement).all()
    stale = [row for row in rows if not sealing.is_current(getattr(row, sealed.column.key))]
    resealed = sum(_reseal_row(sealed, row) for row in stale)
    session.flush()
    last = inspect(model).primary_key_from_instance(rows[-1]) if len(rows) == limit else None
    return Progress(tuple(last) if last else None, resealed, len(stale) - resealed)


def _reseal_row(sealed: SealedColumn, row: Any) -> bool:
    name, context = sealed.column.key, sealed.context_of(row)
    try:
        plain = sealing.open_sealed(getattr(row, name), context=context)
    except sealing.CannotOpen:
        return False
    setattr(row, name, sealing.seal(plain, context=context))
    return True
