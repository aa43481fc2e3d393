"""Commissions and the ledger agree, or the nightly proof says where they do not."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import commissions, ledger
from app.kit.ids import new_id
from tests.builders.channel import bearer
from tests.builders.ledger import a_budget, a_wallet, moved, post
from tests.builders.scans import Shelf, a_shelf
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
PLANTED = text("""
INSERT INTO commissions_commission (brand_id, id, source, source_id, role, party_id, payee_id, amount_fen, outcome,
  reason, rule_version, evidence, at)
VALUES (:b, :id, 'claim', :source_id, :role, 1, 1, :fen, :outcome, 'linked_sale', 'planted', '{}', now())""")


@pytest.fixture
def shelf(brand: TestBrand, committed: Opener, client: FlaskClient) -> Shelf:
    """One claimed unit: the shop got 10 fen, the dealer 5."""
    with committed() as session:
        made = a_shelf(session)
        headers = bearer(session, made.consumer_id)
    body = {"code": made.code(brand.id)}
    assert client.post("/api/consumer/claims", json=body, headers=headers).status_code == 200
    return made


def plant(session: Session, **given) -> None:
    values = {"source_id": "9:1", "role": "terminal", "fen": 10, "outcome": "paid"}
    session.execute(PLANTED, {"b": session.info["brand_id"], "id": new_id(), **values, **given})


def test_a_claimed_unit_holds(shelf: Shelf, committed: Opener) -> None:
    with committed() as session:
        assert commissions.check_invariants(session) == []


@pytest.mark.parametrize("outcome", ["held", "refused"])
def test_what_was_not_paid_needs_no_posting(shelf: Shelf, committed: Opener, outcome: str) -> None:
    with committed() as session:
        plant(session, outcome=outcome)
        assert commissions.check_invariants(session) == []


def test_a_commission_that_was_paid_and_not_posted_is_named(shelf: Shelf, committed: Opener) -> None:
    with committed() as session:
        plant(session)
        assert "commission claim:9:1 terminal: paid but not posted" in commissions.check_invariants(session)


def test_a_commission_posted_with_another_amount_is_named(shelf: Shelf, committed: Opener) -> None:
    with committed() as session:
        posting = moved(a_budget(), a_wallet(), 11, "terminal_commission")
        post(session, posting, cause="claim:9:1")
        plant(session)
        assert "commission claim:9:1 terminal: paid but not posted" in commissions.check_invariants(session)


def test_a_commission_posted_to_another_role_is_named(shelf: Shelf, committed: Opener) -> None:
    with committed() as session:
        posting = moved(a_budget(), ledger.Account("payable", "dealer", 1), 10, "dealer_commission")
        post(session, posting, cause="claim:9:1")
        plant(session)
        assert "commission claim:9:1 terminal: paid but not posted" in commissions.check_invariants(session)


def test_a_posting_that_no_commission_explains_is_noticed(shelf: Shelf, committed: Opener) -> None:
    with committed() as session:
        post(session, moved(a_budget(), a_wallet(), 7, "terminal_commission"))
        (found,) = commissions.check_invariants(session)
        assert found == "paid commissions 15 fen, posted commissions 22 fen"
