"""The database's schema: brought to head by Alembic, checked before serving."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Run the migrations that are missing; safe to run again, and while the previous release serves."""
    command.upgrade(alembic_config(url), revision)


@cache
def head() -> str | None:
    return ScriptDirectory(str(FOLDER)).get_current_head()


def is_at_head(session: Session) -> bool:
    return MigrationContext.configure(session.connection()).get_current_revision() == head()
