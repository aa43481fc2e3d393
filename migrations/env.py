"""Alembic's environment: short locks, so that a migration never stops the release that is serving."""

from alembic import context
from sqlalchemy import create_engine, pool

import app.factory  # noqa: F401  names every package's models
from app.kit.database import Model

LIMITS = "-c lock_timeout=4000 -c statement_timeout=60000 -c timezone=UTC"


def run() -> None:
    engine = create_engine(
        context.config.attributes["url"], poolclass=pool.NullPool, connect_args={"options": LIMITS}
    )
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            transaction_per_migration=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
