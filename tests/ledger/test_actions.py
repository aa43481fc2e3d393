"""Money moves, is never made or lost, and moves once for each cause."""

import random
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import ledger
from app.kit.transaction import transaction
from app.ledger.rules import NotAPosting
from tests.builders.ledger import AT, a_budget, a_cause, a_filled_wallet, a_wallet, in_parallel, moved, post
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
STEPS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 400)), min_size=1, max_size=12)


def balances(session: Session, accounts: list[ledger.Account]) -> list[int]:
    return [ledger.balance(session, account) for account in accounts]


def posted_to(session: Session, account: ledger.Account) -> int:
    """What the lines of a wallet sum up to, walked page by page."""
    total, cursor = 0, None
    while True:
        lines, cursor = ledger.wallet_postings(session, account.party_id, cursor=cursor, limit=3)
        total += sum(line.amount_fen for line in lines)
        if cursor is None:
            return total


def test_a_posting_moves_money_and_says_the_wallets_balance(session: Session) -> None:
    budget, owner = a_budget(), a_wallet()
    posted = post(session, moved(budget, owner, 88))
    assert posted.balances == {owner.party_id: 88}
    assert balances(session, [budget, owner]) == [-88, 88]


def test_an_account_nobody_has_used_holds_nothing(session: Session) -> None:
    assert balances(session, [a_wallet(), a_budget()]) == [0, 0]


@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_random_movements_conserve_money_and_leave_no_wallet_below_zero(
    session: Session, steps: list[tuple[int, int, int]]
) -> None:
    accounts = [a_budget(), a_budget(), *(a_wallet() for _ in range(4))]
    for source, destination, amount in steps:
        if source == destination:
            continue
        try:
            with session.begin_nested():
                post(session, moved(accounts[source], accounts[destination], amount))
        except ledger.InsufficientBalance:
            assert ledger.balance(session, accounts[source]) < amount
    assert sum(balances(session, accounts)) == 0
    for wallet in accounts[2:]:
        assert 0 <= ledger.balance(session, wallet) == posted_to(session, wallet)
    assert ledger.check_invariants(session) == []


