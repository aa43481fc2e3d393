"""What WeChat remembers: one SQLite file, so that a killed sandbox loses nothing."""

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
create table if not exists setting (name text primary key, value text not null);
create table if not exists user (
    id text primary key, nickname text not null, color text not null, blurb text not null,
    phone text, real_name text, unionid text, snapshot int not null, blocked int not null,
    transfer_failure text, risk int not null default 0, seeded int not null);
create table if not exists openid (
    openid text primary key, app_id text not null, user_id text not null, unique (app_id, user_id));
create table if not exists code (
    code text primary key, kind text not null, app_id text not null, user_id text not null,
    scope text not null, expires_at real not null, used int not null default 0);
create table if not exists session_key (
    app_id text not null, user_id text not null, session_key text not null, primary key (app_id, user_id));
create table if not exists token (
    token text primary key, kind text not null, app_id text not null, user_id text not null,
    scope text not null, expires_at real not null, revoked int not null default 0);
create index if not exists token_by_app on token (app_id, kind);
create table if not exists transfer (
    transfer_bill_no text primary key, mch_id text not null, out_bill_no text not null,
    app_id text not null, openid text not null, user_id text not null, amount int not null,
    request text not null, state text not null, fail_reason text, package text not null unique,
    notify_url text, created_at real not null, updated_at real not null, unique (mch_id, out_bill_no));
create index if not exists transfer_by_openid on transfer (openid, created_at);
create index if not exists transfer_by_merchant on transfer (mch_id, created_at);
create table if not exists posting (
    id integer primary key, entry text not null, mch_id text not null, account text not null,
    amount int not null, memo text not null, at real not null);
create index if not exists posting_by_account on posting (mch_id, account);
create table if not exists notification (
    id text primary key, mch_id text not null, out_bill_no text not null, url text not null,
    plaintext text not null, attempts int not null default 0, state text not null, created_at real not null);
create table if not exists attempt (
    id integer primary key, notification_id text not null, at real not null, status int not null);
create table if not exists market_application (
    application_id integer primary key, app_id text not null, isv_application_id text not null,
    code_count int not null, status text not null, created_at real not null, updated_at real not null,
    files_until real not null default 0, unique (app_id, isv_application_id));
create table if not exists market_code (
    code text primary key, application_id int not null, position int not null, printed text not null unique,
    unique (application_id, position));
create table if not exists market_activation (
    id integer primary key, application_id int not null, code_start int not null, code_end int not null,
    terms text not null);
create table if not exists market_ticket (
    ticket text primary key, code text not null, user_id text not null, expires_at real not null,
    used int not null default 0);
create table if not exists timer (
    id integer primary key, due_at real not null, kind text not null, subject text not null);
create index if not exists timer_by_due on timer (due_at, id);
"""
TABLES = re.findall(r"create table if not exists (\w+)", SCHEMA)


class Store:
    """One connection shared by all threads; every statement takes the same lock."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = off")
        self._connection.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is kept or nothing is; an inner transaction joins the outer one."""
        with self._lock:
            if self._depth == 0:
                self._connection.execute("begin immediate")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._leave("rollback")
                raise
            self._leave("commit")

    def _leave(self, verb: str) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._connection.execute(verb)

    def run(self, statement: str, *values: object) -> int:
        with self._lock:
            return self._connection.execute(statement, values).rowcount

    def all(self, statement: str, *values: object) -> list[dict]:
        with self._lock:
            return [dict(row) for row in self._connection.execute(statement, values)]

    def one(self, statement: str, *values: object) -> dict | None:
        with self._lock:
            row = self._connection.execute(statement, values).fetchone()
        return dict(row) if row else None

    def insert(self, table: str, **row: object) -> None:
        """Column names come from our own keywords, never from a request."""
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        self.run(f"insert into {table} ({columns}) values ({marks})", *row.values())  # noqa: S608

    def setting(self, name: str, default: str) -> str:
        row = self.one("select value from setting where name = ?", name)
        return row["value"] if row else default

    def keep_setting(self, name: str, value: str) -> None:
        self.run("insert or replace into setting (name, value) values (?, ?)", name, value)

    def clear(self) -> None:
        with self.transaction():
            for table in TABLES:
                self.run(f"delete from {table}")  # noqa: S608

    def close(self) -> None:
        with self._lock:
            self._connection.close()
