"""Money as values: an account is named by whose it is, a posting moves a positive amount between two."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Unit = Literal["fen", "points"]
FEN: Unit = "fen"
POINTS: Unit = "points"


class NotAPosting(ValueError):
    """A posting must move a positive amount between two different accounts."""


class Account(NamedTuple):
    """``kind`` says what the money is (wallet, budget, payable, transit, paid_out), the party whose it is."""

    kind: str
    party_kind: str
    party_id: int
    unit: Unit = FEN

    @property
    def is_wallet(self) -> bool:
        return self.kind == "wallet"


def wallet(person_id: int, unit: Unit = FEN) -> Account:
    return Account("wallet", "person", person_id, unit)


@dataclass(frozen=True, slots=True)
class Posting:
    """Moves ``amount`` (> 0, in the accounts' unit) from source to destination; ``reason`` is a stable word."""

    source: Account
    destination: Account
    amount: int
    reason: str

    def __post_init__(self) -> None:
        if self.amount <= 0 or self.source == self.destination:
            raise NotAPosting(self)
        if self.source.unit != self.destination.unit:
            raise NotAPosting(self)

    def reversed(self, reason: str) -> "Posting":
        return Posting(self.destination, self.source, self.amount, reason)


@dataclass(frozen=True, slots=True)
class Posted:
    """A written transaction, and the balances of the wallets it touched by person."""

    transaction_id: int
    balances: dict[int, int]


def wallet_changes(postings: Iterable[Posting]) -> dict[Account, int]:
    """What each wallet gains (or loses, negative), in the order in which wallets are locked."""
    changes: defaultdict[Account, int] = defaultdict(int)
    for posting in postings:
        if posting.source.is_wallet:
            changes[posting.source] -= posting.amount
        if posting.destination.is_wallet:
            changes[posting.destination] += posting.amount
    return dict(sorted(changes.items()))
