"""The models' base, the engine and direct access to the driver."""

from collections.abc import MutableMapping, Sequence
from typing import Any

import psycopg
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from psycopg.adapt import Transformer
from psycopg.errors import InvalidSqlStatementName, error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from psycopg.types.json import set_json_loads
from sqlalchemy import BigInteger, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.kit import json_text
from app.kit.ids import new_id

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SESSION_OPTIONS = " ".join(
    f"-c {name}"
    for name in (
        "timezone=UTC",
        "statement_timeout=5000",
        "lock_timeout=2000",
        "idle_in_transaction_session_timeout=10000",
        "plan_cache_mode=force_generic_plan",
    )
)


class Model(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)


class BrandModel(Model):
    """A row that belongs to one brand: key ``(brand_id, id)``, filtered by the session's brand."""

    __abstract__ = True

    brand_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, sort_order=-2)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, sort_order=-1)


database = SQLAlchemy(model_class=Model)


def connect_database(app: Flask, url: str, *, pool_size: int) -> None:
    """Give the application its engine: a pool as large as its threads, bounded waits everywhere."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "pool_size": pool_size,
        "max_overflow": 2,
        "pool_timeout": 2,
        "pool_use_lifo": True,
        "pool_reset_on_return": None,  # both scopes of `kit.transaction` end what they began
        "connect_args": {"options": SESSION_OPTIONS, "connect_timeout": 2, "application_name": "malu"},
    }
    database.init_app(app)
    set_json_loads(json_text.loads)


class Prepared:
    """The statements that one connection has prepared, and how it reads their results."""

    __slots__ = ("made", "names", "transformer")

    def __init__(self, driver: psycopg.Connection[tuple[Any, ...]]) -> None:
        self.made = 0  # names are not used again: who knows which of them the server still knows
        self.names: dict[bytes, bytes] = {}
        self.transformer = Transformer(driver)


class Statements:
    """A connection on which every statement is a transaction of its own; ``info`` is as a session's."""

    __slots__ = ("_driver", "_prepared", "info")

    def __init__(
        self, driver: psycopg.Connection[tuple[Any, ...]], brand_id: int, kept: MutableMapping[Any, Any]
    ) -> None:
        self._driver = driver
        self.info: dict[str, Any] = {"brand_id": brand_id}
        self._prepared: Prepared = kept.get(Prepared) or kept.setdefault(Prepared, Prepared(driver))

    @property
    def driver(self) -> psycopg.Connection[tuple[Any, ...]]:
        """The connection for psycopg's own cursors, which begin a transaction unless they are told not to."""
        if not self._driver.autocommit:
            self._driver.autocommit = True
        return self._driver

    def fetch_row(self, text: bytes, values: Sequence[Any]) -> tuple[Any, ...]:
        """Run a statement that answers one row, prepared once for each connection; values travel as text.

        It is psycopg's libpq without its cursor: a third of the cost, for the two statements of a claim. Raises
        what psycopg raises.
        """
        transformer = self._prepared.transformer
        transformer.set_pgresult(self._run(text, values))
        row: tuple[Any, ...] = transformer.load_row(0, tuple)
        return row

    def _run(self, text: bytes, values: Sequence[Any]) -> PGresult:
        name = self._prepared.names.get(text) or self._prepare(text)
        sent: Any = [None if value is None else str(value).encode() for value in values]  # their hints forget NULL
        result = self._driver.pgconn.exec_prepared(name, sent)
        if result.status == ExecStatus.TUPLES_OK:
            return result
        if self._driver.closed:
            raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
        error = error_from_result(result)
        if not isinstance(error, InvalidSqlStatementName):
            raise error
        self._prepared.names.clear()  # after a rollback psycopg deallocates all that a connection has prepared
        return self._run(text, values)

    def _prepare(self, text: bytes) -> bytes:
        self._prepared.made += 1
        name = b"malu_%d" % self._prepared.made
        result = self._driver.pgconn.prepare(name, text)
        if result.status != ExecStatus.COMMAND_OK:
            raise error_from_result(result)
        self._prepared.names[text] = name
        return name


Scope = Session | Statements


def raw(session: Scope) -> psycopg.Connection[tuple[Any, ...]]:
    """The driver's connection inside the session's transaction, for the few hot statements."""
    if isinstance(session, Statements):
        return session.driver
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("the session is not bound to psycopg")
    return connection
