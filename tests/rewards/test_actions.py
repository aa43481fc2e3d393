"""One claim per share of a code, kept for ever, and the same money in the ledger."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import codes, rewards
from app.kit.statement import ask, change
from app.kit.transaction import transaction
from app.ledger import wallet
from tests.builders.codes import STAFF, an_active_batch
from tests.builders.ledger import AT, a_budget, moved, post
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]


def win(session: Session, code_no: int, *, person_id=1, amount_fen=88, share_no=1) -> None:
    """Claim a code; the brand's first hundred are active."""
    if codes.batch_of(session, code_no) is None:
        an_active_batch(session, count=100)
    tier = (0, "红包") if amount_fen else (None, None)
    new = rewards.NewClaim(code_no, share_no, person_id, 5, 0, *tier, amount_fen, "campaign-1")
    change(session, rewards.claim_change(new, brand_id=session.info["brand_id"], at=AT))


def pay(session: Session, code_no: int, *, amount_fen=88, reason="prize") -> None:
    post(session, moved(a_budget(), wallet(1), amount_fen, reason), cause=f"claim:{code_no}:1")


def claimed(session: Session, code_no: int) -> rewards.Claimed | None:
    (row,) = ask(session, rewards.claim_question(brand_id=session.info["brand_id"], code_no=code_no))
    return rewards.read_claim(row)


def test_a_claim_says_who_holds_the_prize_and_since_when(session: Session) -> None:
    assert claimed(session, 7) is None
    win(session, 7, person_id=3)
    assert claimed(session, 7) == rewards.Claimed(3, "红包", 88, AT)


def test_a_claim_without_a_prize_is_a_claim(session: Session) -> None:
    win(session, 7, amount_fen=0)
    assert claimed(session, 7) == rewards.Claimed(1, None, 0, AT)
    assert rewards.check_invariants(session) == []


def test_a_share_of_a_code_is_claimed_once(session: Session) -> None:
    win(session, 7)
    for person_id in (1, 2):
        with pytest.raises(rewards.AlreadyClaimed), session.begin_nested():
            win(session, 7, person_id=person_id)
    win(session, 7, share_no=2)
    win(session, 8)


def test_a_code_that_is_active_no_more_in_the_database_is_not_claimed(session: Session) -> None:
    """Whatever the process that decided the claim remembers."""
    an_active_batch(session, count=100)
    codes.states.revoke(session, ranges=[(7, 8)], reason="重新安排", by=STAFF, at=AT)
    with pytest.raises(rewards.AlreadyClaimed), session.begin_nested():
        win(session, 7)
    assert claimed(session, 7) is None
    win(session, 6)
    win(session, 8)


def test_a_code_that_is_both_paid_and_revoked_is_named(session: Session) -> None:
    """As nothing but a verb that does not ask could make it."""
    win(session, 7, amount_fen=0)
    assert rewards.check_invariants(session) == []
    codes.states.revoke(session, ranges=[(5, 9)], reason="误操作", by=STAFF, at=AT + timedelta(hours=1))
    assert rewards.check_invariants(session) == ["claim 7: its activation was revoked after it"]


def test_the_same_number_of_two_brands_is_two_codes(committed: Opener, other_brand: TestBrand) -> None:
    with committed() as session:
        win(session, 7, person_id=1)
    with transaction(other_brand.id) as session:
        assert claimed(session, 7) is None
        assert rewards.claim_row(session, 7) is None
        win(session, 7, person_id=2)
    with committed() as session:
        assert rewards.claims_of_person(session, 2, cursor=None, limit=9).items == []
        assert len(rewards.claims_of_person(session, 1, cursor=None, limit=9).items) == 1


def test_claims_of_a_person_are_newest_first(session: Session) -> None:
    for code_no in (3, 1, 2):
        win(session, code_no)
    win(session, 9, person_id=2)
    found = rewards.claims_of_person(session, 1, cursor=None, limit=2)
    assert [row.code_no for row in found.items] == [2, 1]
    rest = rewards.claims_of_person(session, 1, cursor=found.next_cursor, limit=2)
    assert [row.code_no for row in rest.items] == [3]


@pytest.mark.parametrize("change_", ["UPDATE rewards_claim SET amount_fen = 9", "DELETE FROM rewards_claim"])
def test_a_claim_is_never_changed(session: Session, change_: str) -> None:
    win(session, 7)
    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text(f"{change_} WHERE brand_id = :b"), {"b": session.info["brand_id"]})


def test_claims_that_were_paid_hold(session: Session) -> None:
    for code_no in (7, 8):
        win(session, code_no)
        pay(session, code_no)
    assert rewards.check_invariants(session) == []


def test_a_claim_that_was_not_paid_is_named(session: Session) -> None:
    win(session, 7)
    assert rewards.check_invariants(session) == ["claim 7: prize not posted", "claims 88 fen, posted prizes 0 fen"]


def test_a_claim_paid_with_another_amount_is_named(session: Session) -> None:
    win(session, 7)
    pay(session, 7, amount_fen=89)
    assert rewards.check_invariants(session) == [
        "claim 7: prize not posted",
        "claims 88 fen, posted prizes 89 fen",
    ]


def test_a_prize_that_nobody_claimed_is_noticed(session: Session) -> None:
    pay(session, 7)
    assert rewards.check_invariants(session) == ["claims 0 fen, posted prizes 88 fen"]
