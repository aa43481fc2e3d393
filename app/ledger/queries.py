from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select, text
from sqlalchemy.orm import Session

from app.kit.paging import decode_cursor, encode_cursor
from app.kit.statement import Question
from app.ledger.models import AccountRow, PostingRow, Rollup, TransactionRow
from app.ledger.rules import FEN, Account, Unit, wallet

WALLET = """
SELECT balance FROM ledger_account WHERE brand_id = %(brand_id)s AND unit = 'fen' AND kind = 'wallet'
AND party_kind = 'person' AND party_id = %(ledger_person_id)s"""


@dataclass(frozen=True, slots=True)
class WalletPosting:
    """One line of a wallet: what came (positive) or went (negative), when and for which reason."""

    id: int
    at: datetime
    amount_fen: int
    reason: str
    cause: str


def _find(session: Session, account: Account) -> AccountRow | None:
    return session.scalar(
        select(AccountRow).where(
            AccountRow.unit == account.unit,
            AccountRow.kind == account.kind,
            AccountRow.party_kind == account.party_kind,
            AccountRow.party_id == account.party_id,
        )
    )


def balance(session: Session, account: Account) -> int:
    """What an account holds, in its unit: the balance of a wallet, else roll-up plus younger postings."""
    row = _find(session, account)
    if row is None:
        return 0
    if row.balance is not None:
        return row.balance
    return _summed(session, row.id)


def _summed(session: Session, account_id: int) -> int:
    """Roll-up plus the postings that are younger."""
    rollup = session.scalar(select(Rollup).where(Rollup.id == account_id))
    since, amount = (rollup.up_to_id, rollup.amount) if rollup else (0, 0)
    return amount + sum_after(session, account_id, since)


def balance_of_kind(session: Session, kind: str) -> int:
    """What all accounts of a kind other than wallets hold together, in fen."""
    rows = session.scalars(select(AccountRow.id).where(AccountRow.kind == kind, AccountRow.unit == FEN)).all()
    return sum(_summed(session, account_id) for account_id in rows)


def sum_after(session: Session, account_id: int, since: int, until: int | None = None) -> int:
    """What postings with ``since < id`` (and ``id <= until``) brought to an account."""
    signed = case((PostingRow.destination_id == account_id, PostingRow.amount), else_=-PostingRow.amount)
    statement = select(func.coalesce(func.sum(signed), 0)).where(
        or_(PostingRow.destination_id == account_id, PostingRow.source_id == account_id), PostingRow.id > since
    )
    if until is not None:
        statement = statement.where(PostingRow.id <= until)
    return int(session.scalar(statement) or 0)


def wallet_balance(session: Session, person_id: int, unit: Unit = FEN) -> int:
    return balance(session, wallet(person_id, unit))


def ever_left(session: Session, person_ids: Sequence[int], unit: Unit) -> int:
    """What has left the wallets of one human for good: moving from one of them to another does not count."""
    mine = select(AccountRow.id).where(
        AccountRow.unit == unit, AccountRow.kind == "wallet", AccountRow.party_id.in_(person_ids)
    )
    left = select(func.coalesce(func.sum(PostingRow.amount), 0)).where(
        PostingRow.source_id.in_(mine), PostingRow.destination_id.not_in(mine)
    )
    return int(session.scalar(left) or 0)


def wallet_question(*, brand_id: int, person_id: int) -> Question:
    """The fen in a person's wallet, for whoever asks it together with others; no row for a wallet never used."""
    return Question(WALLET, 1, {"brand_id": brand_id, "ledger_person_id": person_id})


