"""The two servers of development and tests, behind one face."""

from config.dev.postgres import Postgres, erase_postgres, start_postgres
from config.dev.processes import CannotContinue
from config.dev.valkey import Valkey, erase_valkey, start_valkey

__all__ = [
    "CannotContinue",
    "Postgres",
    "Valkey",
    "erase_postgres",
    "erase_valkey",
    "start_postgres",
    "start_valkey",
]
