from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.payouts.rules import (
    ENTRY_REASONS,
    FINAL,
    LAST_CHECK,
    MEANING,
    OPEN,
    REASONS,
    STATES,
    contradicts,
    entry_reason,
    judge_refusal,
    next_check,
    payout_reason,
    sources_of,
)
from app.platforms.wechatpay import TransferState

AT = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
SOON, AGO = AT + timedelta(seconds=1), AT - timedelta(seconds=1)


def test_every_state_of_the_platform_has_a_meaning():
    assert set(MEANING) == set(TransferState)


def test_what_is_final_there_is_final_here_and_nothing_else_is():
    assert {state for state in TransferState if MEANING[state] in FINAL} == {
        state for state in TransferState if state.is_final
    }


@pytest.mark.parametrize("state", STATES)
def test_nothing_follows_a_final_state(state):
    assert not set(FINAL) & set(sources_of(state))


@pytest.mark.parametrize("state", FINAL)
def test_every_open_state_may_end_either_way(state):
    assert set(sources_of(state)) == set(OPEN)


@pytest.mark.parametrize("now", STATES)
@pytest.mark.parametrize("told", STATES)
def test_only_two_different_ends_contradict_each_other(now, told):
    assert contradicts(now, told) == ({now, told} == set(FINAL))


@pytest.mark.parametrize(
    ("code", "missing", "unsure_until", "verdict"),
    [
        ("NOT_ENOUGH", True, None, "give_back"),
        ("NO_AUTH", True, AGO, "give_back"),
        ("NO_AUTH", True, AT, "give_back"),
        ("NO_AUTH", True, SOON, "try_again"),
        ("NO_AUTH", False, None, "try_again"),
        ("FREQUENCY_LIMITED", True, None, "try_again"),
    ],
)
def test_money_goes_back_only_when_no_bill_exists_or_can_still_appear(code, missing, unsure_until, verdict):
    assert judge_refusal(code, missing=missing, unsure_until=unsure_until, at=AT) == verdict


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=40)))
def test_the_next_check_is_later_the_older_the_payout_and_never_beyond_an_hour(age):
    wait = next_check(AT, AT + age) - (AT + age)
    assert timedelta(seconds=15) <= wait <= LAST_CHECK
    assert wait <= next_check(AT, AT + age * 2) - (AT + age * 2)


@pytest.mark.parametrize("words", [*REASONS.values(), *ENTRY_REASONS.values()])
def test_reasons_are_told_in_both_languages(words):
    chinese, english = words
    assert not chinese.isascii()
    assert english.isascii()


def test_an_unknown_reason_is_told_too():
    assert "退回" in payout_reason("SOMETHING_NEW", "zh")
    assert "wallet" in payout_reason("SOMETHING_NEW", "en")
    assert payout_reason(None, "zh") is None
    assert (entry_reason("prize", "zh"), entry_reason("new", "en")) == ("扫码奖金", "Other")
