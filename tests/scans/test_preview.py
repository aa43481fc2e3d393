"""A preview says what the claim then does, for this person, place and time, and never what the prize is."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import campaigns
from app.campaigns.rules import Conditions
from app.kit import clock
from app.kit.clock import SHANGHAI
from tests.builders.channel import a_dealer, a_terminal, bearer, someone_with
from tests.builders.console import staff_headers
from tests.builders.scans import a_shelf
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
Ask = Callable[..., dict]
COST = 88 + 10 + 5


@pytest.fixture
def ask(brand: TestBrand, client: FlaskClient) -> Ask:
    headers = staff_headers(brand, "auditor")

    def get(code: str, language: str = "zh", **query) -> dict:
        wanted = {name: str(value) for name, value in query.items()}
        path = f"/api/console/codes/{code}/preview"
        answer = client.get(path, query_string=wanted, headers=headers | {"Accept-Language": language})
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    return get


def days(*after: int) -> frozenset[int]:
    return frozenset((clock.now() + timedelta(days=day)).astimezone(SHANGHAI).isoweekday() for day in after)


SCENES = {
    "nothing asked": ({}, None),
    "another dealer": ({"conditions": lambda *_: Conditions(0, dealers=frozenset({1}))}, "campaigns.not_here"),
    "another day": ({"conditions": lambda *_: Conditions(0, weekdays=days(1))}, "campaigns.not_now"),
    "today": ({"conditions": lambda *_: Conditions(0, weekdays=days(0))}, None),
    "old friends": ({"conditions": lambda *_: Conditions(0, persons="returning")}, "campaigns.not_for_you"),
    "new friends": ({"conditions": lambda *_: Conditions(0, persons="new")}, None),
    "a budget": ({"budgets": lambda _: [campaigns.NewBudget("all", "", COST, None)]}, None),
    "too little": (
        {"budgets": lambda _: [campaigns.NewBudget("all", "", COST - 1, None)]},
        "campaigns.budget_exhausted",
    ),
}


@pytest.mark.parametrize("scene", SCENES)
def test_the_claim_does_what_its_preview_said(
    brand: TestBrand, client: FlaskClient, committed: Opener, ask: Ask, scene: str
) -> None:
    given, refusal = SCENES[scene]
    with committed() as session:
        shelf = a_shelf(session, **given)
        headers = bearer(session, shelf.consumer_id)
        before = session.execute(text("SELECT count(*) FROM rewards_claim")).scalar()
    code = shelf.code(brand.id)
    told = ask(code, person_id=shelf.consumer_id)
    with committed() as session:
        assert session.execute(text("SELECT count(*) FROM rewards_claim")).scalar() == before
    claimed = client.post("/api/consumer/claims", json={"code": code}, headers=headers)
    assert told["refusal"] == refusal
    assert (told["answer"] == "pays") == (claimed.status_code == 200) == (refusal is None)
    if refusal:
        assert claimed.get_json()["error"]["code"] == refusal
        assert told["message"] == claimed.get_json()["error"]["message"]


def test_a_preview_never_tells_the_prize(brand: TestBrand, committed: Opener, ask: Ask) -> None:
    with committed() as session:
        shelf = a_shelf(session, tiers=(("一等奖", 10_000, 1), ("红包", 88, 20)))
    told = [ask(shelf.code(brand.id, index), person_id=shelf.consumer_id) for index in range(24)]
    for one in told:
        one.pop("code"), one.pop("at")
    assert all(one == told[0] for one in told)
    assert told[0]["dearest_fen"] == 10_015


def test_after_the_claim_a_preview_knows_whose_it_is(
    brand: TestBrand, client: FlaskClient, committed: Opener, ask: Ask
) -> None:
    with committed() as session:
        shelf, other = a_shelf(session, per_person_limit=1), someone_with(session)
        headers = bearer(session, shelf.consumer_id)
    client.post("/api/consumer/claims", json={"code": shelf.code(brand.id)}, headers=headers)
    assert ask(shelf.code(brand.id), person_id=shelf.consumer_id)["answer"] == "repeats"
    assert ask(shelf.code(brand.id), person_id=other)["refusal"] == "rewards.already_claimed"
    assert ask(shelf.code(brand.id))["refusal"] == "rewards.already_claimed"
    assert ask(shelf.code(brand.id, 1), person_id=shelf.consumer_id)["refusal"] == "campaigns.limit_reached"
    assert ask(shelf.code(brand.id, 1))["answer"] == "pays", "nobody in particular has no limit"


def test_another_shop_and_another_time_may_be_supposed(brand: TestBrand, committed: Opener, ask: Ask) -> None:
    def terms(*_) -> Conditions:
        return Conditions(0, counties=frozenset({"440305"}))

    with committed() as session:
        shelf = a_shelf(session, opened=False, conditions=terms)
        shop = a_terminal(session, dealer=shelf.dealer, county="440305")
        foreign = a_terminal(session, dealer=a_dealer(session), county="440305")
    code = shelf.code(brand.id)
    assert ask(code)["refusal"] == "campaigns.not_here"
    here = ask(code, terminal_id=shop.id)
    assert (here["answer"], here["shop"]) == ("pays", shop.name)
    assert {share["outcome"] for share in here["shares"]} == {"held"} or here["shares"][1]["outcome"] == "paid"
    elsewhere = ask(code, terminal_id=foreign.id, language="en")
    assert [share["outcome"] for share in elsewhere["shares"]] == ["held", "held"]
    assert elsewhere["message"].startswith("It would be paid")
    assert ask(code, terminal_id=shop.id, at="2020-01-01T00:00:00Z")["refusal"] == "campaigns.not_started"


def test_budgets_are_told_with_what_is_left(brand: TestBrand, committed: Opener, ask: Ask) -> None:
    with committed() as session:
        shelf = a_shelf(session, budgets=lambda _: [campaigns.NewBudget("all", "", 1_000, None)])
    told = ask(shelf.code(brand.id))
    assert told["budgets"] == [{"scope": "all", "key": "", "left_fen": 1_000}]
    assert told["dearest_fen"] == COST


def test_a_preview_is_for_staff_and_for_what_exists(
    brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    with committed() as session:
        shelf = a_shelf(session)
        consumer = bearer(session, someone_with(session))
    path = f"/api/console/codes/{shelf.code(brand.id)}/preview"
    assert client.get(path).status_code == 401
    assert client.get(path, headers=consumer).status_code == 401
    headers = staff_headers(brand)
    for address, code in (
        ("/api/console/codes/XXXX/preview", "codes.unknown"),
        (f"{path}?person_id=1", "identity.unknown_person"),
        (f"{path}?terminal_id=1", "channel.unknown_terminal"),
    ):
        refused = client.get(address, headers=headers)
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (404, code)
    wrong = client.get(f"{path}?at=tomorrow", headers=headers)
    assert (wrong.status_code, wrong.get_json()["error"]["code"]) == (422, "kit.invalid_input")
