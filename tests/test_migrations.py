"""The migrations: one head, numbered, reversible, and equal to the models."""

import re
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from app.kit import schema
from app.kit.database import Model

VERSIONS = Path(__file__).resolve().parents[1] / "migrations" / "versions"
PLAN = """
INSERT INTO codes_plan
  (brand_id, id, kind, subject, los, his, count, due_at, state, planned_by, planned_at, settled_at)
VALUES (1, %s, %s, 'x', '{1}', '{2}', 1, now(), %s, 7, now(), CASE WHEN %s = 'planned' THEN NULL ELSE now() END)"""


def script() -> ScriptDirectory:
    return ScriptDirectory(str(schema.FOLDER))


def test_there_is_one_head_and_it_is_the_last_file() -> None:
    (head,) = script().get_heads()
    assert max(VERSIONS.glob("*.py")).name.startswith(f"{head}_")


def test_files_are_numbered_without_gaps_and_named_by_verb_and_noun() -> None:
    names = [path.name for path in sorted(VERSIONS.glob("*.py"))]
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    assert all(re.fullmatch(r"\d{4}_[a-z]+_[a-z_]+\.py", name) for name in names)


def test_no_migration_imports_the_application() -> None:
    assert not [
        path for path in VERSIONS.glob("*.py") if re.search(r"^(from|import) app", path.read_text(), re.MULTILINE)
    ]


@pytest.fixture
def empty_database(database_url: str) -> str:
    address = database_url.replace("postgresql+psycopg://", "postgresql://")
    head, mark, options = database_url.partition("?")
    name = head.rsplit("/", 1)[1] + "_migrations"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{head.rsplit('/', 1)[0]}/{name}{mark}{options}"


def test_upgrade_downgrade_upgrade_ends_where_the_models_are(empty_database: str) -> None:
    config = schema.alembic_config(empty_database)
    command.upgrade(config, "head")
    command.downgrade(config, "base")
    command.upgrade(config, "head")
    engine = create_engine(empty_database)
    with engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), Model.metadata)
    engine.dispose()
    assert not difference


DECIDED = """
ALTER TABLE channel_dealer DISABLE TRIGGER ALL;
ALTER TABLE diversion_consequence DISABLE TRIGGER ALL;
INSERT INTO channel_dealer (brand_id, id, name, house, state, created_at)
VALUES (1, 6, 'd', false, 'active', now());
INSERT INTO diversion_consequence (brand_id, id, file_id, dealer_id, stage, starts_on, reason, set_by, set_at)
SELECT 1, number, 5, 6, stage, '2026-12-01', 'why', 7, now()
FROM unnest(ARRAY['notice', 'talk', 'suspend_rebates', 'stop_supply']) WITH ORDINALITY AS t (stage, number)"""
HOLDING = """
SELECT brand_id, cause, dealer_id, ended_at FROM commissions_suspension
UNION ALL SELECT brand_id, cause, dealer_id, ended_at FROM custody_supply_stop"""


def test_what_was_decided_before_anything_acted_on_it_holds_from_the_migration_on(empty_database: str) -> None:
    config = schema.alembic_config(empty_database)
    command.upgrade(config, "0027")
    address = empty_database.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(DECIDED)
        command.upgrade(config, "0028")
        holding = connection.execute(HOLDING).fetchall()
    assert holding == [(1, "consequence:3", 6, None), (1, "consequence:4", 6, None)]


def test_a_withdrawal_that_one_person_planned_waits_for_a_second_and_goes_no_further_alone(
    empty_database: str,
) -> None:
    config = schema.alembic_config(empty_database)
    command.upgrade(config, "0027")
    address = empty_database.replace("postgresql+psycopg://", "postgresql://")
    before = [("void", "planned"), ("void", "done"), ("freeze", "planned")]
    with psycopg.connect(address, autocommit=True) as connection:
        for number, (kind, state) in enumerate(before):
            connection.execute(PLAN, (number, kind, state, state))
        command.upgrade(config, "head")
        after = connection.execute("SELECT kind, state FROM codes_plan ORDER BY id").fetchall()
        assert after == [("void", "requested"), ("void", "done"), ("freeze", "planned")]
        for reviewed_by in (None, 7):
            with pytest.raises(psycopg.errors.CheckViolation):
                connection.execute(
                    "UPDATE codes_plan SET state = 'planned', reviewed_by = %s WHERE id = 0", (reviewed_by,)
                )
        connection.execute("UPDATE codes_plan SET state = 'planned', reviewed_by = 8 WHERE id = 0")
    command.downgrade(config, "0027")
