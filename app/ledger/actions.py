from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from app.kit.database import Scope, raw
from app.kit.ids import new_id, new_ids
from app.kit.statement import Change, Columns, change
from app.ledger.errors import AlreadyPosted, InsufficientBalance
from app.ledger.rules import FEN, POINTS, Account, NotAPosting, Posted, Posting, Unit, wallet_changes


@dataclass(frozen=True, slots=True)
class _Part:
    """The names of one unit's transaction in a statement, so that a statement can hold one of each unit.

    An end of a posting is an account's id, or minus a person's id for the wallet of that person.
    """

    name: str
    wallets: Columns
    postings: Columns
    sql: str
    answer: str


POST = """{part}_txn AS (
  INSERT INTO ledger_transaction (brand_id, id, kind, cause, at)
  VALUES (%(brand_id)s, %({part}_id)s, %({part}_kind)s, %({part}_cause)s, %(at)s)
  ON CONFLICT (brand_id, cause) DO NOTHING RETURNING id
), {part}_wallet AS (
  INSERT INTO ledger_account AS a (brand_id, id, unit, kind, party_kind, party_id, balance)
  SELECT %(brand_id)s, {wallet}.id, %({part}_unit)s, 'wallet', 'person', {wallet}.person_id, {wallet}.credit
  FROM {part}_txn, {{wallets}}
  ON CONFLICT (brand_id, unit, kind, party_kind, party_id) DO UPDATE SET balance = a.balance + excluded.balance
  RETURNING id, party_id, balance
), {part}_moved AS (
  INSERT INTO ledger_posting (brand_id, id, transaction_id, unit, source_id, destination_id, amount, reason)
  SELECT %(brand_id)s, {posting}.id, t.id, %({part}_unit)s, coalesce(s.id, source), coalesce(d.id, destination),
    amount, reason
  FROM {part}_txn t, {{postings}}
  LEFT JOIN {part}_wallet s ON s.party_id = -source LEFT JOIN {part}_wallet d ON d.party_id = -destination
)"""
POSTED = """(SELECT jsonb_build_object('id', id, 'balances',
  (SELECT jsonb_object_agg(party_id, balance) FROM {part}_wallet)) FROM {part}_txn)"""


def _part(name: str, wallet: str, posting: str) -> _Part:
    return _Part(
        name,
        Columns(wallet, id="bigint", person_id="bigint", credit="bigint"),
        Columns(posting, id="bigint", source="bigint", destination="bigint", amount="bigint", reason="text"),
        POST.format(part=name, wallet=wallet, posting=posting),
        POSTED.format(part=name),
    )


PARTS: Mapping[Unit, _Part] = {
    FEN: _part("ledger", "wallet", "posting"),
    POINTS: _part("ledger_points", "points_wallet", "points_posting"),
}

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
    part = posting_change(
        accounts, brand_id=session.info["brand_id"], kind=kind, cause=cause, postings=postings, at=at
    )
    posted = read_posted(change(session, part)[0])
    if posted is None:
        raise AlreadyPosted(cause=cause)
    return posted


def fixed_accounts(session: Scope, postings: Sequence[Posting]) -> dict[Account, int]:
    """Ids of the accounts other than wallets, opening those that are new; remembered once committed."""
    named = {account for posting in postings for account in (posting.source, posting.destination)}
    return {account: _account_id(session, account) for account in sorted(named) if not account.is_wallet}


def _account_id(session: Scope, account: Account) -> int:
    brand_id: int = session.info["brand_id"]
    known = _known.get((brand_id, account))
    if known is not None:
        return known
    connection = raw(session)
    key = _key(brand_id, account)
    row = connection.execute(FIND, key).fetchone()
    opened = session.info.setdefault("ledger_opened", set())
    if row is None:
        connection.execute(OPEN, key | {"id": new_id()})
        opened.add(account)
        return _opened(connection, key)
    if account not in opened:
        _known[brand_id, account] = int(row[0])
    return int(row[0])


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


def posting_change(
    accounts: Mapping[Account, int],
    *,
    brand_id: int,
    kind: str,
    cause: str,
    postings: Sequence[Posting],
    at: datetime,
) -> Change:
    """One transaction that only credits wallets, as a part of a larger statement: at most one of each unit.

    ``accounts`` comes from `fixed_accounts`; the answer is read by `read_posted`.
    """
    unit = _unit_of(postings)
    part = PARTS[unit]
    params = {
        "brand_id": brand_id,
        f"{part.name}_id": new_id(),
        f"{part.name}_kind": kind,
        f"{part.name}_cause": cause,
        f"{part.name}_unit": unit,
        "at": at,
    }
    wallets, moved = _wallets(postings), _moved(accounts, postings)
    params |= part.wallets.params(*wallets) | part.postings.params(*moved)
    return Change(_post(unit, len(wallets), len(moved)), part.answer, params)


@cache
def _post(unit: Unit, wallets: int, postings: int) -> str:
    part = PARTS[unit]
    return part.sql.format(wallets=part.wallets.sql(wallets), postings=part.postings.sql(postings))


def _unit_of(postings: Sequence[Posting]) -> Unit:
    """The one unit of a transaction; raises `NotAPosting` for several or none."""
    units = {posting.source.unit for posting in postings}
    if len(units) != 1:
        raise NotAPosting(units)
    return units.pop()


def read_posted(answer: dict[str, Any] | None) -> Posted | None:
    """What a `posting_change` wrote; None when the cause was posted before."""
    if answer is None:
        return None
    return Posted(answer["id"], {int(person): balance for person, balance in (answer["balances"] or {}).items()})


def _wallets(postings: Sequence[Posting]) -> list[tuple[int, int, int]]:
    """Every wallet named, in locking order, with its credit; a debited wallet was settled before: zero."""
    changes = wallet_changes(postings)
    return [
        (wallet_id, account.party_id, max(gain, 0))
        for wallet_id, (account, gain) in zip(new_ids(len(changes)), changes.items(), strict=True)
    ]


def _moved(accounts: Mapping[Account, int], postings: Sequence[Posting]) -> list[tuple[int, int, int, int, str]]:
    return [
        (posting_id, _end(accounts, made.source), _end(accounts, made.destination), made.amount, made.reason)
        for posting_id, made in zip(new_ids(len(postings)), postings, strict=True)
    ]


def _end(accounts: Mapping[Account, int], account: Account) -> int:
    return -account.party_id if account.is_wallet else accounts[account]
