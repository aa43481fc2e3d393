"""Who served a sale: one precedence, never empty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.attribution import Attribution, SaleFacts, attribute, reason_text
from app.attribution.rules import REASONS

MAYBE_ID = st.none() | st.integers(1, 9)
FACTS = st.builds(SaleFacts, MAYBE_ID, MAYBE_ID, MAYBE_ID, MAYBE_ID, st.integers(10, 19))
OPENER, HOLDER, COUNTY, HOUSE = 2, 3, 4, 5


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (SaleFacts(1, OPENER, HOLDER, COUNTY, HOUSE), Attribution(1, OPENER, "opened_case")),
        (SaleFacts(1, OPENER, None, None, HOUSE), Attribution(1, OPENER, "opened_case")),
        (SaleFacts(None, None, HOLDER, COUNTY, HOUSE), Attribution(None, HOLDER, "holding_dealer")),
        (SaleFacts(1, None, HOLDER, COUNTY, HOUSE), Attribution(None, HOLDER, "holding_dealer")),
        (SaleFacts(None, None, None, COUNTY, HOUSE), Attribution(None, COUNTY, "county_dealer")),
        (SaleFacts(None, None, None, None, HOUSE), Attribution(None, HOUSE, "house_dealer")),
    ],
)
def test_the_first_party_that_is_known_served_the_sale(facts: SaleFacts, expected: Attribution) -> None:
    assert attribute(facts) == expected


@given(FACTS)
def test_every_sale_has_a_dealer_and_a_reason(facts: SaleFacts) -> None:
    served = attribute(facts)
    named = (facts.terminal_dealer_id, facts.holding_dealer_id, facts.county_dealer_id, facts.house_dealer_id)
    assert served.dealer_id in named
    assert served.reason in REASONS
    assert (served.terminal_id is not None) == (served.reason == "opened_case")


@given(FACTS)
def test_equal_facts_give_an_equal_attribution(facts: SaleFacts) -> None:
    assert attribute(facts) == attribute(facts)


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_each_reason_has_chinese_and_english_words(reason: str) -> None:
    assert any("\u4e00" <= letter <= "\u9fff" for letter in reason_text(reason))
    assert reason_text(reason, "en").isascii()
