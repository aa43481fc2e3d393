from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from app.kit.database import raw
from app.kit.ids import new_id
from app.ledger.errors import AlreadyPosted, InsufficientBalance
from app.ledger.rules import Account, Posted, Posting, wallet_changes

Cursor = psycopg.Cursor[tuple[Any, ...]]

POST = """
WITH txn AS (
  INSERT INTO ledger_transaction (brand_id, id, kind, cause, at)
  VALUES (%(brand_id)s, %(id)s, %(kind)s, %(cause)s, %(at)s)
  ON CONFLICT (brand_id, cause) DO NOTHING RETURNING id
), wallet AS (
  INSERT INTO ledger_account AS a (brand_id, id, unit, kind, party_kind, party_id, balance)
  SELECT %(brand_id)s, w.id, w.unit, 'wallet', 'person', w.person_id, w.credit
  FROM txn, unnest(%(wallet_ids)s::bigint[], %(wallet_units)s::text[], %(wallet_people)s::bigint[],
                   %(wallet_credits)s::bigint[]) AS w (id, unit, person_id, credit)
  ON CONFLICT (brand_id, unit, kind, party_kind, party_id)
  DO UPDATE SET balance = a.balance + excluded.balance
  RETURNING a.id, a.unit, a.party_id, a.balance
), posting AS (
  INSERT INTO ledger_posting (brand_id, id, transaction_id, unit, source_id, destination_id, amount, reason)
  SELECT %(brand_id)s, p.id, txn.id, p.unit, coalesce(p.source_id, s.id), coalesce(p.destination_id, d.id),
         p.amount, p.reason
  FROM txn, unnest(%(ids)s::bigint[], %(units)s::text[], %(source_ids)s::bigint[], %(sources)s::bigint[],
                   %(destination_ids)s::bigint[], %(destinations)s::bigint[], %(amounts)s::bigint[],
                   %(reasons)s::text[])
    AS p (id, unit, source_id, source_person, destination_id, destination_person, amount, reason)
  LEFT JOIN wallet s ON s.party_id = p.source_person AND s.unit = p.unit
  LEFT JOIN wallet d ON d.party_id = p.destination_person AND d.unit = p.unit
)
SELECT txn.id, wallet.party_id, wallet.balance FROM txn LEFT JOIN wallet ON true"""

FIND = """
SELECT id FROM ledger_account WHERE brand_id = %(brand_id)s AND unit = %(unit)s AND kind = %(kind)s
AND party_kind = %(party_kind)s AND party_id = %(party_id)s"""
OPEN = """
INSERT INTO ledger_account (brand_id, id, unit, kind, party_kind, party_id)
VALUES (%(brand_id)s, %(id)s, %(unit)s, %(kind)s, %(party_kind)s, %(party_id)s)
ON CONFLICT (brand_id, unit, kind, party_kind, party_id) DO NOTHING"""
LOCK = """
SELECT id FROM ledger_account WHERE brand_id = %(brand_id)s AND kind = 'wallet' AND unit = %(unit)s
AND party_id = ANY(%(people)s) ORDER BY party_id FOR UPDATE"""
DEBIT = """
UPDATE ledger_account SET balance = balance - %(amount)s
WHERE brand_id = %(brand_id)s AND unit = %(unit)s AND kind = 'wallet' AND party_kind = 'person'
AND party_id = %(party_id)s AND balance >= %(amount)s"""

_known: dict[tuple[int, Account], int] = {}


def post(session: Session, *, kind: str, cause: str, postings: Sequence[Posting], at: datetime) -> Posted:
    """Write one transaction, exactly once by its cause, and move the wallets' balances.

    Raises `AlreadyPosted` for a cause that was posted before, `InsufficientBalance` when a wallet would fall
    below zero. Amounts are positive integers of the accounts' unit.
    """
    connection = raw(session)
    _debit_wallets(connection, session.info["brand_id"], postings)
    accounts = fixed_accounts(session, postings)
    queued = queue_post(session, accounts, kind=kind, cause=cause, postings=postings, at=at)
    posted = read_posted(queued)
    if posted is None:
        raise AlreadyPosted(cause=cause)
    return posted


