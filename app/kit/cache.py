"""Values per brand that every process keeps in memory until the brand's version changes.

A change of configuration calls `bump`; the process that made it forgets at its commit, the others within
about a second (a watcher thread reads the versions). Verbs that pay compare `version` once more inside their
transaction, so that a stale memory never decides about money.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from flask import Flask
from sqlalchemy import BigInteger, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kit.database import Model, database

T = TypeVar("T")
WATCH_SECONDS = 1.0
GLOBAL = 0
log = logging.getLogger(__name__)


class Version(Model):
    """How often a brand's configuration has changed; brand 0 stands for the global tables."""

    __tablename__ = "kit_version"

    brand_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    version: int
    value: T


class Versioned(Generic[T]):
    """A value loaded once per brand and version; call `get` outside of transactions."""

    registry: ClassVar[list["Versioned[Any]"]] = []

    def __init__(self, load: Callable[[Session, int], T]) -> None:
        self._load = load
        self._entries: dict[int, Entry[T]] = {}
        self._lock = threading.Lock()
        Versioned.registry.append(self)

    def get(self, brand_id: int) -> T:
        return self.entry(brand_id).value

    def entry(self, brand_id: int) -> Entry[T]:
        """The value together with the version it was loaded under."""
        found = self._entries.get(brand_id)
        if found is None:
            with self._lock:
                found = self._entries.get(brand_id) or self._fill(brand_id)
        return found

    def _fill(self, brand_id: int) -> Entry[T]:
        with Session(database.engine, autobegin=False) as session, session.begin():
            version = current_version(session, brand_id)
            entry = Entry(version, self._load(session, brand_id))
        self._entries[brand_id] = entry
        return entry

    def forget(self, brand_id: int, *, unless: int | None = None) -> None:
        """Drop the value of a brand, except when it was loaded under version ``unless``."""
        entry = self._entries.get(brand_id)
        if entry is not None and entry.version != unless:
            self._entries.pop(brand_id, None)

    def forget_all(self) -> None:
        self._entries.clear()


def current_version(session: Session, brand_id: int) -> int:
    statement = text("SELECT version FROM kit_version WHERE brand_id = :brand_id")
    return session.execute(statement, {"brand_id": brand_id}).scalar() or 0


def bump(session: Session, brand_id: int) -> None:
    """Say that the configuration of a brand changed; takes effect with the commit."""
    statement = text(
        "INSERT INTO kit_version (brand_id, version) VALUES (:brand_id, 1) "
        "ON CONFLICT (brand_id) DO UPDATE SET version = kit_version.version + 1"
    )
    session.execute(statement, {"brand_id": brand_id})
    session.info.setdefault("bumped", set()).add(brand_id)


def forget(brand_id: int, *, unless: int | None = None) -> None:
    for versioned in Versioned.registry:
        versioned.forget(brand_id, unless=unless)


def forget_bumped(session: Session) -> None:
    """After a commit: this process drops what its own change made stale."""
    for brand_id in session.info.pop("bumped", ()):
        forget(brand_id)


def watch(app: Flask) -> threading.Event:
    """Follow the versions from a daemon thread until the returned event is set."""
    stop = threading.Event()
    threading.Thread(target=_follow, args=(app, stop), name="malu-cache", daemon=True).start()
    return stop


def _follow(app: Flask, stop: threading.Event) -> None:
    while not stop.wait(WATCH_SECONDS):
        try:
            with app.app_context():
                _forget_changed()
        except SQLAlchemyError:
            log.warning("the database did not answer the cache watcher")


def _forget_changed() -> None:
    with Session(database.engine, autobegin=False) as session, session.begin():
        versions = session.execute(text("SELECT brand_id, version FROM kit_version")).all()
    for brand_id, version in versions:
        forget(brand_id, unless=version)
