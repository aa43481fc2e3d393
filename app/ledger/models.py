from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import BrandModel


class AccountRow(BrandModel):
    """Only wallets keep their balance here; every other account is the sum of its postings."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        UniqueConstraint("brand_id", "unit", "kind", "party_kind", "party_id"),
        CheckConstraint("balance >= 0 AND (kind = 'wallet') = (balance IS NOT NULL)", name="balance"),
    )

    unit: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(20))
    party_kind: Mapped[str] = mapped_column(String(20))
    party_id: Mapped[int] = mapped_column(BigInteger)
    balance: Mapped[int | None] = mapped_column(BigInteger)


class TransactionRow(BrandModel):
    """Append-only (a trigger refuses changes); unique by what caused it."""

    __tablename__ = "ledger_transaction"
    __table_args__ = (UniqueConstraint("brand_id", "cause"),)

    kind: Mapped[str] = mapped_column(String(30))
    cause: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PostingRow(BrandModel):
    """Append-only; moves a positive amount, so that every transaction sums to zero by construction.

    Without foreign keys: the one statement that writes postings takes their ids from the rows it has just written
    or found, and a key's lock on a budget's account would be shared by every claim. `check_invariants` looks.
    """

    __tablename__ = "ledger_posting"
    __table_args__ = (
        CheckConstraint("amount > 0 AND source_id <> destination_id", name="moves"),
        Index("ix_ledger_posting_source", "brand_id", "source_id", "id"),
        Index("ix_ledger_posting_destination", "brand_id", "destination_id", "id"),
    )

    transaction_id: Mapped[int] = mapped_column(BigInteger)
    unit: Mapped[str] = mapped_column(String(10))
    source_id: Mapped[int] = mapped_column(BigInteger)
    destination_id: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(40))


class Rollup(BrandModel):
    """The sum of an account's postings up to an id; ``id`` is the account's. Derived, may be rebuilt."""

    __tablename__ = "ledger_rollup"

    up_to_id: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
