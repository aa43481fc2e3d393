"""Jobs that only tests know."""

from sqlalchemy import text

from app.kit.transaction import global_transaction


def forget_jobs_of_tests() -> None:
    """A worker serves all brands, also those of tests that are over."""
    with global_transaction() as session:
        session.execute(text("DELETE FROM kit_job WHERE kind LIKE 'kit.%' OR kind LIKE 'test.%'"))
