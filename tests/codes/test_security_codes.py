"""Digits under film: right ones always pass, five wrong ones in a row lock, and nobody gets a sixth guess."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from app.codes import errors
from app.codes.actions import check_security_code
from app.codes.models import AlarmRow
from tests.builders.codes import a_batch
from tests.builders.packs import digits_of, minted_batches, wrong


def test_right_digits_pass_and_tell_when_they_first_did(session, at):
    [batch] = minted_batches(session)
    digits = digits_of(batch, batch.lo)
    first = check_security_code(session, code_no=batch.lo, digits=digits, at=at)
    again = check_security_code(session, code_no=batch.lo, digits=digits, at=at.replace(hour=9))
    assert (first.outcome, first.times, again.times, again.first_at) == ("right", 1, 2, at)


def test_five_wrong_ones_lock_and_then_the_right_one_is_too_late(session, at):
    [batch] = minted_batches(session)
    digits = digits_of(batch, batch.lo)
    answers = [check_security_code(session, code_no=batch.lo, digits=wrong(digits), at=at) for _ in range(5)]
    assert [(one.outcome, one.tries_left) for one in answers] == [
        ("wrong", 4),
        ("wrong", 3),
        ("wrong", 2),
        ("wrong", 1),
        ("locked", 0),
    ]
    assert check_security_code(session, code_no=batch.lo, digits=digits, at=at).outcome == "locked"
    assert check_security_code(session, code_no=batch.lo + 1, digits=digits, at=at).outcome == "wrong"
    [alarm] = session.scalars(select(AlarmRow))
    assert (alarm.kind, alarm.subject) == ("security_code_locked", f"code:{batch.lo}")


def test_right_digits_give_the_tries_back(session, at):
    [batch] = minted_batches(session)
    digits = digits_of(batch, batch.lo)
    for _ in range(3):
        for _ in range(4):
            check_security_code(session, code_no=batch.lo, digits=wrong(digits), at=at)
        assert check_security_code(session, code_no=batch.lo, digits=digits, at=at).outcome == "right"


def test_racing_guesses_get_five_tries_together(app, committed, at):
    with committed() as session:
        [batch] = minted_batches(session)
        digits = wrong(digits_of(batch, batch.lo))

    def guess(_):
        with app.app_context(), committed() as session:
            return check_security_code(session, code_no=batch.lo, digits=digits, at=at)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))
    assert sorted(one.tries_left for one in answers) == [0] * 20 + [1, 2, 3, 4]


def test_a_code_without_film_is_refused_and_a_canary_behaves_like_any_other(session, at):
    plain = a_batch(session)
    with pytest.raises(errors.NoSecurityCode):
        check_security_code(session, code_no=plain.lo, digits="000000", at=at)
    [batch] = minted_batches(session, canaries=2)
    digits = digits_of(batch, batch.hi)
    assert check_security_code(session, code_no=batch.hi, digits=digits, at=at).outcome == "right"
    with pytest.raises(errors.NoSecurityCode):
        check_security_code(session, code_no=batch.hi + 2, digits=digits, at=at)
