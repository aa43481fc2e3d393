from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from app import identity, ledger, payouts
from app.kit.outbox import JobRow
from app.payouts.actions import apply_answer, begin_attempt, give_back, lease_due, note_refusal
from app.payouts.errors import AmountTooLarge, AmountTooSmall, NoPayeeAccount, NotOffered, PayoutUnknown
from app.payouts.models import Payout
from app.payouts.queries import get_own_payout, get_payout, in_transit_fen
from app.platforms.wechatpay import TransferAnswer, TransferState
from tests.builders.payouts import APP_ID, a_merchant, a_payee, a_payout

S = TransferState
MCH_ID = "1900000001"


@pytest.fixture
def merchant(session):
    return a_merchant(session)


def told(payout, state, **changes):
    return TransferAnswer(
        **{"out_bill_no": payout.out_bill_no, "state": state, "transfer_bill_no": "T1"} | changes
    )


def hear(session, payout, state, at, **changes):
    apply_answer(session, payout_id=payout.id, answer=told(payout, state, **changes), at=at)
    return get_payout(session, payout.id)


def wrongs(session):
    return payouts.check_invariants(session) + ledger.check_invariants(session)


def test_a_withdrawal_moves_the_money_out_of_the_wallet_and_asks_for_its_transfer(session, merchant, at):
    person_id = a_payee(session, openid="oOne", fen=150)
    payout = payouts.withdraw(session, person_id=person_id, amount_fen=100, at=at)
    assert (payout.state, payout.app_id, payout.openid, payout.mch_id) == ("requested", APP_ID, "oOne", MCH_ID)
    assert ledger.wallet_balance(session, person_id) == 50
    assert in_transit_fen(session, person_id) == 100
    assert session.scalar(select(JobRow.args)) == {"payout_id": payout.id}
    assert wrongs(session) == []


@pytest.mark.parametrize(("fen", "refusal"), [(9, AmountTooSmall), (20_001, AmountTooLarge)])
def test_an_amount_the_platform_would_not_transfer_is_refused(session, merchant, at, fen, refusal):
    with pytest.raises(refusal):
        payouts.withdraw(session, person_id=a_payee(session, fen=30_000), amount_fen=fen, at=at)


@pytest.mark.parametrize("fen", [10, 20_000])
def test_the_least_and_the_most_can_be_withdrawn(session, merchant, at, fen):
    assert a_payout(session, fen=fen).amount_fen == fen


def test_more_than_the_wallet_holds_is_refused(session, merchant, at):
    with pytest.raises(ledger.InsufficientBalance):
        payouts.withdraw(session, person_id=a_payee(session, fen=99), amount_fen=100, at=at)


def test_a_person_without_a_wechat_account_cannot_withdraw(session, merchant, at):
    person_id = identity.make_person(session, nickname="店员", at=at)
    with pytest.raises(NoPayeeAccount):
        payouts.withdraw(session, person_id=person_id, amount_fen=10, at=at)


def test_a_brand_without_a_merchant_account_does_not_offer_withdrawals(session, at):
    with pytest.raises(NotOffered):
        payouts.withdraw(session, person_id=a_payee(session, fen=100), amount_fen=10, at=at)


def test_a_success_pays_the_money_out_once(session, merchant, at):
    payout = a_payout(session, fen=100)
    for _ in range(2):
        assert hear(session, payout, S.SUCCESS, at).state == "paid"
    account = ledger.Account("paid_out", "platform", session.info["brand_id"])
    assert ledger.balance(session, account) == 100
    assert wrongs(session) == []


@pytest.mark.parametrize(
    ("state", "reason", "kept"), [(S.FAIL, "OVERDUE_CLOSE", "OVERDUE_CLOSE"), (S.CANCELLED, None, "CANCELLED")]
)
def test_a_failure_returns_the_money_once_with_its_reason(session, merchant, at, state, reason, kept):
    payout = a_payout(session, fen=100)
    for _ in range(2):
        ended = hear(session, payout, state, at, fail_reason=reason)
    assert (ended.state, ended.fail_reason, ended.finished_at) == ("returned", kept, at)
    assert ledger.wallet_balance(session, payout.person_id) == 100
    assert wrongs(session) == []