def wallet_postings(
    session: Session, person_id: int, *, cursor: str | None, limit: int
) -> tuple[list[WalletPosting], str | None]:
    """The lines of a person's wallet, newest first, and the next cursor."""
    row = _find(session, wallet(person_id))
    if row is None:
        return [], None
    statement = (
        select(PostingRow, TransactionRow.at, TransactionRow.cause)
        .join(TransactionRow, TransactionRow.id == PostingRow.transaction_id)
        .where(or_(PostingRow.destination_id == row.id, PostingRow.source_id == row.id))
        .order_by(PostingRow.id.desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        statement = statement.where(PostingRow.id < decode_cursor(cursor))
    lines = [
        WalletPosting(
            posting.id,
            at,
            posting.amount if posting.destination_id == row.id else -posting.amount,
            posting.reason,
            cause,
        )
        for posting, at, cause in session.execute(statement)
    ]
    return lines[:limit], encode_cursor(lines[limit - 1].id) if len(lines) > limit else None


WALLETS_THAT_DISAGREE = text("""
SELECT a.id, a.balance,
  coalesce(sum(CASE WHEN p.destination_id = a.id THEN p.amount ELSE -p.amount END), 0) AS posted
FROM ledger_account a
LEFT JOIN LATERAL (
  SELECT destination_id, amount FROM ledger_posting
  WHERE brand_id = :brand_id AND destination_id = a.id
  UNION ALL
  SELECT destination_id, amount FROM ledger_posting
  WHERE brand_id = :brand_id AND source_id = a.id
) p ON true
WHERE a.brand_id = :brand_id AND a.kind = 'wallet'
GROUP BY a.id, a.balance
HAVING a.balance <> coalesce(sum(CASE WHEN p.destination_id = a.id THEN p.amount ELSE -p.amount END), 0)
LIMIT 20""")
TRANSACTIONS_WITHOUT_POSTINGS = text("""
SELECT t.id FROM ledger_transaction t WHERE t.brand_id = :brand_id AND NOT EXISTS (
  SELECT FROM ledger_posting p WHERE p.brand_id = :brand_id AND p.transaction_id = t.id) LIMIT 20""")
POSTINGS_ACROSS_UNITS = text("""
SELECT p.id FROM ledger_posting p
JOIN ledger_account s ON s.brand_id = :brand_id AND s.id = p.source_id
JOIN ledger_account d ON d.brand_id = :brand_id AND d.id = p.destination_id
WHERE p.brand_id = :brand_id AND (s.unit <> p.unit OR d.unit <> p.unit) LIMIT 20""")


STRAY_POSTINGS = text("""
SELECT p.id FROM ledger_posting p
LEFT JOIN ledger_transaction t ON t.brand_id = :brand_id AND t.id = p.transaction_id
LEFT JOIN ledger_account s ON s.brand_id = :brand_id AND s.id = p.source_id
LEFT JOIN ledger_account d ON d.brand_id = :brand_id AND d.id = p.destination_id
WHERE p.brand_id = :brand_id AND (t.id IS NULL OR s.id IS NULL OR d.id IS NULL) LIMIT 20""")

ROLLUPS_THAT_DISAGREE = text("""
SELECT r.id, r.amount, p.posted FROM ledger_rollup r, LATERAL (
  SELECT coalesce(sum(amount), 0) AS posted FROM (
    SELECT amount FROM ledger_posting
    WHERE brand_id = :brand_id AND destination_id = r.id AND id <= r.up_to_id
    UNION ALL
    SELECT -amount FROM ledger_posting
    WHERE brand_id = :brand_id AND source_id = r.id AND id <= r.up_to_id
  ) moved
) p
WHERE r.brand_id = :brand_id AND r.amount <> p.posted LIMIT 20""")


def check_invariants(session: Session) -> list[str]:
    """What is wrong with the books of the session's brand, in words; empty when all is well."""
    bound = {"brand_id": session.info["brand_id"]}
    wrong = [
        f"wallet {account}: balance {kept}, postings {posted}"
        for account, kept, posted in session.execute(WALLETS_THAT_DISAGREE, bound)
    ]
    wrong += [
        f"transaction {row}: no posting" for row in session.execute(TRANSACTIONS_WITHOUT_POSTINGS, bound).scalars()
    ]
    wrong += [f"posting {row}: units differ" for row in session.execute(POSTINGS_ACROSS_UNITS, bound).scalars()]
    wrong += [
        f"posting {row}: no such transaction or account"
        for row in session.execute(STRAY_POSTINGS, bound).scalars()
    ]
    wrong += [
        f"account {account}: rolled up {kept}, postings {posted}"
        for account, kept, posted in session.execute(ROLLUPS_THAT_DISAGREE, bound)
    ]
    return wrong
