"""Transactions: opened by routes, jobs and commands, joined by everything else, never nested."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from sqlalchemy import event, exc, text
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from app.kit import cache, ids
from app.kit.database import BrandModel, Statements, database, direct
from app.kit.errors import Unavailable

NEXT_NODE = "SELECT nextval('kit_node')"
_inside: ContextVar[bool] = ContextVar("malu_inside_transaction", default=False)
_LOST = (psycopg.OperationalError, psycopg.InterfaceError)
_LOST_WRAPPED = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)


class NestedTransaction(RuntimeError):
    """A verb opened a transaction of its own; only shells may."""


class ForeignRow(RuntimeError):
    """A row of one brand was added to the session of another."""


class BrandSession(Session):
    """A session whose ``info`` knows its brand: reads are filtered by it, new rows are stamped with it."""


@event.listens_for(BrandSession, "do_orm_execute")
def _filter_by_brand(state: ORMExecuteState) -> None:
    brand_id = state.session.info.get("brand_id")
    if brand_id is not None and (state.is_select or state.is_update or state.is_delete):
        state.statement = state.statement.options(
            with_loader_criteria(BrandModel, lambda cls: cls.brand_id == brand_id, include_aliases=True)
        )


@event.listens_for(BrandSession, "before_flush")
def _stamp_with_brand(session: Session, _context: Any, _instances: Any) -> None:
    brand_id = session.info.get("brand_id")
    for row in session.new:
        if not isinstance(row, BrandModel):
            continue
        if row.brand_id is None and brand_id is not None:
            row.brand_id = brand_id
        if row.brand_id != brand_id:
            raise ForeignRow(type(row).__name__)


@contextmanager
def transaction(brand_id: int) -> Iterator[Session]:
    """One transaction of one brand: commits at the end of the block, rolls back on any error.

    Raises `Unavailable` when the database cannot be reached or a lock is not granted in time.
    """
    with _open(brand_id) as session:
        yield session


@contextmanager
def global_transaction() -> Iterator[Session]:
    """A transaction over the few tables that belong to no brand."""
    with _open(None) as session:
        yield session


class statements:  # noqa: N801  reads as what it opens, like `transaction`
    """A scope of one brand in which each statement commits by itself: one round trip, nothing to roll back.

    For the shells whose whole change is one statement (`kit.statement.change`). Raises `Unavailable`.
    """

    __slots__ = ("_brand_id", "_connected", "_token")

    def __init__(self, brand_id: int) -> None:
        self._brand_id = brand_id

    def __enter__(self) -> Statements:
        if _inside.get():
            raise NestedTransaction
        self._token = _inside.set(True)
        try:
            return self._scope()
        except (*_LOST, *_LOST_WRAPPED) as error:
            _inside.reset(self._token)
            raise Unavailable from error

    def _scope(self) -> Statements:
        self._connected = direct().take()
        scope = Statements(self._connected, self._brand_id)
        if not ids.has_node():
            ids.use_node(scope.fetch_row(NEXT_NODE.encode(), ())[0])
        return scope

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        _inside.reset(self._token)
        direct().give(self._connected)
        if isinstance(error, _LOST):
            raise Unavailable from error


@contextmanager
def _open(brand_id: int | None) -> Iterator[Session]:
    if _inside.get():
        raise NestedTransaction
    token = _inside.set(True)
    session = BrandSession(database.engine, autobegin=False, expire_on_commit=False)
    session.info["brand_id"] = brand_id
    try:
        with session, session.begin():
            _assign_node(session)
            yield session
    except _LOST as error:
        raise Unavailable from error
    except _LOST_WRAPPED as error:
        raise Unavailable from error
    finally:
        _inside.reset(token)
    cache.forget_bumped(session)


def _assign_node(session: Session) -> None:
    """The first transaction of a process fetches its node number for `ids.new_id`."""
    if not ids.has_node():
        ids.use_node(session.execute(text(NEXT_NODE)).scalar_one())
