"""Pure scoring: which figures speak, what they weigh, what is answered, and what nobody is told."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.risk.rules import (
    KIND_WORDS,
    Asker,
    Facts,
    Flag,
    Limits,
    Reason,
    Seen,
    Watch,
    answer_for,
    answer_for_case,
    judge_address,
    judge_block,
    judge_case,
    judge_device,
    judge_person,
    lasts,
    pack_of,
    reason_text,
    signals_of,
)
from app.risk.rules.observing import jumps, longest_run, scattered
from app.risk.rules.signals import POINTS

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)
LIMITS = Limits()


def seen(code_no=0, *, minutes=0, kind="claim", pack=None, **facts):
    at = NOON - timedelta(minutes=minutes)
    return Seen(kind=kind, at=at, code_no=code_no, pack=code_no if pack is None else pack, person_id=1, **facts)


def judged(history, **facts):
    return judge_person(Facts(sorted(history, key=lambda one: one.at), **facts), LIMITS, at=NOON)


def names(judgement):
    return {reason.signal for reason in judgement.reasons}


def test_a_family_that_drinks_a_case_in_three_weeks_is_paid():
    history = [seen(number, pack=7, minutes=1000 * number) for number in range(24)]
    assert judged(history).answer == "pay"


def test_an_office_that_scans_three_cases_in_an_hour_is_asked_for_a_number_at_most():
    history = [seen(number, pack=number // 24, minutes=number / 2) for number in range(72)]
    assert judged(history).answer in {"pay", "verify_first"}


def test_a_bag_of_caps_on_the_first_day_waits():
    history = [seen(24 * number, minutes=number) for number in range(5)]
    assert names(judged(history)) == {"newcomer"}
    assert judged(history).answer == "defer"


def test_codes_of_many_cases_in_a_week_are_scattered_though_each_day_is_ordinary():
    history = [seen(24 * number, minutes=400 * number) for number in range(25)]
    assert "scatter_week" in names(judged(history))


def test_one_canary_is_refused():
    assert judged([seen(5, kind="canary")]).answer == "refuse"


def test_a_few_inactive_codes_are_chance_and_many_are_not():
    assert judged([seen(number, kind="leak") for number in range(3)]).answer == "pay"
    assert judged([seen(number, kind="leak") for number in range(4)]).answer == "defer"


def test_whole_unsold_cases_wait_where_shops_open_their_cases_and_say_nothing_where_they_do_not():
    history = [seen(number, pack=number // 24, minutes=number, unsold=True) for number in range(48)]
    assert "unsold_cases" in names(judged(history, unsold_per_mille=100))
    assert "unsold_cases" not in names(judged(history, unsold_per_mille=900))


def test_two_places_in_no_time_are_a_journey_and_two_streets_are_not():
    here, there = (30.0, 104.0), (31.2, 121.4)
    far = [seen(1, minutes=10, place=here), seen(2, minutes=5, place=there)]
    assert jumps(far, km_per_hour=300) == 1
    assert jumps([far[0], replace(far[1], place=(30.01, 104.01))], km_per_hour=300) == 0
    assert jumps([far[0], replace(far[1], place=None)], km_per_hour=300) == 0


def test_the_platforms_rank_asks_for_a_number_but_never_refuses_by_itself():
    assert judged([seen(1)], rank=2).answer == "pay"
    assert [judged([seen(1)], rank=rank).answer for rank in (3, 4)] == ["verify_first", "verify_first"]


def test_company_speaks_only_when_most_of_a_persons_cases_are_suspect():
    history = [seen(24 * number, pack=number, minutes=9000 * (number + 1)) for number in range(4)]
    assert "company" not in names(judged(history, tainted={0, 1}))
    assert judged(history[:2], tainted={0, 1}).answer == "verify_first"
    assert not judged(history[:2], tainted={0, 1}).is_suspect


def test_a_case_is_suspect_by_two_strangers_never_by_one():
    codes = [replace(seen(number, pack=3), person_id=number) for number in range(3)]
    assert judge_case(codes, {0}, set(), LIMITS, at=NOON).answer == "pay"
    assert judge_case(codes, {0, 1}, set(), LIMITS, at=NOON).answer == "verify_first"


def test_a_guest_of_a_restaurant_whose_caps_are_collected_is_paid_when_known_from_elsewhere():
    known = [seen(100 + number, pack=50 + number, minutes=9000) for number in range(2)]
    assert answer_for_case(known, {7}, 7, at=NOON) == "pay"
    assert answer_for_case([], {7}, 7, at=NOON) == "verify_first"
    assert answer_for_case([seen(1, pack=8, minutes=5)], {7, 8}, 7, at=NOON) == "defer"


def test_a_pallet_in_the_warehouse_waits_when_two_of_its_cases_are_gone_through():
    history = [seen(number, pack=number // 24, unsold=True) for number in range(40)]
    assert judge_block(history, 100, LIMITS, at=NOON).answer == "defer"
    assert judge_block([replace(one, unsold=False) for one in history], 100, LIMITS, at=NOON).answer == "pay"
    many = [replace(one, person_id=one.code_no) for one in history]
    assert judge_block(many, 100, LIMITS, at=NOON).answer == "pay"


def test_a_device_that_only_looks_prepares_codes_for_others():
    looks = [seen(number, kind="look", device="d") for number in range(60)]
    claims = [seen(number, device="d") for number in range(60)]
    assert judge_device(looks, LIMITS, at=NOON).answer == "defer"
    assert judge_device([*looks, *claims], LIMITS, at=NOON).answer == "pay"


@given(st.integers(0, 400), st.integers(0, 60), st.integers(0, 60))
def test_an_address_is_asked_at_most_however_many_are_behind_it(claims, suspects, guesses):
    """Behind the address of a mobile carrier there may be a whole town."""
    history = [replace(seen(number), person_id=number) for number in range(claims)]
    history += [seen(0, kind="guess") for _ in range(guesses)]
    answer = judge_address(history, set(range(suspects)), LIMITS, at=NOON).answer
    assert answer in {"pay", "verify_first"}


@given(st.lists(st.integers(0, 500), max_size=60))
def test_the_order_of_observations_is_of_no_consequence(numbers):
    history = [seen(number, pack=number // 24, minutes=number) for number in numbers]
    assert judged(history) == judged(history[::-1])


@given(st.lists(st.integers(0, 300), max_size=60), st.lists(st.integers(0, 300), max_size=10))
def test_more_codes_never_make_anybody_look_better(numbers, further):
    def points(given):
        return judged([seen(24 * number, minutes=1) for number in given]).points

    assert points([*numbers, *further]) >= points(numbers)


@given(st.lists(st.integers(0, 50), max_size=40))
def test_trying_the_same_codes_again_and_again_counts_once(numbers):
    once = [seen(number, minutes=1) for number in set(numbers)]
    assert judged([seen(number, minutes=1) for number in numbers * 3]).points == judged(once).points


@given(st.integers(0, 300))
def test_answers_ascend_with_points(points):
    order = ("pay", "verify_first", "defer", "refuse")
    assert order.index(answer_for(points, LIMITS)) <= order.index(answer_for(points + 1, LIMITS))


def test_runs_and_scatter_are_counted_by_codes():
    assert longest_run([seen(number) for number in (1, 2, 3, 7, 8)]) == 3
    assert longest_run([]) == 0
    assert scattered([seen(number, pack=number // 24) for number in range(30)]) == 1


def test_a_flag_lasts_longer_each_time_and_thirty_days_at_most():
    assert [lasts("defer", times).days for times in (1, 2, 3, 4, 9)] == [3, 6, 12, 24, 30]


@pytest.mark.parametrize("signal", POINTS)
def test_every_signal_has_words_with_its_figures_for_staff(signal):
    for language in ("zh", "en"):
        told = reason_text(Reason(signal, 4711, 42, 10), language)
        assert signal == "address" or "4711" in told


def test_nobody_is_told_a_figure_who_is_put_off():
    assert not [words for pair in KIND_WORDS.values() for words in pair if any(one.isdigit() for one in words)]


def test_a_brands_own_thresholds_are_heard_and_names_of_other_versions_are_not():
    assert Limits.of({"cases_day": 30, "no_longer": 1}) == replace(LIMITS, cases_day=30)
    assert all(isinstance(getattr(LIMITS, field.name), int) for field in fields(Limits))


def test_staff_stands_above_the_rules_and_trust_above_what_rules_found():
    asker = Asker(person_id=1, code_no=10, case_no=3)
    found = Flag(1, "person", "1", "refuse", NOON + timedelta(days=1))
    trust = Flag(2, "person", "1", "pay", None, by_staff=True)
    block = Flag(3, "range", "r", "refuse", None, by_staff=True, lo=10, hi=11)
    assert Watch.of([found]).answer(asker, at=NOON) == found
    assert Watch.of([found, trust]).answer(asker, at=NOON) is None
    assert Watch.of([found, trust, block]).answer(asker, at=NOON) == block
    assert Watch.of([found]).answer(asker, at=NOON + timedelta(days=2)) is None
    assert Watch.of([]).answer(asker, at=NOON) is None


def test_a_pallet_on_the_list_holds_only_what_no_shop_has_opened():
    flag = Flag(1, "block", "0", "defer", NOON + timedelta(days=1))
    asker = Asker(person_id=1, code_no=10, case_no=3, is_unsold=True)
    assert Watch.of([flag]).answer(asker, at=NOON) == flag
    assert Watch.of([flag]).answer(replace(asker, is_unsold=False), at=NOON) is None


@given(st.integers(0, 1 << 40), st.integers(0, 1 << 40))
def test_what_stands_for_an_unknown_case_is_no_cases_number(code_no, case_no):
    assert pack_of(code_no, None) < 0 <= pack_of(code_no, case_no)


def test_signals_of_nothing_are_none():
    assert signals_of(Facts(()), LIMITS, at=NOON) == ()