@pytest.mark.parametrize(("first", "second"), [(S.FAIL, S.SUCCESS), (S.SUCCESS, S.FAIL)])
def test_a_platform_that_takes_its_word_back_moves_no_money_and_is_reported(session, merchant, at, first, second):
    payout = a_payout(session, fen=100)
    state = hear(session, payout, first, at).state
    balance = ledger.wallet_balance(session, payout.person_id)
    after = hear(session, payout, second, at)
    assert (after.state, after.contradiction) == (state, f"{second} after {state}")
    assert ledger.wallet_balance(session, payout.person_id) == balance
    assert wrongs(session) == [f"payout {payout.id}: {second} after {state}"]


@pytest.mark.parametrize("late", [S.ACCEPTED, S.WAIT_USER_CONFIRM, S.TRANSFERING])
def test_an_answer_overtaken_by_the_end_changes_nothing(session, merchant, at, late):
    payout = a_payout(session)
    hear(session, payout, S.SUCCESS, at)
    assert hear(session, payout, late, at, package_info="p").state == "paid"
    assert wrongs(session) == []


def test_a_package_is_kept_only_while_the_payout_waits(session, merchant, at):
    payout = a_payout(session)
    waiting = hear(session, payout, S.WAIT_USER_CONFIRM, at, package_info="p")
    assert (waiting.state, waiting.package_info) == ("waiting", "p")
    assert waiting.expires_at == at + timedelta(hours=24)
    assert hear(session, payout, S.WAIT_USER_CONFIRM, at + timedelta(hours=1)).package_info == "p"
    assert hear(session, payout, S.TRANSFERING, at).package_info is None


@pytest.mark.parametrize("changes", [{"amount_fen": 99}, {"openid": "oSomebodyElse"}])
def test_an_answer_about_another_amount_or_receiver_is_flagged_and_not_followed(session, merchant, at, changes):
    payout = a_payout(session, fen=100)
    after = hear(session, payout, S.SUCCESS, at, **changes)
    assert (after.state, after.contradiction) == ("requested", "SUCCESS for another amount or receiver")


def test_our_own_clock_never_ends_a_payout(session, merchant, at):
    payout = a_payout(session)
    hear(session, payout, S.WAIT_USER_CONFIRM, at, package_info="p")
    lease_due(session, at=at + timedelta(days=60), limit=10)
    assert get_payout(session, payout.id).state == "waiting"


def test_money_comes_back_to_the_person_whom_the_owner_was_merged_into(session, merchant, at):
    payout = a_payout(session, fen=100)
    survivor = a_payee(session)
    session.execute(
        text("UPDATE identity_person SET merged_into = :into WHERE brand_id = :brand_id AND id = :id"),
        {"into": survivor, "brand_id": session.info["brand_id"], "id": payout.person_id},
    )
    hear(session, payout, S.FAIL, at)
    assert ledger.wallet_balance(session, survivor) == 100
    assert get_own_payout(session, person_id=survivor, payout_id=payout.id).id == payout.id


def test_an_attempt_is_written_down_before_it_is_sent(session, merchant, at):
    payout = a_payout(session)
    first = begin_attempt(session, payout_id=payout.id, mch_id=MCH_ID, at=at)
    second = begin_attempt(session, payout_id=payout.id, mch_id=MCH_ID, at=at + timedelta(minutes=1))
    assert (first.number, first.unsure_until) == (1, None)
    assert (second.number, second.unsure_until) == (2, at + timedelta(minutes=15))
    assert second.payout.submitted_at == at


def test_an_answered_attempt_leaves_no_doubt_behind(session, merchant, at):
    payout = a_payout(session)
    note_refusal(session, begin_attempt(session, payout_id=payout.id, mch_id=MCH_ID, at=at), code="NO_AUTH")
    session.expire_all()
    assert begin_attempt(session, payout_id=payout.id, mch_id=MCH_ID, at=at).unsure_until is None


