"""Real PostgreSQL and Redis for every test that asks for them; a brand of its own for each test."""

import base64
import hashlib
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Playwright, sync_playwright
from sqlalchemy.orm import Session

from app import tenancy
from app.factory import create_app
from app.kit import schema
from app.kit.cache import Versioned
from app.kit.database import database
from app.kit.limits import Limiter
from app.kit.transaction import global_transaction, transaction
from config.dev.services import start_postgres, start_valkey
from config.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
TEST_KEY = base64.b64encode(hashlib.sha256(b"tests").digest()).decode()
_numbers = itertools.count(1)

hypothesis_settings.register_profile("malu", deadline=None, max_examples=100)
hypothesis_settings.load_profile("malu")


@dataclass(frozen=True, slots=True)
class TestBrand:
    """A committed brand that belongs to one test alone."""

    __test__ = False

    id: int
    host: str
    name: str


@dataclass(frozen=True, slots=True)
class Services:
    """Where the real servers of this test run answer."""

    database_url: str
    redis_url: str


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The only one of the process: a second one cannot start beside it."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    """Servers given by ``./malu test``, or started here for a bare ``pytest``."""
    given = os.environ.get("MALU_TEST_DATABASE_URL")
    if given:
        yield Services(given, os.environ["MALU_TEST_REDIS_URL"])
        return
    folder = ROOT / "var" / "test" / os.environ.get("PYTEST_XDIST_WORKER", "main")
    postgres = start_postgres(folder / "postgres", durable=False)
    valkey = start_valkey(folder / "valkey", durable=False)
    yield Services(postgres.url, valkey.url)
    postgres.stop()
    valkey.stop()


@pytest.fixture(scope="session")
def database_url(services: Services) -> Iterator[str]:
    """The database of this worker."""
    with database_copy(services, f"malu_{os.getpid()}") as url:
        yield url


@contextmanager
def database_copy(services: Services, name: str) -> Iterator[str]:
    """A migrated database, copied from a template that is migrated once; gone afterwards."""
    template = f"malu_template_{_schema_hash()}"
    with _administrator(services) as connection:
        connection.execute("SELECT pg_advisory_lock(4242)")
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (template,)).fetchone()
        if found is None:
            connection.execute(f'CREATE DATABASE "{template}_making"')
            schema.upgrade(_named(services.database_url, f"{template}_making"))
            connection.execute(f'ALTER DATABASE "{template}_making" RENAME TO "{template}"')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        connection.execute("SELECT pg_advisory_unlock(4242)")
    yield _named(services.database_url, name)
    with _administrator(services) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _administrator(services: Services) -> Iterator[psycopg.Connection[Any]]:
    address = _named(services.database_url, "postgres").replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def _named(url: str, name: str) -> str:
    """The same server, another database."""
    head, mark, options = url.partition("?")
    return head.rsplit("/", 1)[0] + f"/{name}" + mark + options


def _schema_hash() -> str:
    digest = hashlib.sha256()
    for file in sorted((ROOT / "migrations" / "versions").glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@pytest.fixture(scope="session")
def app(database_url: str, services: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application, in test mode, with its context open."""
    made = create_app(
        Settings.from_env(
            {
                "MALU_MODE": "test",
                "MALU_MASTER_KEY": TEST_KEY,
                "MALU_TOKEN_KEYS": f"test:{TEST_KEY}",
                "DATABASE_URL": database_url,
                "REDIS_URL": services.redis_url,
                "MALU_ANY_BROWSER": "1",
                "MALU_PUBLIC_SCHEME": "http",
                "MALU_POOL_SIZE": "20",
                "MALU_FILES": str(tmp_path_factory.mktemp("files")),
                "MALU_REGIONS": str(ROOT / "config" / "dev" / "regions.geojson"),
                "MALU_GUESSES_PER_MINUTE": "1000000",
                "MALU_CLAIMS_PER_MINUTE": "1000000",
            }
        )
    )
    with made.app_context():
        yield made
        database.engine.dispose()


@pytest.fixture
def at() -> datetime:
    """Noon in Shanghai on an ordinary Monday."""
    return datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def brand(app: Flask) -> Iterator[TestBrand]:
    yield _new_brand()
    _forget_everything()


@pytest.fixture
def other_brand(app: Flask) -> TestBrand:
    return _new_brand()


def _new_brand() -> TestBrand:
    number = f"{os.getpid()}-{next(_numbers)}"
    host, name = f"b{number}.test", f"品牌{number}"
    with global_transaction() as session:
        brand_id = tenancy.add_brand(
            session, slug=f"b{number}", name=name, name_en=f"Brand {number}", color="#C8281A"
        )
        tenancy.add_host(session, brand_id=brand_id, host=host)
    return TestBrand(brand_id, host, name)


def _forget_everything() -> None:
    for versioned in Versioned.registry:
        versioned.forget_all()


class _Undo(Exception):
    pass


@pytest.fixture
def session(app: Flask, brand: TestBrand) -> Iterator[Session]:
    """An open transaction of the brand, rolled back at the end of the test."""
    with suppress(_Undo), transaction(brand.id) as opened:
        yield opened
        raise _Undo
    _forget_everything()


@pytest.fixture
def committed(brand: TestBrand) -> Callable[[], AbstractContextManager[Session]]:
    """Opens real transactions of the brand, which commit."""
    return lambda: transaction(brand.id)


@pytest.fixture
def client(app: Flask, brand: TestBrand) -> FlaskClient:
    """A browser that talks to the brand's host."""
    return client_of(app, brand)


class BrandClient(FlaskClient):
    """A test client that speaks to one brand's host unless told otherwise."""

    host = "localhost"

    def open(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("base_url", f"http://{self.host}")
        return super().open(*args, **kwargs)


def client_of(app: Flask, brand: TestBrand) -> FlaskClient:
    made = BrandClient(app, app.response_class)
    made.host = brand.host
    return made


@pytest.fixture
def one_minute(app: Flask, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits count within one minute that does not turn, from nothing, however long the test takes."""
    monkeypatch.setitem(app.extensions, "malu_limiter", Limiter(services.redis_url, ticks=lambda: 0.0))


@pytest.fixture
def worker(app: Flask) -> Callable[[], int]:
    """Runs every due job, as a worker process would, and says how many."""
    run: Callable[[], int] = app.extensions["malu_worker"].run_until_idle
    return run