@examples(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_a_reversal_restores_every_balance(session: Session, steps: list[tuple[int, int, int]]) -> None:
    accounts = [a_budget(), a_budget(), *(a_filled_wallet(session, 5_000) for _ in range(4))]
    before = balances(session, accounts)
    postings = [moved(accounts[one], accounts[other], amount) for one, other, amount in steps if one != other]
    if postings:
        post(session, *postings)
        post(session, *(posting.reversed("undo") for posting in postings))
    assert balances(session, accounts) == before


def test_a_wallet_never_falls_below_zero(session: Session) -> None:
    owner = a_filled_wallet(session, 100)
    with pytest.raises(ledger.InsufficientBalance), session.begin_nested():
        post(session, moved(owner, a_budget(), 101))
    assert ledger.balance(session, owner) == 100
    post(session, moved(owner, a_budget(), 100))
    assert ledger.balance(session, owner) == 0


def test_only_what_a_transaction_takes_in_all_must_be_there(session: Session) -> None:
    """What comes in and goes out again within one transaction needs no balance."""
    owner, other = a_wallet(), a_wallet()
    post(session, moved(a_budget(), owner, 50), moved(owner, other, 50))
    assert balances(session, [owner, other]) == [0, 50]


def test_money_moves_between_two_wallets(session: Session) -> None:
    one, other = a_filled_wallet(session, 70), a_filled_wallet(session, 5)
    posted = post(session, moved(one, other, 30))
    assert posted.balances == {one.party_id: 40, other.party_id: 35}


def test_points_and_fen_of_a_person_are_two_wallets(session: Session) -> None:
    owner = a_wallet()
    points = ledger.wallet(owner.party_id, ledger.POINTS)
    in_fen, in_points = moved(a_budget(), owner, 5), moved(a_budget(unit=ledger.POINTS), points, 7)
    with pytest.raises(NotAPosting):
        post(session, in_fen, in_points)
    post(session, in_fen)
    post(session, in_points)
    assert balances(session, [owner, points]) == [5, 7]
    assert ledger.wallet_balance(session, owner.party_id, ledger.POINTS) == 7


def test_a_cause_is_posted_once(session: Session) -> None:
    budget, owner, cause = a_budget(), a_wallet(), a_cause()
    post(session, moved(budget, owner, 10), cause=cause)
    with pytest.raises(ledger.AlreadyPosted), session.begin_nested():
        post(session, moved(budget, owner, 10), cause=cause)
    assert ledger.balance(session, owner) == 10


def test_a_debit_whose_cause_was_posted_before_takes_nothing(session: Session) -> None:
    owner, cause = a_filled_wallet(session, 100), a_cause()
    post(session, moved(owner, a_budget(), 10), cause=cause)
    with pytest.raises(ledger.AlreadyPosted), session.begin_nested():
        post(session, moved(owner, a_budget(), 10), cause=cause)
    assert ledger.balance(session, owner) == 90
    assert ledger.check_invariants(session) == []


def test_sixteen_threads_with_one_cause_post_it_once(app: Flask, brand: TestBrand, committed: Opener) -> None:
    budget, owner, cause, gate = a_budget(), a_wallet(), a_cause(), threading.Barrier(16)

    def work(_: int) -> bool:
        gate.wait()
        try:
            with transaction(brand.id) as session:
                post(session, moved(budget, owner, 10), cause=cause)
        except ledger.AlreadyPosted:
            return False
        return True

    assert sum(in_parallel(app, 16, work)) == 1
    with committed() as session:
        assert balances(session, [budget, owner]) == [-10, 10]


def test_of_a_hundred_debits_at_once_exactly_as_many_succeed_as_the_balance_covers(
    app: Flask, brand: TestBrand, committed: Opener
) -> None:
    with committed() as session:
        owner, transit = a_filled_wallet(session, 105), a_budget()

    def work(_: int) -> bool:
        try:
            with transaction(brand.id) as session:
                post(session, moved(owner, transit, 10))
        except ledger.InsufficientBalance:
            return False
        return True

    assert sum(in_parallel(app, 100, work)) == 10
    with committed() as session:
        assert balances(session, [owner, transit]) == [5, 100]
        assert ledger.check_invariants(session) == []


def test_transfers_in_circles_at_once_neither_deadlock_nor_lose_money(
    app: Flask, brand: TestBrand, committed: Opener
) -> None:
    with committed() as session:
        wallets = [a_filled_wallet(session, 1_000) for _ in range(4)]

    def work(number: int) -> None:
        one, other = random.Random(number).sample(wallets, 2)
        with transaction(brand.id) as session:
            post(session, moved(one, other, number % 7 + 1))

    in_parallel(app, 60, work)
    with committed() as session:
        assert sum(balances(session, wallets)) == 4_000
        assert ledger.check_invariants(session) == []


def test_an_account_opened_by_a_transaction_that_failed_is_opened_again(committed: Opener) -> None:
    """The id of an account is remembered, but never one that was rolled back."""
    budget, owner = a_budget(), a_wallet()

    def fail() -> None:
        with committed() as session:
            post(session, moved(budget, owner, 1))
            post(session, moved(budget, owner, 1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    for _ in range(3):
        with committed() as session:
            post(session, moved(budget, owner, 1))
    with committed() as session:
        assert balances(session, [budget, owner]) == [-3, 3]


def test_the_lines_of_a_wallet_are_signed_and_newest_first(session: Session) -> None:
    owner = a_filled_wallet(session, 100)
    post(session, moved(owner, a_budget(), 30, "payout"), cause="payout:1")
    lines, cursor = ledger.wallet_postings(session, owner.party_id, cursor=None, limit=20)
    assert cursor is None
    assert [(line.amount_fen, line.reason) for line in lines] == [(-30, "payout"), (100, "test")]
    assert lines[0].cause == "payout:1"
    assert lines[0].at == AT


def test_a_brand_sees_nothing_of_anothers_books(committed: Opener, other_brand: TestBrand) -> None:
    budget, owner = a_budget(), a_wallet()
    with committed() as session:
        post(session, moved(budget, owner, 10), cause="same")
    with transaction(other_brand.id) as session:
        assert balances(session, [budget, owner]) == [0, 0]
        post(session, moved(budget, owner, 3), cause="same")
        assert balances(session, [budget, owner]) == [-3, 3]


@pytest.mark.parametrize("table", ["ledger_transaction", "ledger_posting"])
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET id = id WHERE brand_id = :b", "DELETE FROM {} WHERE brand_id = :b"]
)
def test_what_was_posted_is_never_changed(session: Session, table: str, change: str) -> None:
    a_filled_wallet(session, 1)
    bound = {"b": session.info["brand_id"]}
    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text(change.format(table)), bound)
