"""Each fault planted behind the ledger's back is found and named."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import ledger
from app.kit import clock
from app.kit.ids import new_id
from app.ledger.jobs import SETTLED, roll_up
from tests.builders.ledger import a_budget, a_filled_wallet, a_wallet, moved, post
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
PLANTED_POSTING = """
INSERT INTO ledger_posting (brand_id, id, transaction_id, unit, source_id, destination_id, amount, reason)
SELECT :b, :id, t.id, :unit, s.id, d.id, 5, 'planted'
FROM ledger_transaction t, ledger_account s, ledger_account d
WHERE t.brand_id = :b AND s.brand_id = :b AND d.brand_id = :b AND s.kind = 'budget' AND d.kind = :kind"""
PLANTED_TRANSACTION = """
INSERT INTO ledger_transaction (brand_id, id, kind, cause, at) VALUES (:b, :id, 'test', 'planted', now())"""
PLANTED_STRAY = """
INSERT INTO ledger_posting (brand_id, id, transaction_id, unit, source_id, destination_id, amount, reason)
VALUES (:b, :id, 1, 'fen', 2, -3, 5, 'planted')"""
PLANTED_BALANCE = "UPDATE ledger_account SET balance = balance + 1 WHERE brand_id = :b AND kind = 'wallet'"
FAULTS: dict[str, tuple[str, dict[str, str], str]] = {
    "a balance that nobody posted": (PLANTED_BALANCE, {}, "balance 101, postings 100"),
    "a transaction without postings": (PLANTED_TRANSACTION, {}, "no posting"),
    "a posting that no balance knows": (
        PLANTED_POSTING,
        {"unit": "fen", "kind": "wallet"},
        "balance 100, postings 105",
    ),
    "a posting of accounts that do not exist": (PLANTED_STRAY, {}, "no such transaction or account"),
    "a posting across units": (PLANTED_POSTING, {"unit": "points", "kind": "payable"}, "units differ"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_named(session: Session, name: str) -> None:
    budget, dealer = a_budget(), ledger.Account("payable", "dealer", 1)
    post(session, moved(budget, a_wallet(), 100), moved(budget, dealer, 5))
    assert ledger.check_invariants(session) == []
    statement, values, words = FAULTS[name]
    session.execute(text(statement), {"b": session.info["brand_id"], "id": new_id(), **values})
    found = ledger.check_invariants(session)
    assert any(words in finding for finding in found), found


def test_a_sum_that_was_rolled_up_wrongly_is_named(brand: TestBrand, committed: Opener) -> None:
    with committed() as session:
        a_filled_wallet(session, 100)
    roll_up(brand_id=brand.id, at=clock.now() + SETTLED + timedelta(minutes=1))
    with committed() as session:
        assert ledger.check_invariants(session) == []
        session.execute(text("UPDATE ledger_rollup SET amount = 7 WHERE brand_id = :b"), {"b": brand.id})
        (found,) = ledger.check_invariants(session)
        assert "rolled up 7, postings -100" in found


def test_a_fault_of_another_brand_is_not_ours(other_brand: TestBrand, session: Session) -> None:
    session.execute(text(PLANTED_TRANSACTION), {"b": other_brand.id, "id": new_id()})
    assert ledger.check_invariants(session) == []
