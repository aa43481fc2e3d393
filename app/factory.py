"""The only place where every package meets."""

from collections.abc import Callable
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import click
from flask import Blueprint, Flask, g, request
from redis import Redis
from typing_extensions import override
from werkzeug.middleware.proxy_fix import ProxyFix

from app import identity, tenancy
from app.kit import cache, files, health, http, observe, openapi, outbox, pages, regions, schema, sealing
from app.kit import commands as house
from app.kit.database import connect_database, database
from app.kit.limits import Limiter
from app.kit.transaction import global_transaction
from app.kit.worker import Worker
from app.platforms import HttpKms, WeChatEndpoints
from app.reactions import LONG, REACTIONS, SCHEDULE
from config.settings import MasterKey, Settings

MAX_BODY_BYTES = 1_000_000
ROUTES = (
    "identity",
    "catalog",
    "channel",
    "codes",
    "custody",
    "diversion",
    "risk",
    "campaigns",
    "commissions",
    "attribution",
    "payouts",
    "rewards",
    "scans",
    "trace",
    "books",
)
WITHOUT_BRAND = {health.blueprint.name, openapi.blueprint.name, pages.blueprint.name}
COMMANDS = ("identity", "tenancy", "books")


class SchemaNotAtHead(RuntimeError):
    """Production refuses to start before ``flask --app wsgi migrate`` has run."""


class House(Flask):
    """Flask, whose views and hooks are all plain functions: it need not look for coroutines at every request."""

    @override
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings) -> Flask:
    """The application of these settings; raises `SchemaNotAtHead` in production."""
    app = House("malu", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.config["MALU_MODE"] = settings.mode
    if settings.mode != "test":
        observe.log_as_json()
    app.json = http.HouseJson(app)
    app.url_map.converters["int"] = http.PathNumber
    _connect(app, settings)
    observe.observe(app, secure=settings.public_scheme == "https")
    http.register_errors(app)
    app.before_request(_find_brand)
    _register(app)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    _start(app, settings)
    return app


def _connect(app: Flask, settings: Settings) -> None:
    connect_database(app, settings.database_url, pool_size=settings.pool_size)
    kms = HttpKms(settings.kms_url, settings.kms_token) if settings.kms_url else None
    app.config["MALU_KMS"] = kms
    sealing.use_master_keys({key.id: opened(key, kms) for key in settings.master_keys})
    files.use_folder(settings.files_folder)
    regions.use_file(settings.regions_file)
    app.config["MALU_INBOX"] = settings.inbox_folder
    identity.use_token_keys(settings.token_keys)
    endpoints = WeChatEndpoints(
        api=settings.wechat_api_url, open=settings.wechat_open_url, pay=settings.wechat_pay_url
    )
    tenancy.use_endpoints(endpoints)
    redis: Redis = Redis.from_url(settings.redis_url, socket_timeout=1.0, socket_connect_timeout=0.5)
    app.extensions["malu_redis"] = redis
    app.extensions["malu_limiter"] = Limiter(settings.redis_url)
    app.config["MALU_PUBLIC_SCHEME"] = settings.public_scheme
    app.config["MALU_ANY_BROWSER"] = settings.any_browser
    app.config["MALU_JSSDK_URL"] = settings.wechat_jssdk_url
    script = urlsplit(settings.wechat_jssdk_url)
    app.config["MALU_SCRIPT_ORIGIN"] = f"{script.scheme}://{script.netloc}"
    app.config["MALU_GUESSES_PER_MINUTE"] = settings.guesses_per_minute
    app.config["MALU_CLAIMS_PER_MINUTE"] = settings.claims_per_minute
    outbox.bind(REACTIONS, [recurring.job for recurring in SCHEDULE], LONG)
    app.extensions["malu_worker"] = Worker(app, SCHEDULE, tenancy.all_brand_ids, redis)


def opened(key: MasterKey, kms: sealing.KeyWrapper | None) -> bytes:
    """The plain master key; a KMS that does not answer keeps the process from starting."""
    if not key.is_wrapped or kms is None:
        return key.key
    return kms.unwrap(key.key, context=sealing.master_context(key.id))


def _register(app: Flask) -> None:
    for package in ROUTES:
        for blueprint in import_module(f"app.{package}.routes").BLUEPRINTS:
            _guard(blueprint)
            app.register_blueprint(blueprint)
    openapi.serve(app)
    pages.serve(app)
    health.serve(app)
    for command in house.COMMANDS:
        app.cli.add_command(command)
    for package in COMMANDS:
        for command in import_module(f"app.{package}.commands").COMMANDS:
            app.cli.add_command(command)


def _guard(blueprint: Blueprint) -> None:
    """Every audience has one guard; `tests/test_access.py` fails for a route without an audience."""
    guard: Callable[[], None] = identity.guard(blueprint.audience)  # type: ignore[attr-defined]  # set by kit.http
    blueprint.before_request(guard)


def _find_brand() -> None:
    """The brand of a request follows from its host alone."""
    if request.blueprint in WITHOUT_BRAND:
        return
    g.brand = brand = tenancy.brand_for_host(request.environ.get("HTTP_HOST") or request.host)
    g.brand_id = brand.id


def _start(app: Flask, settings: Settings) -> None:
    if settings.mode == "production" and click.get_current_context(silent=True) is None:
        require_head(app)
    if settings.mode != "test":
        app.extensions["malu_watch"] = cache.watch(app)


def require_head(app: Flask) -> None:
    """Raises `SchemaNotAtHead`; commands do not ask, or nobody could migrate."""
    with app.app_context():
        with global_transaction() as session:
            at_head = schema.is_at_head(session)
        database.engine.dispose()
    if not at_head:
        raise SchemaNotAtHead
