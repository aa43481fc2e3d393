"""Purses share a budget to the fen: together they may spend what it allows, and no fen more."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.rules import Budget, allowance, is_paced_out, levelled, part_of, spends

DAY = date(2026, 11, 2)
fens = st.integers(0, 10**12)
parts = st.integers(1, 16)


def a_budget(*, scope="all", key="", total=1_000, daily=None, paced_fen=0, number=1) -> Budget:
    return Budget(number, scope, key, total, daily, DAY, paced_fen, tuple(range(10, 18)))


@given(fens, parts)
def test_parts_are_the_whole_and_differ_by_a_fen_at_most(fen, count):
    shares = [part_of(fen, count, number) for number in range(count)]
    assert sum(shares) == fen
    assert max(shares) - min(shares) <= 1


@given(fens, fens, parts)
def test_no_part_shrinks_when_the_whole_grows(fen, more, count):
    assert all(part_of(fen, count, number) <= part_of(fen + more, count, number) for number in range(count))


@given(
    st.lists(st.integers(0, 1_000), min_size=1, max_size=16),
    st.integers(0, 20_000),
    st.integers(0, 3_000),
    st.data(),
)
def test_levelling_makes_no_money_and_lets_the_wanted_purse_pay(spent, allowed, amount, data):
    wanted = data.draw(st.integers(0, len(spent) - 1))
    moved = levelled(spent, allowed=allowed, wanted=wanted, amount=amount)
    assert (moved is None) == (allowed - sum(spent) < amount)
    if moved is None:
        return
    assert sum(moved) == 0
    caps = [part_of(allowed, len(spent), number) + fen for number, fen in enumerate(moved)]
    assert all(cap >= fen for cap, fen in zip(caps, spent, strict=True))
    assert spent[wanted] + amount <= caps[wanted]
    assert sum(caps) == allowed


def test_what_was_not_spent_carries_over_until_the_total():
    budget = a_budget(total=250, daily=100)
    days = [DAY + timedelta(days=number) for number in range(-1, 5)]
    assert [allowance(budget, day) for day in days] == [0, 100, 200, 250, 250, 250]
    assert [is_paced_out(budget, day) for day in days] == [True, True, True, False, False, False]


def test_a_pace_without_a_total_never_ends():
    budget = a_budget(total=None, daily=100, paced_fen=30)
    assert allowance(budget, DAY + timedelta(days=9)) == 1_030
    assert is_paced_out(budget, DAY + timedelta(days=999))


def test_a_claim_draws_on_every_budget_that_it_falls_under():
    budgets = [
        a_budget(number=1),
        a_budget(number=2, scope="county", key="310101"),
        a_budget(number=3, scope="county", key="440305"),
        a_budget(number=4, scope="dealer", key="7"),
    ]

    def drawn(counties, dealer_id):
        found = spends(budgets, code_no=11, counties=frozenset(counties), dealer_id=dealer_id, day=DAY)
        return [(one.budget.id, one.purse_no, one.purse_id, one.cap_fen) for one in found]

    assert drawn({"310101"}, 7) == [(1, 3, 13, 125), (2, 3, 13, 125), (4, 3, 13, 125)]
    assert drawn({"310101", "440305"}, 8) == [(1, 3, 13, 125)]
    assert drawn((), None) == [(1, 3, 13, 125)]
