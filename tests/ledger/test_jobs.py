"""Roll-ups and joined wallets."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import ledger
from app.kit import clock
from app.ledger.jobs import SETTLED, join_wallets, roll_up
from tests.builders.ledger import a_budget, a_filled_wallet, a_wallet, in_parallel, moved, post
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
ROLLED = text("SELECT count(*), coalesce(sum(amount), 0) FROM ledger_rollup WHERE brand_id = :brand_id")


def rolled(session: Session) -> tuple[int, int]:
    count, amount = session.execute(ROLLED, {"brand_id": session.info["brand_id"]}).one()
    return int(count), int(amount)


def test_a_rolled_up_account_holds_what_its_postings_sum_up_to(brand: TestBrand, committed: Opener) -> None:
    budget, dealer = a_budget(), ledger.Account("payable", "dealer", 5)
    with committed() as session:
        post(session, moved(budget, a_wallet(), 70), moved(budget, dealer, 30))
        post(session, moved(dealer, budget, 10))
    roll_up(brand_id=brand.id, at=clock.now() + SETTLED)
    with committed() as session:
        assert rolled(session)[0] == 2
        assert (ledger.balance(session, budget), ledger.balance(session, dealer)) == (-90, 20)
        post(session, moved(budget, dealer, 1))
        assert (ledger.balance(session, budget), ledger.balance(session, dealer)) == (-91, 21)
        assert ledger.balance_of_kind(session, "budget") == -91


def test_rolling_up_again_changes_nothing(app: Flask, brand: TestBrand, committed: Opener) -> None:
    budget = a_budget()
    with committed() as session:
        post(session, moved(budget, a_wallet(), 70))
    late = clock.now() + SETTLED + timedelta(minutes=1)
    in_parallel(app, 6, lambda _: roll_up(brand_id=brand.id, at=late), threads=6)
    roll_up(brand_id=brand.id, at=late + timedelta(hours=1))
    roll_up(brand_id=brand.id, at=late)
    with committed() as session:
        assert rolled(session) == (1, -70)
        assert ledger.balance(session, budget) == -70


def test_postings_that_may_still_be_joined_by_older_ones_wait(brand: TestBrand, committed: Opener) -> None:
    with committed() as session:
        post(session, moved(a_budget(), a_wallet(), 70))
    roll_up(brand_id=brand.id, at=clock.now())
    with committed() as session:
        assert rolled(session)[1] == 0


def test_after_a_merge_the_survivor_has_the_money_of_both(brand: TestBrand, committed: Opener) -> None:
    with committed() as session:
        absorbed, survivor = a_filled_wallet(session, 70), a_filled_wallet(session, 30)
    at = clock.now()
    for late in range(3):
        join_wallets(
            brand_id=brand.id,
            person_id=absorbed.party_id,
            survivor_id=survivor.party_id,
            at=at + timedelta(seconds=late),
        )
    with committed() as session:
        assert (ledger.balance(session, absorbed), ledger.balance(session, survivor)) == (0, 100)
        assert ledger.check_invariants(session) == []


def test_a_merge_of_people_without_money_posts_nothing(brand: TestBrand, committed: Opener) -> None:
    join_wallets(brand_id=brand.id, person_id=1, survivor_id=2, at=clock.now())
    with committed() as session:
        count = text("SELECT count(*) FROM ledger_transaction WHERE brand_id = :brand_id")
        assert session.execute(count, {"brand_id": brand.id}).scalar() == 0