def fixed_accounts(session: Session, postings: Sequence[Posting]) -> dict[Account, int]:
    """Ids of the accounts other than wallets, opening those that are new; remembered once committed."""
    named = {account for posting in postings for account in (posting.source, posting.destination)}
    return {account: _account_id(session, account) for account in sorted(named) if not account.is_wallet}


def _account_id(session: Session, account: Account) -> int:
    brand_id: int = session.info["brand_id"]
    known = _known.get((brand_id, account))
    if known is not None:
        return known
    connection = raw(session)
    key = _key(brand_id, account)
    row = connection.execute(FIND, key).fetchone()
    if row is not None:
        return _known.setdefault((brand_id, account), int(row[0]))
    connection.execute(OPEN, key | {"id": new_id()})
    return _opened(connection, key)


def _opened(connection: psycopg.Connection[tuple[Any, ...]], key: dict[str, Any]) -> int:
    """The id of an account opened just now, by us or by a racing transaction."""
    row = connection.execute(FIND, key).fetchone()
    if row is None:
        raise LookupError(key)
    return int(row[0])


def _key(brand_id: int, account: Account) -> dict[str, Any]:
    return {
        "brand_id": brand_id,
        "unit": account.unit,
        "kind": account.kind,
        "party_kind": account.party_kind,
        "party_id": account.party_id,
    }


def _debit_wallets(
    connection: psycopg.Connection[tuple[Any, ...]], brand_id: int, postings: Sequence[Posting]
) -> None:
    """Take what wallets lose; all wallets concerned are locked first, in the order of their owners."""
    changes = wallet_changes(postings)
    debits = {account: -change for account, change in changes.items() if change < 0}
    for unit in sorted({account.unit for account in debits}):
        people = [account.party_id for account in changes if account.unit == unit]
        connection.execute(LOCK, {"brand_id": brand_id, "unit": unit, "people": people})
    for account, amount in debits.items():
        bound = {"brand_id": brand_id, "unit": account.unit, "party_id": account.party_id, "amount": amount}
        if connection.execute(DEBIT, bound).rowcount != 1:
            raise InsufficientBalance


def queue_post(  # noqa: PLR0913  a transaction has these parts
    session: Session,
    accounts: dict[Account, int],
    *,
    kind: str,
    cause: str,
    postings: Sequence[Posting],
    at: datetime,
) -> Cursor:
    """Send one transaction that only credits wallets, in one statement that may travel in a pipeline.

    ``accounts`` comes from `fixed_accounts`; the answer is read by `read_posted`.
    """
    head = {"brand_id": session.info["brand_id"], "id": new_id(), "kind": kind, "cause": cause, "at": at}
    return raw(session).execute(POST, head | _wallet_columns(postings) | _posting_columns(accounts, postings))


def _wallet_columns(postings: Sequence[Posting]) -> dict[str, list[Any]]:
    """Every wallet named, in locking order, with its credit; a debited wallet was settled before: zero."""
    changes = wallet_changes(postings)
    return {
        "wallet_ids": [new_id() for _ in changes],
        "wallet_units": [account.unit for account in changes],
        "wallet_people": [account.party_id for account in changes],
        "wallet_credits": [max(change, 0) for change in changes.values()],
    }


def _posting_columns(accounts: dict[Account, int], postings: Sequence[Posting]) -> dict[str, list[Any]]:
    return {
        "ids": [new_id() for _ in postings],
        "units": [posting.source.unit for posting in postings],
        "source_ids": [accounts.get(posting.source) for posting in postings],
        "sources": [posting.source.party_id if posting.source.is_wallet else None for posting in postings],
        "destination_ids": [accounts.get(posting.destination) for posting in postings],
        "destinations": [
            posting.destination.party_id if posting.destination.is_wallet else None for posting in postings
        ],
        "amounts": [posting.amount for posting in postings],
        "reasons": [posting.reason for posting in postings],
    }


def read_posted(cursor: Cursor) -> Posted | None:
    """What `queue_post` wrote; None when the cause was posted before."""
    rows = cursor.fetchall()
    if not rows:
        return None
    return Posted(rows[0][0], {person: balance for _, person, balance in rows if person is not None})
