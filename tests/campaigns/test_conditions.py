"""A claim that a condition holds back is answered kindly, pays nothing, and pays in full when it holds."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import campaigns, channel, custody, ledger
from app.books import prove
from app.campaigns import errors
from app.campaigns.actions import set_conditions
from app.campaigns.rules import Conditions
from app.kit import clock
from app.kit.clock import SHANGHAI
from app.scans.queries.occasion import BLOCKS, PERSONS
from tests.builders.campaigns import AT, a_campaign
from tests.builders.channel import bearer, someone_with
from tests.builders.codes import a_batch
from tests.builders.console import staff_headers
from tests.builders.ledger import in_parallel
from tests.builders.scans import Shelf, a_shelf
from tests.conftest import TestBrand, client_of

Opener = Callable[[], AbstractContextManager[Session]]
Claimer = Callable[..., tuple[int, str | None]]


def tomorrow() -> frozenset[int]:
    return frozenset({(clock.now() + timedelta(days=1)).astimezone(SHANGHAI).isoweekday()})


@pytest.fixture
def claim(brand: TestBrand, committed: Opener, client: FlaskClient) -> Claimer:
    def post(
        shelf: Shelf, index: int = 0, person_id: int | None = None, language: str = "zh"
    ) -> tuple[int, str | None]:
        with committed() as session:
            headers = bearer(session, person_id or shelf.consumer_id)
        answer = client.post("/api/consumer/claims", json={"code": shelf.code(brand.id, index)}, headers=headers)
        body = answer.get_json()
        return answer.status_code, body["error"]["code"] if "error" in body else body["prize"]["tier"]

    return post


def with_terms(committed: Opener, **terms) -> Shelf:
    with committed() as session:
        return a_shelf(session, conditions=lambda *_: Conditions(0, **terms))


def explained(brand: TestBrand, client: FlaskClient, code: str) -> list[str]:
    headers = staff_headers(brand)
    told = client.get(f"/api/console/codes/{code}/explanation", headers=headers).get_json()
    return [step["text"] for step in told["steps"]]


@pytest.mark.parametrize(
    ("terms", "refusal", "told"),
    [
        ({"dealers": frozenset({1})}, "campaigns.not_here", BLOCKS["dealer"]),
        ({"terminals": frozenset({1})}, "campaigns.not_here", BLOCKS["terminal"]),
        ({"counties": frozenset({"650102"})}, "campaigns.not_here", BLOCKS["county"]),
        ({"persons": "returning"}, "campaigns.not_for_you", PERSONS["returning"]),
    ],
)
def test_a_blocked_claim_pays_nothing_and_pays_in_full_once_the_condition_is_gone(
    brand: TestBrand,
    client: FlaskClient,
    committed: Opener,
    claim: Claimer,
    terms: dict,
    refusal: str,
    told: tuple,
) -> None:
    shelf = with_terms(committed, **terms)
    assert claim(shelf) == (409, refusal)
    assert told[0] in explained(brand, client, shelf.code(brand.id))
    with committed() as session:
        assert ledger.wallet_balance(session, shelf.consumer_id) == 0
        set_conditions(session, shelf.campaign_id, Conditions(1), at=clock.now())
    assert claim(shelf) == (200, "畅饮红包")
    assert told[0] not in explained(brand, client, shelf.code(brand.id))
    with committed() as session:
        assert ledger.wallet_balance(session, shelf.consumer_id) == 88
        assert not any(prove(session).values())


def test_the_wrong_day_is_answered_with_the_right_one(
    brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    shelf = with_terms(committed, weekdays=tomorrow())
    with committed() as session:
        headers = bearer(session, shelf.consumer_id)
    body = client.post("/api/consumer/claims", json={"code": shelf.code(brand.id)}, headers=headers).get_json()
    midnight, _ = clock.day_bounds(clock.business_day(clock.now() + timedelta(days=1)))
    assert body["error"]["code"] == "campaigns.not_now"
    assert body["error"]["details"] == {"cause": "weekday", "opens_at": midnight.isoformat()}
    assert BLOCKS["weekday"][0] in explained(brand, client, shelf.code(brand.id))


def test_goods_sold_where_the_campaign_is_are_paid(committed: Opener, claim: Claimer) -> None:
    def here(dealer: channel.Dealer, terminal: channel.Terminal) -> Conditions:
        return Conditions(
            0,
            dealers=frozenset({dealer.id}),
            terminals=frozenset({terminal.id}),
            counties=frozenset({terminal.county}),
            persons="new",
        )

    with committed() as session:
        shelf = a_shelf(session, conditions=here)
    assert claim(shelf, 0) == (200, "畅饮红包")
    assert claim(shelf, 24) == (409, "campaigns.not_here"), "its case is not opened"


def test_before_its_case_is_opened_a_unit_counts_for_the_counties_of_its_dealer(
    committed: Opener, claim: Claimer
) -> None:
    area = frozenset({"440305"})
    with committed() as session:
        terms = {"conditions": lambda *_: Conditions(0, counties=area)}
        shelf = a_shelf(session, opened=False, counties=["440305"], **terms)
        other = a_shelf(session, opened=False, counties=["440306"], house=False, number="S2", **terms)
    assert claim(shelf) == (200, "畅饮红包")
    assert claim(other) == (409, "campaigns.not_here")


def test_a_campaign_of_shops_waits_for_the_opening(committed: Opener, claim: Claimer) -> None:
    with committed() as session:
        shelf = a_shelf(
            session, opened=False, conditions=lambda _, shop: Conditions(0, terminals=frozenset({shop.id}))
        )
    assert claim(shelf) == (409, "campaigns.not_here")
    with committed() as session:
        custody.open_case(
            session,
            code_no=shelf.cases.lo,
            terminal_id=shelf.terminal.id,
            person_id=shelf.owner_id,
            at=clock.now(),
        )
    assert claim(shelf) == (200, "畅饮红包")


def test_new_people_win_once_and_returning_people_only_after_that(committed: Opener, claim: Claimer) -> None:
    shelf = with_terms(committed, persons="new")
    assert claim(shelf, 0) == (200, "畅饮红包")
    assert claim(shelf, 1) == (409, "campaigns.not_for_you")
    assert claim(shelf, 0) == (200, "畅饮红包"), "what was won is repeated, whoever it is for"

    def returning(*_) -> Conditions:
        return Conditions(0, persons="returning")

    with committed() as session:
        again = a_shelf(
            session, house=False, number="S2", conditions=lambda *_: Conditions(0, persons="returning")
        )
        stranger = someone_with(session)
    assert claim(again, 0, person_id=stranger) == (409, "campaigns.not_for_you")
    assert claim(again, 0, person_id=shelf.consumer_id) == (200, "畅饮红包")


def test_of_many_first_claims_at_once_a_new_person_wins_one(
    app: Flask, brand: TestBrand, committed: Opener
) -> None:
    shelf = with_terms(committed, persons="new")
    with committed() as session:
        token = bearer(session, shelf.consumer_id)

    def post(index: int) -> int:
        body = {"code": shelf.code(brand.id, index)}
        return client_of(app, brand).post("/api/consumer/claims", json=body, headers=token).status_code

    assert Counter(in_parallel(app, 12, post, threads=12)) == {200: 1, 409: 11}


def test_a_device_claims_no_more_than_its_limit_whoever_holds_it(
    app: Flask, brand: TestBrand, committed: Opener
) -> None:
    shelf = with_terms(committed, per_device_limit=2)
    one, other = client_of(app, brand), client_of(app, brand)
    one.set_cookie("malu_device", "d" * 500, domain=brand.host)
    heard = []
    for index in range(4):
        with committed() as session:
            headers = bearer(session, someone_with(session))
        browser = other if index == 3 else one
        body = {"code": shelf.code(brand.id, index)}
        heard.append(browser.post("/api/consumer/claims", json=body, headers=headers))
    assert [answer.status_code for answer in heard] == [200, 200, 409, 200]
    assert heard[2].get_json()["error"]["code"] == "campaigns.device_limit_reached"


def test_a_claim_keeps_the_version_of_the_conditions_it_passed(
    brand: TestBrand, client: FlaskClient, committed: Opener, claim: Claimer
) -> None:
    shelf = with_terms(committed, persons="new")
    claim(shelf)
    headers = staff_headers(brand)
    path = f"/api/console/codes/{shelf.code(brand.id)}/explanation"
    steps = client.get(path, headers=headers).get_json()["steps"]
    assert "campaign-1+conditions-1" in [step["rule"] for step in steps]


def test_conditions_may_be_narrowed_until_a_code_is_active(session: Session) -> None:
    batch = a_batch(session)
    row = a_campaign(session, batch)
    narrow, wide = (Conditions(version, weekdays=frozenset(days)) for version, days in ((0, {1}), (1, {1, 2})))
    assert set_conditions(session, row.id, narrow, at=AT).version == 1
    with pytest.raises(errors.ChangedMeanwhile):
        set_conditions(session, row.id, narrow, at=AT)
    campaigns.activate(session, batch_id=batch.id, campaign_id=row.id, by=1, at=AT)
    with pytest.raises(errors.OnlyWider):
        set_conditions(session, row.id, Conditions(1, weekdays=frozenset({2})), at=AT)
    assert set_conditions(session, row.id, wide, at=AT).version == 2
    with pytest.raises(errors.CampaignUnknown):
        set_conditions(session, 1, wide, at=AT)


CONDITIONS = {"weekdays": [6, 7], "from_hour": 18, "to_hour": 24, "persons": "new", "version": 0}


def test_conditions_are_set_shown_and_audited(brand: TestBrand, client: FlaskClient, committed: Opener) -> None:
    with committed() as session:
        campaign_id = a_campaign(session, a_batch(session)).id
    path, headers = f"/api/console/campaigns/{campaign_id}", staff_headers(brand)
    assert client.get(path, headers=headers).get_json()["conditions"] is None
    given = client.post(f"{path}/conditions", json=CONDITIONS, headers=headers)
    assert given.status_code == 200, given.text
    shown = client.get(path, headers=headers).get_json()["conditions"]
    assert shown == given.get_json()
    assert shown["version"] == 1
    assert (shown["weekdays"], shown["from_hour"], shown["to_hour"]) == ([6, 7], 18, 24)
    audited = client.get("/api/console/audit", headers=staff_headers(brand, "brand_admin")).text
    assert "campaigns.conditions_set" in audited


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"weekdays": [8]}, 422, "kit.invalid_input"),
        ({"to_hour": None}, 422, "kit.invalid_input"),
        ({"from_hour": 18, "to_hour": 18}, 422, "kit.invalid_input"),
        ({"counties": ["上海"]}, 422, "kit.invalid_input"),
        ({"persons": "rich"}, 422, "kit.invalid_input"),
        ({"per_device_limit": 0}, 422, "kit.invalid_input"),
        ({"dealers": ["1"]}, 404, "channel.unknown_dealer"),
        ({"terminals": ["1"]}, 404, "channel.unknown_terminal"),
        ({"version": 3}, 409, "campaigns.changed_meanwhile"),
    ],
)
def test_conditions_that_cannot_be_are_refused(
    brand: TestBrand, client: FlaskClient, committed: Opener, wrong: dict, status: int, code: str
) -> None:
    with committed() as session:
        campaign_id = a_campaign(session, a_batch(session)).id
    path = f"/api/console/campaigns/{campaign_id}/conditions"
    refused = client.post(path, json=CONDITIONS | wrong, headers=staff_headers(brand))
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (status, code)


def test_conditions_are_set_by_those_who_write_campaigns(
    brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    with committed() as session:
        campaign_id = a_campaign(session, a_batch(session)).id
    path = f"/api/console/campaigns/{campaign_id}/conditions"
    for headers, status in (({}, 401), (staff_headers(brand, None), 401), (staff_headers(brand, "auditor"), 403)):
        assert client.post(path, json=CONDITIONS, headers=headers).status_code == status
    unknown = client.post("/api/console/campaigns/1/conditions", json=CONDITIONS, headers=staff_headers(brand))
    assert (unknown.status_code, unknown.get_json()["error"]["code"]) == (404, "campaigns.unknown")


def test_a_campaign_is_created_with_its_conditions(
    brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    with committed() as session:
        batch = a_batch(session)
    terms = {name: value for name, value in CONDITIONS.items() if name != "version"}
    body = {
        "name": "周末夜",
        "batch_id": str(batch.id),
        "starts_at": "2026-10-01T00:00:00Z",
        "ends_at": "2099-01-01T00:00:00Z",
        "tiers": [{"name": "红包", "amount_fen": 88, "count": 1}],
        "conditions": terms,
    }
    made = client.post("/api/console/campaigns", json=body, headers=staff_headers(brand))
    assert made.status_code == 201, made.text
    assert made.get_json()["conditions"]["version"] == 1
    assert campaigns.book(brand.id).campaigns[int(made.get_json()["id"])].conditions is not None
