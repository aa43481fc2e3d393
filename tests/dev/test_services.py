"""The launcher's own PostgreSQL and Valkey: started, found again, crashed, stopped."""

import os
from pathlib import Path

import psycopg
import pytest
import redis

from config.dev.services import Postgres, Valkey, erase_postgres, start_postgres, start_valkey


@pytest.fixture
def postgres(tmp_path):
    server = start_postgres(tmp_path / "pg", durable=False, max_connections=20)
    yield server
    server.stop()


@pytest.fixture
def valkey(tmp_path):
    server = start_valkey(tmp_path / "valkey", durable=True)
    yield server
    server.stop()


def ask(server: Postgres, question: str):
    with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as connection:
        answer = connection.execute(question)
        return answer.fetchone()[0] if answer.description else None


def say(server: Valkey, *words):
    with redis.Redis.from_url(server.url) as client:
        return client.execute_command(*words)


def test_postgres_is_recent_and_sorts_alike_everywhere(postgres):
    assert int(ask(postgres, "show server_version_num")) >= 150000
    assert ask(postgres, "select 'b' < 'ä'")
    assert ask(postgres, "show fsync") == "off"


def test_postgres_is_found_running_instead_of_started_twice(postgres):
    again = start_postgres(postgres.data_dir, durable=False)
    assert (again.pid, again.url) == (postgres.pid, postgres.url)


def test_postgres_comes_back_with_its_data_after_a_crash(postgres):
    ask(postgres, "create table kept as select 7 as number")
    ask(postgres, "checkpoint")
    first = postgres.pid
    postgres.kill()
    assert postgres.pid == 0
    assert ask(start_postgres(postgres.data_dir, durable=False), "select number from kept") == 7
    assert postgres.pid not in {0, first}


def test_a_recycled_process_number_does_not_pass_for_a_server(postgres):
    postgres.stop()
    (postgres.data_dir / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.data_dir}\n")
    assert postgres.pid == 0
    assert ask(start_postgres(postgres.data_dir, durable=False), "select 1") == 1


def test_connected_clients_are_listed_for_the_chaos_figures(postgres):
    with psycopg.connect(postgres.url.replace("+psycopg", "")) as connection:
        assert postgres.backends() == [connection.info.backend_pid]


def test_stopping_leaves_no_process_and_no_socket(postgres):
    number = postgres.pid
    postgres.stop()
    assert postgres.pid == 0
    assert not postgres.socket_dir.exists()
    assert "postgres" not in running(number)


def test_sockets_are_private_and_short_enough(postgres, valkey):
    for folder in (postgres.socket_dir, valkey.socket.parent):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert len(bytes(postgres.socket_dir / ".s.PGSQL.5432")) < 104


def test_erasing_removes_server_and_data(postgres):
    erase_postgres(postgres.data_dir)
    assert postgres.pid == 0
    assert not postgres.data_dir.exists()


def test_valkey_answers_is_found_again_and_survives_a_crash(valkey):
    say(valkey, "SET", "kept", "7")
    assert start_valkey(valkey.data_dir, durable=True).pid == valkey.pid
    say(valkey, "WAITAOF", "1", "0", "2000")
    valkey.kill()
    assert valkey.pid == 0
    assert say(start_valkey(valkey.data_dir, durable=True), "GET", "kept") == b"7"


def test_valkey_leaves_nothing_when_stopped(valkey):
    number = valkey.pid
    valkey.stop()
    assert valkey.pid == 0
    assert not valkey.socket.parent.exists()
    assert "valkey" not in running(number)


def running(number: int) -> str:
    entry = Path(f"/proc/{number}/cmdline")
    return entry.read_text() if entry.exists() else ""
