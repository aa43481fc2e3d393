"""The models' base, the engine and direct access to the driver."""

from typing import Any

import psycopg
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

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
        "connect_args": {"options": SESSION_OPTIONS, "connect_timeout": 2, "application_name": "malu"},
    }
    database.init_app(app)


class Statements:
    """A connection on which every statement is a transaction of its own; ``info`` is as a session's."""

    __slots__ = ("driver", "info")

    def __init__(self, driver: psycopg.Connection[tuple[Any, ...]], brand_id: int) -> None:
        self.driver = driver
        self.info: dict[str, Any] = {"brand_id": brand_id}


Scope = Session | Statements


def raw(session: Scope) -> psycopg.Connection[tuple[Any, ...]]:
    """The driver's connection inside the session's transaction, for the few hot statements."""
    if isinstance(session, Statements):
        return session.driver
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("the session is not bound to psycopg")
    return connection
