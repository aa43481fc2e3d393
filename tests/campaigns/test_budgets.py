"""A budget is spent to the last fen that fits, never passed, and defers what it cannot pay."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app import campaigns, ledger
from app.books import prove
from app.campaigns import errors
from app.campaigns.actions import set_budget
from app.campaigns.jobs import watch_budgets
from app.campaigns.models import BudgetRow, PurseRow
from app.campaigns.queries import budget_states
from app.kit import clock
from app.scans.queries.occasion import BLOCKS
from tests.builders.campaigns import AT, a_campaign
from tests.builders.channel import bearer, someone_with
from tests.builders.codes import a_batch
from tests.builders.console import staff_headers
from tests.builders.ledger import in_parallel
from tests.builders.scans import Shelf, a_shelf
from tests.conftest import TestBrand, client_of

Opener = Callable[[], AbstractContextManager[Session]]
COST = 88 + 10 + 5  # the prize, the shop's and the dealer's part of a unit in an opened case
OPENED = range(24)
NewBudget = campaigns.NewBudget


def in_all(fen: int | None, daily: int | None = None) -> NewBudget:
    return NewBudget("all", "", fen, daily)


def a_budgeted_shelf(committed: Opener, *budgets: NewBudget, **shelf) -> Shelf:
    with committed() as session:
        return a_shelf(session, budgets=lambda _: budgets, **shelf)


def claim_all(
    app: Flask, brand: TestBrand, committed: Opener, shelf: Shelf, indexes: Sequence[int], threads=8
) -> Counter:
    """What the claims of these units, each by a person of its own, were answered."""
    with committed() as session:
        tokens = [bearer(session, someone_with(session)) for _ in indexes]

    def post(number: int) -> str | int:
        body = {"code": shelf.code(brand.id, indexes[number])}
        answer = client_of(app, brand).post("/api/consumer/claims", json=body, headers=tokens[number])
        return 200 if answer.status_code == 200 else answer.get_json()["error"]["code"]

    return Counter(in_parallel(app, len(indexes), post, threads=threads))


def spent(committed: Opener, shelf: Shelf) -> dict[str, int]:
    with committed() as session:
        return {state.budget.scope: state.spent_fen for state in budget_states(session, shelf.campaign_id)}


@pytest.mark.parametrize("extra", [0, 1, COST - 1])
def test_many_claims_at_once_spend_a_budget_to_the_last_prize_that_fits(
    app: Flask, brand: TestBrand, committed: Opener, worker: Callable[[], int], extra: int
) -> None:
    shelf = a_budgeted_shelf(committed, in_all(10 * COST + extra))
    heard = claim_all(app, brand, committed, shelf, OPENED)
    assert heard == {200: 10, "campaigns.budget_exhausted": 14}
    assert spent(committed, shelf) == {"all": 10 * COST}
    worker()
    with committed() as session:
        assert -ledger.balance_of_kind(session, "budget") == 10 * COST
        assert not any(prove(session).values())


def test_an_unclaimed_code_explains_that_the_money_is_used_up(
    app: Flask, brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    shelf = a_budgeted_shelf(committed, in_all(2 * COST))
    path = f"/api/console/codes/{shelf.code(brand.id, 5)}/explanation"
    told = []
    for claimed in (0, 2):
        if claimed:
            claim_all(app, brand, committed, shelf, range(claimed))
        steps = client.get(path, headers=staff_headers(brand)).get_json()["steps"]
        told.append(BLOCKS["budget"][0] in [step["text"] for step in steps])
    assert told == [False, True]


def test_what_a_budget_could_not_pay_is_paid_once_it_is_raised(
    app: Flask, brand: TestBrand, committed: Opener
) -> None:
    shelf = a_budgeted_shelf(committed, in_all(2 * COST))
    assert claim_all(app, brand, committed, shelf, range(3))[200] == 2
    with committed() as session:
        before = set_budget(session, shelf.campaign_id, in_all(24 * COST), at=clock.now())
        assert before is not None
        assert before.total_fen == 2 * COST
    assert claim_all(app, brand, committed, shelf, OPENED)["campaigns.budget_exhausted"] == 0
    assert spent(committed, shelf) == {"all": 24 * COST}
    with committed() as session:
        assert not any(prove(session).values())


def test_areas_and_dealers_have_budgets_of_their_own(app: Flask, brand: TestBrand, committed: Opener) -> None:
    with committed() as session:
        shelf = a_shelf(
            session,
            budgets=lambda dealer: (
                in_all(1_000_000),
                NewBudget("county", "310101", 3 * COST, None),
                NewBudget("county", "440305", 1, None),
                NewBudget("dealer", str(dealer.id), 5 * COST, None),
            ),
        )
    assert claim_all(app, brand, committed, shelf, OPENED)[200] == 3, "the county of the shop that opened the case"
    unopened = claim_all(app, brand, committed, shelf, range(24, 48))
    assert unopened[200] == 2, "nobody knows their county; their dealer has two left, of 88 fen each and 30 over"
    with committed() as session:
        assert not any(prove(session).values())


def test_a_pace_defers_until_tomorrow_and_carries_over(
    app: Flask, brand: TestBrand, committed: Opener, client: FlaskClient
) -> None:
    shelf = a_budgeted_shelf(committed, in_all(20 * COST, daily=3 * COST))
    with committed() as session:
        session.execute(update(BudgetRow).values(paced_from=clock.business_day(clock.now())))
        headers = bearer(session, shelf.consumer_id)
    assert claim_all(app, brand, committed, shelf, range(6))[200] == 3
    late = client.post("/api/consumer/claims", json={"code": shelf.code(brand.id, 6)}, headers=headers).get_json()
    _, tomorrow = clock.day_bounds(clock.business_day(clock.now()))
    assert late["error"]["code"] == "campaigns.budget_exhausted"
    assert late["error"]["details"] == {"opens_at": tomorrow.isoformat()}
    with committed() as session:
        two_days_ago = clock.business_day(clock.now()) - timedelta(days=2)
        session.execute(update(BudgetRow).values(paced_from=two_days_ago))
        set_budget(session, shelf.campaign_id, in_all(21 * COST, daily=3 * COST), at=clock.now())
    assert claim_all(app, brand, committed, shelf, range(6, 24))[200] == 6, "what two quiet days left over"
    assert spent(committed, shelf) == {"all": 9 * COST}


def test_a_new_pace_begins_on_top_of_what_the_old_one_allowed(session: Session) -> None:
    row = a_campaign(session, a_batch(session), budgets=(in_all(None, daily=100),))
    set_budget(session, row.id, in_all(None, daily=500), at=AT + timedelta(days=3))
    (state,) = budget_states(session, row.id)
    today = clock.business_day(AT + timedelta(days=3))
    assert (state.budget.paced_fen, state.budget.paced_from, state.budget.daily_fen) == (300, today, 500)


def test_a_campaign_without_a_budget_writes_none(app: Flask, brand: TestBrand, committed: Opener) -> None:
    with committed() as session:
        shelf = a_shelf(session)
    assert claim_all(app, brand, committed, shelf, range(2))[200] == 2
    with committed() as session:
        counts = session.execute(
            text("SELECT count(*) FROM campaigns_spending WHERE brand_id = :b"), {"b": brand.id}
        )
        assert counts.scalar() == 0


def test_a_refused_claim_gives_its_money_back(app: Flask, brand: TestBrand, committed: Opener) -> None:
    shelf = a_budgeted_shelf(committed, in_all(24 * COST), per_person_limit=1)
    with committed() as session:
        token = bearer(session, shelf.consumer_id)

    def post(index: int) -> int:
        body = {"code": shelf.code(brand.id, index)}
        return client_of(app, brand).post("/api/consumer/claims", json=body, headers=token).status_code

    assert Counter(in_parallel(app, 8, post, threads=8)) == {200: 1, 409: 7}
    assert spent(committed, shelf) == {"all": COST}


def test_the_same_code_from_many_hands_is_drawn_from_the_budget_once(
    app: Flask, brand: TestBrand, committed: Opener
) -> None:
    shelf = a_budgeted_shelf(committed, in_all(COST))
    heard = claim_all(app, brand, committed, shelf, [0] * 12, threads=12)
    assert heard == {200: 1, "rewards.already_claimed": 11}
    assert spent(committed, shelf) == {"all": COST}


def test_a_low_budget_is_told_once_until_it_is_raised(app: Flask, brand: TestBrand, committed: Opener) -> None:
    shelf = a_budgeted_shelf(committed, in_all(10 * COST))
    claim_all(app, brand, committed, shelf, range(7))

    def alarmed() -> bool:
        watch_budgets(brand_id=brand.id, at=clock.now())
        with committed() as session:
            return budget_states(session, shelf.campaign_id)[0].is_alarmed

    assert not alarmed()
    claim_all(app, brand, committed, shelf, range(7, 8))
    assert alarmed()
    with committed() as session:
        set_budget(session, shelf.campaign_id, in_all(100 * COST), at=clock.now())
    assert not alarmed()


def test_a_budget_is_only_raised_once_codes_are_active(session: Session) -> None:
    batch = a_batch(session)
    row = a_campaign(session, batch)
    assert set_budget(session, row.id, in_all(500), at=AT) is None
    assert set_budget(session, row.id, in_all(400), at=AT) is not None
    campaigns.activate(session, batch_id=batch.id, campaign_id=row.id, by=1, at=AT)
    for less in (in_all(399), in_all(400, daily=399), NewBudget("county", "310101", 10**9, None)):
        with pytest.raises(errors.OnlyRaised):
            set_budget(session, row.id, less, at=AT)
    set_budget(session, row.id, in_all(401), at=AT)
    with pytest.raises(errors.CampaignUnknown):
        set_budget(session, 1, in_all(401), at=AT)


@pytest.mark.parametrize("wrong", [{"spent_fen": 1}, {"moved_fen": 1}])
def test_counters_that_do_not_agree_with_the_claims_are_found(session: Session, wrong: dict) -> None:
    row = a_campaign(session, a_batch(session), budgets=(in_all(500),))
    assert campaigns.check_invariants(session) == []
    session.execute(update(PurseRow).where(PurseRow.purse_no == 3).values(**wrong))
    (found,) = campaigns.check_invariants(session)
    assert "counters and claims differ" in found
    assert row.id


def test_a_budget_is_set_shown_and_audited(brand: TestBrand, client: FlaskClient, committed: Opener) -> None:
    with committed() as session:
        campaign_id = a_campaign(session, a_batch(session)).id
    path, headers = f"/api/console/campaigns/{campaign_id}", staff_headers(brand)
    body = {"scope": "county", "key": "310101", "total_fen": 100_000, "daily_fen": 5_000}
    given = client.post(f"{path}/budgets", json=body, headers=headers)
    assert given.status_code == 200, given.text
    (shown,) = client.get(path, headers=headers).get_json()["budgets"]
    assert shown == given.get_json()
    assert (shown["spent_fen"], shown["total_fen"], shown["daily_fen"], shown["low_percent"]) == (
        0,
        100_000,
        5_000,
        20,
    )
    assert (
        "campaigns.budget_set"
        in client.get("/api/console/audit", headers=staff_headers(brand, "brand_admin")).text
    )


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"total_fen": None}, 422, "kit.invalid_input"),
        ({"total_fen": 0}, 422, "kit.invalid_input"),
        ({"scope": "moon"}, 422, "kit.invalid_input"),
        ({"key": "310101"}, 422, "kit.invalid_input"),
        ({"scope": "county", "key": "3101"}, 422, "kit.invalid_input"),
        ({"scope": "dealer", "key": "1"}, 404, "channel.unknown_dealer"),
        ({"low_percent": 101}, 422, "kit.invalid_input"),
    ],
)
def test_budgets_that_cannot_be_are_refused(
    brand: TestBrand, client: FlaskClient, committed: Opener, wrong: dict, status: int, code: str
) -> None:
    with committed() as session:
        campaign_id = a_campaign(session, a_batch(session)).id
    body = {"scope": "all", "total_fen": 100} | wrong
    refused = client.post(f"/api/console/campaigns/{campaign_id}/budgets", json=body, headers=staff_headers(brand))
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (status, code)


def test_money_is_moved_by_those_who_write_campaigns(
    brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    with committed() as session:
        campaign_id = a_campaign(session, a_batch(session)).id
    for path, body in (("budgets", {"scope": "all", "total_fen": 1}), ("resume", {"reason": "查清了"})):
        url = f"/api/console/campaigns/{campaign_id}/{path}"
        for headers, status in (
            ({}, 401),
            (staff_headers(brand, None), 401),
            (staff_headers(brand, "auditor"), 403),
        ):
            assert client.post(url, json=body, headers=headers).status_code == status
        unknown = client.post(f"/api/console/campaigns/1/{path}", json=body, headers=staff_headers(brand))
        assert (unknown.status_code, unknown.get_json()["error"]["code"]) == (404, "campaigns.unknown")


def test_a_stopped_campaign_goes_on_with_a_reason_unless_its_seed_is_known(
    app: Flask, brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    with committed() as session:
        shelf = a_shelf(session)
    path, headers = f"/api/console/campaigns/{shelf.campaign_id}", staff_headers(brand, "brand_admin")

    def resumed(**body) -> tuple[int, str | None]:
        answer = client.post(f"{path}/resume", json=body, headers=headers)
        return answer.status_code, answer.get_json()["error"]["code"] if answer.data else None

    assert resumed(reason="没停") == (409, "campaigns.not_stopped")
    client.post(f"{path}/stop", headers=headers)
    assert claim_all(app, brand, committed, shelf, [0]) == {"campaigns.stopped": 1}
    assert resumed() == (422, "kit.invalid_input")
    assert resumed(reason="查清了") == (204, None)
    assert claim_all(app, brand, committed, shelf, [0]) == {200: 1}
    log = client.get("/api/console/audit", headers=headers).text
    assert "campaigns.resumed" in log
    assert "查清了" in log
    client.post(f"{path}/stop", headers=headers)
    client.post(f"{path}/reveal", headers=headers)
    assert resumed(reason="再来") == (409, "campaigns.revealed")
