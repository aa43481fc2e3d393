"""Who is paid, how much and why: equal input, equal output, and never more than the rule names."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.commissions import Rule, ShareFacts, is_suspended, reason_text, share_out
from app.commissions.rules import REASONS

RULE = Rule(1, "联动返利", 1, 10, 5)
OPENED = ShareFacts(
    case_no=7, terminal_id=2, owner_id=3, dealer_id=4, foreign_opening=False, dealer_suspended=False
)
MAYBE_ID = st.none() | st.integers(1, 9)
FACTS = st.builds(ShareFacts, MAYBE_ID, MAYBE_ID, MAYBE_ID, MAYBE_ID, st.booleans(), st.booleans())
RULES = st.none() | st.builds(Rule, st.just(1), st.just("r"), st.just(1), st.integers(0, 500), st.integers(0, 500))


def told(rule: Rule | None, facts: ShareFacts) -> list[tuple[str, str, str, int, int | None]]:
    shares = share_out(rule, facts)
    return [(share.role, share.outcome, share.reason, share.amount_fen, share.payee_id) for share in shares]


def facts(**given) -> ShareFacts:
    known = {name: getattr(OPENED, name) for name in ShareFacts.__slots__}
    return ShareFacts(**(known | given))


def test_shop_and_dealer_are_paid_for_a_unit_of_a_case_the_shop_opened() -> None:
    assert told(RULE, OPENED) == [
        ("terminal", "paid", "linked_sale", 10, 3),
        ("dealer", "paid", "supplied_sale", 5, 4),
    ]


@pytest.mark.parametrize(
    ("given_facts", "terminal", "dealer"),
    [
        (facts(case_no=None), ("refused", "not_in_a_case"), ("refused", "not_in_a_case")),
        (facts(terminal_id=None), ("refused", "case_not_opened"), ("refused", "case_not_opened")),
        (facts(foreign_opening=True), ("held", "foreign_opening"), ("held", "foreign_opening")),
        (facts(owner_id=None), ("held", "no_owner"), ("paid", "supplied_sale")),
        (facts(dealer_id=None), ("paid", "linked_sale"), ("refused", "not_shipped")),
        (facts(case_no=None, terminal_id=None), ("refused", "not_in_a_case"), ("refused", "not_in_a_case")),
        (facts(dealer_suspended=True), ("paid", "linked_sale"), ("held", "rebates_suspended")),
        (facts(dealer_suspended=True, owner_id=None), ("held", "no_owner"), ("held", "rebates_suspended")),
        (
            facts(dealer_suspended=True, terminal_id=None),
            ("refused", "case_not_opened"),
            ("refused", "case_not_opened"),
        ),
        (
            facts(dealer_suspended=True, foreign_opening=True),
            ("held", "foreign_opening"),
            ("held", "foreign_opening"),
        ),
        (facts(owner_id=None, foreign_opening=True), ("held", "foreign_opening"), ("held", "foreign_opening")),
    ],
)
def test_each_missing_step_has_its_reason(
    given_facts: ShareFacts, terminal: tuple[str, str], dealer: tuple[str, str]
) -> None:
    assert [(outcome, reason) for _, outcome, reason, _, _ in told(RULE, given_facts)] == [terminal, dealer]


@pytest.mark.parametrize("rule", [None, Rule(1, "r", 1, 0, 0)])
def test_a_campaign_that_promises_nothing_pays_nothing_and_says_so(rule: Rule | None) -> None:
    assert {(outcome, reason, fen) for _, outcome, reason, fen, _ in told(rule, OPENED)} == {
        ("refused", "nothing_promised", 0)
    }


def test_a_rule_for_one_party_says_so_to_the_other() -> None:
    (_, terminal, _, _, _), (_, dealer, reason, _, _) = told(Rule(1, "r", 1, 10, 0), OPENED)
    assert (terminal, dealer, reason) == ("paid", "refused", "nothing_promised")


@given(RULES, FACTS)
def test_no_share_exceeds_what_the_rule_names(rule: Rule | None, given_facts: ShareFacts) -> None:
    named = {"terminal": rule.terminal_fen if rule else 0, "dealer": rule.dealer_fen if rule else 0}
    for share in share_out(rule, given_facts):
        assert share.amount_fen == named[share.role]
        assert share.outcome != "paid" or share.amount_fen > 0


@given(RULES, FACTS)
def test_equal_input_gives_equal_output(rule: Rule | None, given_facts: ShareFacts) -> None:
    assert share_out(rule, given_facts) == share_out(rule, given_facts)


@given(RULES, FACTS)
def test_whoever_is_paid_exists_and_every_reason_has_words(rule: Rule | None, given_facts: ShareFacts) -> None:
    for share in share_out(rule, given_facts):
        assert share.reason in REASONS
        if share.outcome == "paid":
            assert share.payee_id is not None
            assert given_facts.terminal_id is not None
            assert not given_facts.foreign_opening


@given(RULES, FACTS)
def test_an_amount_is_held_only_for_a_reason_that_can_pass(rule: Rule | None, given_facts: ShareFacts) -> None:
    held = {share.reason for share in share_out(rule, given_facts) if share.outcome == "held"}
    assert held <= {"foreign_opening", "no_owner", "rebates_suspended"}


@given(RULES, FACTS)
def test_a_suspended_dealer_costs_the_shop_nothing_and_the_amount_stays_what_it_was(
    rule: Rule | None, given_facts: ShareFacts
) -> None:
    free, suspended = (share_out(rule, replace(given_facts, dealer_suspended=is_so)) for is_so in (False, True))
    assert suspended[0] == free[0]
    if free[1].outcome == "paid":
        assert suspended[1] == replace(free[1], outcome="held", reason="rebates_suspended")
    else:
        assert suspended[1] == free[1]


def test_a_dealer_is_suspended_from_its_first_instant_on_and_nobody_else_is() -> None:
    since = {4: datetime(2026, 11, 30, 16, 0, tzinfo=UTC)}
    assert is_suspended(since, 4, since[4])
    assert not is_suspended(since, 4, since[4] - timedelta(microseconds=1))
    assert not is_suspended(since, 5, since[4])
    assert not is_suspended(since, None, since[4])


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_each_reason_has_chinese_and_english_words(reason: str) -> None:
    chinese, english = reason_text(reason), reason_text(reason, "en")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
    assert english.isascii()
    assert " " in english