@pytest.mark.parametrize("state", [S.TRANSFERING, S.SUCCESS, S.FAIL])
def test_nothing_is_sent_for_a_payout_the_platform_has_answered(session, merchant, at, state):
    payout = a_payout(session)
    hear(session, payout, state, at)
    assert begin_attempt(session, payout_id=payout.id, mch_id=MCH_ID, at=at) is None


def test_nothing_is_sent_under_another_merchant_account(session, merchant, at):
    payout = a_payout(session)
    assert begin_attempt(session, payout_id=payout.id, mch_id="1900000002", at=at) is None


def test_nothing_is_sent_again_once_the_platform_has_forgotten_its_numbers(session, merchant, at):
    payout = a_payout(session)
    begin_attempt(session, payout_id=payout.id, mch_id=MCH_ID, at=at)
    assert begin_attempt(session, payout_id=payout.id, mch_id=MCH_ID, at=at + timedelta(days=29)) is None


def test_a_payout_that_stays_open_is_reported(session, merchant, at):
    payout = a_payout(session, at=at)
    lease_due(session, at=at + timedelta(days=4), limit=10)
    assert wrongs(session) == [f"payout {payout.id}: still requested when asked after three days"]


def test_only_the_last_attempt_may_give_the_money_back_and_only_once(session, merchant, at):
    payout = a_payout(session, fen=100)
    for _ in range(2):
        begin_attempt(session, payout_id=payout.id, mch_id=MCH_ID, at=at)
    given = [
        give_back(session, payout_id=payout.id, attempt=number, code="NOT_ENOUGH", at=at) for number in (1, 2, 2)
    ]
    assert given == [False, True, False]
    assert ledger.wallet_balance(session, payout.person_id) == 100
    assert wrongs(session) == []


def test_a_leased_payout_is_not_due_again_at_once(session, merchant, at):
    a_payout(session, at=at)
    later = at + timedelta(minutes=2)
    assert [len(lease_due(session, at=later, limit=10)) for _ in range(2)] == [1, 0]


def test_the_payouts_of_another_brand_are_not_seen(app, other_brand, session, merchant, committed):
    payout = a_payout(session)
    session.info["brand_id"] = other_brand.id
    with pytest.raises(PayoutUnknown):
        get_payout(session, payout.id)


def test_a_posting_that_is_missing_or_too_much_is_reported(session, merchant, at):
    payout = a_payout(session, fen=100)
    session.execute(
        text("UPDATE payouts_payout SET state = 'paid', finished_at = now() WHERE brand_id = :brand_id"),
        {"brand_id": session.info["brand_id"]},
    )
    assert payouts.check_invariants(session) == [
        "open payouts 0 fen, in transit 100 fen",
        f"payout {payout.id}: paid, but its posting 'paid' is wrong",
    ]


def test_of_two_hundred_parallel_withdrawals_exactly_those_the_balance_covers_succeed(app, committed, at):
    with committed() as session:
        a_merchant(session)
        person_id = a_payee(session, fen=1000)

    def withdraw(_):
        try:
            with app.app_context(), committed() as session:
                payouts.withdraw(session, person_id=person_id, amount_fen=100, at=at)
        except ledger.InsufficientBalance:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        won = sum(pool.map(withdraw, range(200)))
    with committed() as session:
        assert (won, session.scalar(select(func.count()).select_from(Payout))) == (10, 10)
        assert ledger.wallet_balance(session, person_id) == 0
        assert wrongs(session) == []


def test_opposite_ends_told_at_the_same_moment_move_the_money_once(app, committed, at):
    with committed() as session:
        a_merchant(session)
        payout = a_payout(session, fen=100)

    def hear_apart(state):
        with app.app_context(), committed() as session:
            return apply_answer(session, payout_id=payout.id, answer=told(payout, state), at=at)

    with ThreadPoolExecutor(8) as pool:
        moved = sum(pool.map(hear_apart, [S.FAIL, S.SUCCESS] * 8))
    with committed() as session:
        wrong = wrongs(session)
        assert (moved, len(wrong)) == (1, 1)
        assert "after" in wrong[0]
