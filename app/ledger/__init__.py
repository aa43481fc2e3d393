"""Owns money and points: accounts and append-only postings that can only move, never make or lose."""

from app.ledger.actions import fixed_accounts, post, posting_change, read_posted
from app.ledger.errors import AlreadyPosted, InsufficientBalance
from app.ledger.queries import (
    balance,
    balance_of_kind,
    check_invariants,
    ever_left,
    wallet_balance,
    wallet_postings,
    wallet_question,
)
from app.ledger.rules import FEN, POINTS, Account, Posted, Posting, wallet

__all__ = [
    "FEN",
    "POINTS",
    "Account",
    "AlreadyPosted",
    "InsufficientBalance",
    "Posted",
    "Posting",
    "balance",
    "balance_of_kind",
    "check_invariants",
    "ever_left",
    "fixed_accounts",
    "post",
    "posting_change",
    "read_posted",
    "wallet",
    "wallet_balance",
    "wallet_postings",
    "wallet_question",
]
