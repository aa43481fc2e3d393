"""The models' base, the engine and direct access to the driver."""

from collections.abc import Sequence
from typing import Any, cast

import psycopg
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from psycopg.adapt import Transformer
from psycopg.errors import InvalidSqlStatementName, error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from psycopg.types.json import set_json_loads
from sqlalchemy import BigInteger, Engine, MetaData, event
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
DIRECT = "malu_direct"
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
    set_json_loads(json_text.loads)
    database.init_app(app)
    with app.app_context():
        app.extensions[DIRECT] = Direct(database.engine)


class Connected:
    """A connection that commits each statement, the statements it has prepared, and how it reads results."""

    __slots__ = ("driver", "made", "names", "transformer")

    def __init__(self, driver: psycopg.Connection[tuple[Any, ...]]) -> None:
        self.driver = driver
        self.made = 0  # names are not used again: who knows which of them the server still knows
        self.names: dict[bytes, bytes] = {}
        self.transformer = Transformer(driver)


class Direct:
    """Connections beside the engine's pool, whose bookkeeping costs as much as a hot statement's Python.

    A thread takes the one that was given back last, or opens another: there are never more than threads. What
    broke is not given back. They are closed with the engine.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: list[Connected] = []
        event.listen(engine, "engine_disposed", self._close)

    def take(self) -> Connected:
        try:
            return self._idle.pop()
        except IndexError:
            return self._open()

    def give(self, connected: Connected) -> None:
        if not connected.driver.closed:
            self._idle.append(connected)

    def _open(self) -> Connected:
        pooled = self._engine.raw_connection()
        driver = cast("psycopg.Connection[tuple[Any, ...]]", pooled.driver_connection)
        pooled.detach()
        driver.autocommit = True
        return Connected(driver)

    def _close(self, _: Engine) -> None:
        while self._idle:
            self._idle.pop().driver.close()


def direct() -> Direct:
    return cast("Direct", current_app.extensions[DIRECT])


class Statements:
    """A connection on which every statement is a transaction of its own; ``info`` is as a session's."""

    __slots__ = ("_connected", "info")

    def __init__(self, connected: Connected, brand_id: int) -> None:
        self._connected = connected
        self.info: dict[str, Any] = {"brand_id": brand_id}

    @property
    def driver(self) -> psycopg.Connection[tuple[Any, ...]]:
        """The connection for psycopg's own cursors."""
        return self._connected.driver

    def fetch_row(self, text: bytes, values: Sequence[Any]) -> tuple[Any, ...]:
        """Run a statement that answers one row, prepared once for each connection; values travel as text.

        It is psycopg's libpq without its cursor: a third of the cost, for the two statements of a claim. Raises
        what psycopg raises.
        """
        transformer = self._connected.transformer
        transformer.set_pgresult(self._run(text, values))
        row: tuple[Any, ...] = transformer.load_row(0, tuple)
        return row

    def _run(self, text: bytes, values: Sequence[Any]) -> PGresult:
        connected = self._connected
        name = connected.names.get(text) or self._prepare(text)
        sent: Any = [None if value is None else str(value).encode() for value in values]  # their hints forget NULL
        result = connected.driver.pgconn.exec_prepared(name, sent)
        if result.status == ExecStatus.TUPLES_OK:
            return result
        if connected.driver.closed:
            raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
        error = error_from_result(result)
        if not isinstance(error, InvalidSqlStatementName):
            raise error
        connected.names.clear()  # somebody has deallocated all that the connection had prepared
        return self._run(text, values)

    def _prepare(self, text: bytes) -> bytes:
        connected = self._connected
        connected.made += 1
        name = b"malu_%d" % connected.made
        result = connected.driver.pgconn.prepare(name, text)
        if result.status != ExecStatus.COMMAND_OK:
            raise error_from_result(result)
        connected.names[text] = name
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
