"""Money on its way between the accounts of a test, and many hands that reach for it at once."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app import ledger

AT = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
_serials = itertools.count(1)
_people = itertools.count(1_000_001)


def a_cause() -> str:
    return f"test:{next(_serials)}"


def a_wallet(unit: ledger.rules.Unit = ledger.FEN) -> ledger.Account:
    """The wallet of somebody nobody knows; it opens with its first posting."""
    return ledger.wallet(next(_people), unit)


def a_budget(number: int | None = None, unit: ledger.rules.Unit = ledger.FEN) -> ledger.Account:
    return ledger.Account("budget", "campaign", number or next(_serials), unit)


def moved(source: ledger.Account, destination: ledger.Account, amount: int, reason="test") -> ledger.Posting:
    return ledger.Posting(source, destination, amount, reason)


def post(
    session: Session, *postings: ledger.Posting, cause: str | None = None, at: datetime = AT
) -> ledger.Posted:
    return ledger.post(session, kind="test", cause=cause or a_cause(), postings=postings, at=at)


def a_filled_wallet(session: Session, amount: int, *, at: datetime = AT) -> ledger.Account:
    made = a_wallet()
    post(session, moved(a_budget(), made, amount), at=at)
    return made


def in_parallel(app, times, work, threads=16):
    """What ``work(number)`` returned, for every number below ``times``, from several threads."""

    def run(number):
        with app.app_context():
            return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(times)))
