from datetime import datetime, timedelta

from sqlalchemy import select, text

from app.kit import ids
from app.kit.transaction import transaction
from app.ledger.actions import post
from app.ledger.models import AccountRow, Rollup
from app.ledger.queries import sum_after, wallet_balance
from app.ledger.rules import FEN, POINTS, Posting, Unit, wallet

SETTLED = timedelta(minutes=10)
MARKS: tuple[tuple[Unit, str], ...] = ((FEN, ""), (POINTS, ":points"))
UPSERT = text(
    "INSERT INTO ledger_rollup (brand_id, id, up_to_id, amount) VALUES (:brand_id, :id, :up_to, :amount)"
    " ON CONFLICT (brand_id, id) DO UPDATE SET up_to_id = excluded.up_to_id,"
    " amount = ledger_rollup.amount + excluded.amount WHERE ledger_rollup.up_to_id = :since"
)


def roll_up(*, brand_id: int, at: datetime) -> None:
    """Fold settled postings into the sums of dealer, budget and transit accounts."""
    until = ids.first_id_of(at - SETTLED) - 1
    with transaction(brand_id) as session:
        accounts = session.scalars(select(AccountRow.id).where(AccountRow.balance.is_(None))).all()
    for account_id in accounts:
        _roll_up_account(brand_id, account_id, until)


def _roll_up_account(brand_id: int, account_id: int, until: int) -> None:
    with transaction(brand_id) as session:
        rollup = session.scalar(select(Rollup).where(Rollup.id == account_id))
        since = rollup.up_to_id if rollup else 0
        if until <= since:
            return
        amount = sum_after(session, account_id, since, until)
        bound = {"brand_id": brand_id, "id": account_id, "up_to": until, "amount": amount, "since": since}
        session.execute(UPSERT, bound)


def join_wallets(*, brand_id: int, person_id: int, survivor_id: int, at: datetime) -> None:
    """After a merge of persons: what the absorbed one had moves to the survivor, by a posting."""
    with transaction(brand_id) as session:
        for unit, mark in MARKS:
            amount = wallet_balance(session, person_id, unit)
            if amount > 0:
                moved = Posting(wallet(person_id, unit), wallet(survivor_id, unit), amount, "merge")
                cause = f"merge:{person_id}:{int(at.timestamp())}{mark}"
                post(session, kind="merge", cause=cause, postings=[moved], at=at)
