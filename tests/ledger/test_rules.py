"""Postings as values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger import POINTS, Account, Posting, wallet
from app.ledger.rules import NotAPosting, wallet_changes

BUDGET = Account("budget", "campaign", 1)
ACCOUNTS = st.sampled_from([BUDGET, Account("payable", "dealer", 2), *(wallet(person) for person in range(4))])
POSTINGS = st.lists(
    st.tuples(ACCOUNTS, ACCOUNTS, st.integers(1, 10**9))
    .filter(lambda parts: parts[0] != parts[1])
    .map(lambda parts: Posting(*parts, "test")),
    max_size=20,
)


@pytest.mark.parametrize("amount", [0, -1])
def test_a_posting_moves_a_positive_amount(amount: int) -> None:
    with pytest.raises(NotAPosting):
        Posting(BUDGET, wallet(1), amount, "prize")


def test_a_posting_moves_between_two_accounts_of_one_unit() -> None:
    with pytest.raises(NotAPosting):
        Posting(BUDGET, BUDGET, 1, "prize")
    with pytest.raises(NotAPosting):
        Posting(BUDGET, wallet(1, POINTS), 1, "prize")


@given(POSTINGS)
def test_a_reversal_takes_every_change_back(postings: list[Posting]) -> None:
    undone = [*postings, *(posting.reversed("undo") for posting in postings)]
    assert not any(wallet_changes(undone).values())


@given(POSTINGS)
def test_changes_name_each_wallet_once_in_the_order_of_locking(postings: list[Posting]) -> None:
    changed = list(wallet_changes(postings))
    assert changed == sorted(set(changed))
    assert all(account.is_wallet for account in changed)


@given(POSTINGS)
def test_what_wallets_gain_the_other_accounts_lose(postings: list[Posting]) -> None:
    from_outside = sum(p.amount for p in postings if p.destination.is_wallet and not p.source.is_wallet)
    to_outside = sum(p.amount for p in postings if p.source.is_wallet and not p.destination.is_wallet)
    assert sum(wallet_changes(postings).values()) == from_outside - to_outside
