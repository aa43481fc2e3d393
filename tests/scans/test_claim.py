"""One scan pays the consumer, the terminal and the dealer, exactly once, and says why."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import attribution, codes, commissions, ledger
from app.books import prove
from app.kit import clock
from app.kit.transaction import transaction
from tests.builders.channel import bearer, someone_with
from tests.builders.codes import void
from tests.builders.scans import Shelf, a_shelf
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
Claimer = Callable[..., tuple[int, dict]]


@pytest.fixture
def shelf(brand: TestBrand, committed: Opener) -> Shelf:
    with committed() as session:
        return a_shelf(session)


@pytest.fixture
def claim(brand: TestBrand, client: FlaskClient) -> Claimer:
    """Claims a code as a person over HTTP: status and body."""

    def post(code: str, person_id: int) -> tuple[int, dict]:
        with transaction(brand.id) as session:
            headers = bearer(session, person_id)
        response = client.post("/api/consumer/claims", json={"code": code}, headers=headers)
        return response.status_code, response.get_json()

    return post


def payable(session: Session, dealer_id: int) -> int:
    return ledger.balance(session, ledger.Account("payable", "dealer", dealer_id))


def test_one_claim_pays_three_parties_and_explains_each(
    brand: TestBrand, shelf: Shelf, claim: Claimer, committed: Opener, worker: Callable[[], int]
) -> None:
    status, body = claim(shelf.code(brand.id), shelf.consumer_id)
    assert status == 200, body
    assert body["prize"] == {"kind": "cash", "tier": "畅饮红包", "amount_fen": 88}
    assert body["wallet_fen"] == 88
    assert body["shop"] == {"name": shelf.terminal.name}
    assert not body["repeated"]
    worker()
    with committed() as session:
        assert ledger.wallet_balance(session, shelf.consumer_id) == 88
        assert ledger.wallet_balance(session, shelf.owner_id) == 10
        assert payable(session, shelf.dealer.id) == 5
        paid = commissions.commissions_of(session, source="claim", source_id=f"{shelf.units.lo}:1")
        assert [(row.role, row.outcome, row.reason, row.amount_fen) for row in paid] == [
            ("terminal", "paid", "linked_sale", 10),
            ("dealer", "paid", "supplied_sale", 5),
        ]
        sale = attribution.sale_of(session, source="claim", source_id=f"{shelf.units.lo}:1")
        assert sale is not None
        assert (sale.terminal_id, sale.dealer_id) == (shelf.terminal.id, shelf.dealer.id)
        assert (sale.reason, sale.rule_version) == ("opened_case", "serving-1")
        assert sale.counted_at is not None
        assert not any(prove(session).values())


def test_the_same_person_again_gets_the_same_answer(brand: TestBrand, shelf: Shelf, claim: Claimer) -> None:
    first, again = (claim(shelf.code(brand.id), shelf.consumer_id)[1] for _ in range(2))
    assert again == {**first, "repeated": True}


def test_another_person_is_told_that_the_prize_is_gone(
    brand: TestBrand, shelf: Shelf, claim: Claimer, committed: Opener
) -> None:
    claim(shelf.code(brand.id), shelf.consumer_id)
    with committed() as session:
        other = someone_with(session)
    status, body = claim(shelf.code(brand.id), other)
    assert (status, body["error"]["code"]) == (409, "rewards.already_claimed")
    with committed() as session:
        assert ledger.wallet_balance(session, other) == 0


def test_a_unit_of_an_unopened_case_pays_the_consumer_and_says_why_the_others_are_not(
    brand: TestBrand, shelf: Shelf, claim: Claimer, committed: Opener
) -> None:
    status, body = claim(shelf.code(brand.id, index=24), shelf.consumer_id)
    assert (status, body["shop"], body["prize"]["amount_fen"]) == (200, None, 88)
    with committed() as session:
        rows = commissions.commissions_of(session, source="claim", source_id=f"{shelf.units.lo + 24}:1")
        assert {(row.outcome, row.reason) for row in rows} == {("refused", "case_not_opened")}
        sale = attribution.sale_of(session, source="claim", source_id=f"{shelf.units.lo + 24}:1")
        assert sale is not None
        assert (sale.terminal_id, sale.dealer_id, sale.reason) == (None, shelf.dealer.id, "holding_dealer")
        assert ledger.wallet_balance(session, shelf.owner_id) == 0


def test_the_outer_face_of_a_pair_carries_no_prize(
    brand: TestBrand, shelf: Shelf, claim: Claimer, committed: Opener
) -> None:
    with committed() as session:
        outer = next(codes.printed(session, batch_id=shelf.units.id)).outer
    status, body = claim(outer, shelf.consumer_id)
    assert (status, body["error"]["code"]) == (409, "rewards.not_a_reward_code")


def test_a_case_code_carries_no_prize(brand: TestBrand, shelf: Shelf, claim: Claimer) -> None:
    status, body = claim(shelf.case_code(brand.id), shelf.consumer_id)
    assert (status, body["error"]["code"]) == (409, "rewards.not_a_reward_code")


def test_a_code_of_another_brand_is_unknown(
    brand: TestBrand, other_brand: TestBrand, shelf: Shelf, claim: Claimer
) -> None:
    with transaction(other_brand.id) as session:
        foreign = a_shelf(session)
    status, body = claim(foreign.code(other_brand.id), shelf.consumer_id)
    assert (status, body["error"]["code"]) == (404, "codes.unknown")


@pytest.mark.parametrize(
    ("block", "status", "code"), [("freeze", 409, "codes.frozen"), ("void", 410, "codes.void")]
)
def test_a_blocked_code_pays_nobody(
    brand: TestBrand, shelf: Shelf, claim: Claimer, committed: Opener, block: str, status: int, code: str
) -> None:
    with committed() as session:
        lo = shelf.units.lo
        verb = codes.states.freeze if block == "freeze" else void
        verb(session, lo=lo, hi=lo + 1, reason="测试", by=1, at=clock.now())
    answered, body = claim(shelf.code(brand.id), shelf.consumer_id)
    assert (answered, body["error"]["code"]) == (status, code)
    assert claim(shelf.code(brand.id, index=1), shelf.consumer_id)[0] == 200


def test_a_process_with_a_stale_memory_reads_again_before_it_pays(
    brand: TestBrand, shelf: Shelf, claim: Claimer, committed: Opener
) -> None:
    """The freeze is committed by another process: this one has not forgotten anything yet."""
    assert claim(shelf.code(brand.id, index=1), shelf.consumer_id)[0] == 200
    with committed() as session:
        codes.states.freeze(session, lo=shelf.units.lo, hi=shelf.units.hi, reason="召回", by=1, at=clock.now())
        session.info.pop("bumped")
    status, body = claim(shelf.code(brand.id), shelf.consumer_id)
    assert (status, body["error"]["code"]) == (409, "codes.frozen")


def test_the_limit_per_person_counts_wins_and_rolls_back_the_claim(
    brand: TestBrand, claim: Claimer, committed: Opener
) -> None:
    with committed() as session:
        shelf = a_shelf(session, per_person_limit=2, per_person_day_limit=5)
    answers = [claim(shelf.code(brand.id, index), shelf.consumer_id) for index in range(3)]
    assert [status for status, _ in answers] == [200, 200, 409]
    assert answers[2][1]["error"]["code"] == "campaigns.limit_reached"
    with committed() as session:
        assert ledger.wallet_balance(session, shelf.consumer_id) == 176
        claims = session.execute(text("SELECT count(*) FROM rewards_claim WHERE brand_id = :b"), {"b": brand.id})
        assert claims.scalar() == 2
        other = someone_with(session)
    assert claim(shelf.code(brand.id, index=2), other)[0] == 200


def test_an_ended_session_claims_nothing(
    brand: TestBrand, shelf: Shelf, client: FlaskClient, committed: Opener
) -> None:
    with committed() as session:
        headers = bearer(session, shelf.consumer_id)
    assert client.delete("/api/session", headers=headers).status_code == 204
    response = client.post("/api/consumer/claims", json={"code": shelf.code(brand.id)}, headers=headers)
    assert response.status_code == 401
