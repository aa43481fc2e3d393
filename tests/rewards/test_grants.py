"""A prize that is not money: written with its claim, told of in time, ended by the clock, explained."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import ledger
from app.books import prove
from app.campaigns import Prize
from app.kit import clock
from app.kit.clock import business_day, day_bounds
from app.ledger.jobs import join_wallets
from app.rewards.jobs import end_grants, tell_of_ends
from app.rewards.models import Grant
from app.rewards.queries import grant_row
from tests.builders.channel import bearer
from tests.builders.ledger import moved, post
from tests.builders.prizes import Prizes, hand_over, prizes_of
from tests.builders.scans import a_shelf
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
GRANTS = "/api/consumer/grants"
DAY = timedelta(days=1)


@pytest.fixture
def prizes(brand: TestBrand, client: FlaskClient) -> Prizes:
    return prizes_of(brand, client)


@pytest.fixture
def points(brand: TestBrand, client: FlaskClient) -> Prizes:
    return prizes_of(brand, client, "points")


def my_grants(prizes: Prizes, **query: str) -> list[dict]:
    return prizes.client.get(GRANTS, query_string=query, headers=prizes.consumer).get_json()["items"]


def my_points(prizes: Prizes) -> dict:
    return prizes.client.get("/api/consumer/points", headers=prizes.consumer).get_json()


def refusal(response) -> tuple[int, str]:
    return response.status_code, response.get_json()["error"]["code"]


def test_a_free_bottle_is_won_with_the_claim_and_shop_and_dealer_are_paid_as_ever(
    prizes: Prizes, committed: Opener
) -> None:
    code, headers = prizes.shelf.code(prizes.brand.id), prizes.consumer
    first, again = (
        prizes.client.post("/api/consumer/claims", json={"code": code}, headers=headers).get_json() for _ in "ab"
    )
    assert first["prize"] == {"kind": "another", "tier": "再来一瓶", "amount_fen": 0}
    assert again["prize"] == first["prize"]
    assert again["repeated"]
    (mine,) = my_grants(prizes)
    assert mine["goods"] == {"name": "清泉气泡水", "spec": "330ml"}
    assert (mine["state"], mine["state_text"], mine["expires_soon"]) == ("won", "待使用", False)
    verdict = prizes.client.get(f"/api/consumer/codes/{code}", headers=headers).get_json()
    assert verdict["prize"]["kind"] == "another"
    assert verdict["campaign"]["tiers"][0]["value_fen"] == 500
    with committed() as session:
        assert ledger.wallet_balance(session, prizes.shelf.owner_id) == 10
        assert not any(prove(session).values())


def test_random_money_is_paid_and_makes_no_grant(brand: TestBrand, client: FlaskClient, committed: Opener) -> None:
    with committed() as session:
        shelf = a_shelf(session, tiers=(("手气", 28, 48, Prize("random_cash", most_fen=200)),))
        headers = bearer(session, shelf.consumer_id)
    code = {"code": shelf.code(brand.id)}
    answer = client.post("/api/consumer/claims", json=code, headers=headers).get_json()
    assert answer["prize"]["kind"] == "cash"
    assert 28 <= answer["prize"]["amount_fen"] <= 200
    assert answer["wallet_fen"] == answer["prize"]["amount_fen"]
    with committed() as session:
        assert session.scalars(select(Grant)).all() == []
        assert not any(prove(session).values())


def test_nobody_else_sees_a_prize(prizes: Prizes) -> None:
    grant_id = prizes.win()
    stranger = prizes.stranger()
    assert prizes.client.get(GRANTS, headers=stranger).get_json()["items"] == []
    for method, path in (("GET", ""), ("POST", "/presentation"), ("GET", "/face")):
        response = prizes.client.open(f"{GRANTS}/{grant_id}{path}", method=method, headers=stranger)
        assert refusal(response) == (404, "rewards.unknown_grant")


def test_points_are_credited_in_the_statement_of_the_claim(points: Prizes, committed: Opener) -> None:
    points.win()
    (mine,) = my_grants(points)
    assert (mine["state"], mine["state_text"], mine["points"]) == ("received", "积分已到账", 300)
    told = my_points(points)
    assert told["balance"] == 300
    assert told["ending"]["points"] == 300
    with committed() as session:
        assert ledger.wallet_balance(session, points.shelf.owner_id) == 10
        assert not any(prove(session).values())


def test_points_that_were_not_spent_end_on_their_day_and_only_once(points: Prizes, committed: Opener) -> None:
    person_id = points.shelf.consumer_id
    points.win()
    with committed() as session:
        spent = ledger.Account("spent", "brand", points.brand.id, ledger.POINTS)
        post(session, moved(ledger.wallet(person_id, ledger.POINTS), spent, 120, "spent"))
    ends = day_bounds(business_day(clock.now()) + 30 * DAY)[1]
    end_grants(brand_id=points.brand.id, at=ends - timedelta(seconds=1))
    assert my_points(points)["balance"] == 180
    for _ in "ab":
        end_grants(brand_id=points.brand.id, at=ends)
    assert my_points(points) == {"balance": 0, "ending": None}
    with committed() as session:
        void = ledger.Account("expired", "brand", points.brand.id, ledger.POINTS)
        assert ledger.balance(session, void) == 180
        assert not any(prove(session).values())


def test_points_move_with_the_person_and_still_end_on_their_day(points: Prizes, committed: Opener) -> None:
    old, new = points.shelf.consumer_id, points.other_owner
    points.win()
    with committed() as session:
        session.execute(
            text("UPDATE identity_person SET merged_into = :new WHERE brand_id = :b AND id = :old"),
            {"new": new, "old": old, "b": points.brand.id},
        )
    join_wallets(brand_id=points.brand.id, person_id=old, survivor_id=new, at=clock.now())
    with committed() as session:
        assert ledger.wallet_balance(session, new, ledger.POINTS) == 300
    end_grants(brand_id=points.brand.id, at=clock.now() + 40 * DAY)
    with committed() as session:
        assert ledger.wallet_balance(session, new, ledger.POINTS) == 0
        assert ledger.check_invariants(session) == []


def test_a_prize_that_ends_soon_is_listed_and_told_of_once(
    brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    prizes = prizes_of(brand, client, lasts_days=2)
    grant_id = prizes.win()
    assert [one["expires_soon"] for one in my_grants(prizes, which="expiring")] == [True]
    for _ in "ab":
        tell_of_ends(brand_id=brand.id, at=clock.now())
    with committed() as session:
        assert grant_row(session, grant_id).told_at is not None


def test_a_prize_with_time_left_is_not_told_of(prizes: Prizes, committed: Opener) -> None:
    grant_id = prizes.win()
    tell_of_ends(brand_id=prizes.brand.id, at=clock.now())
    assert my_grants(prizes, which="expiring") == []
    with committed() as session:
        assert grant_row(session, grant_id).told_at is None


def test_a_prize_that_nobody_fetched_ends_once_no_shop_can_come_with_it_any_more(
    prizes: Prizes, committed: Opener
) -> None:
    grant_id = prizes.win()
    ends = day_bounds(business_day(clock.now()) + 30 * DAY)[1]
    end_grants(brand_id=prizes.brand.id, at=ends + timedelta(hours=23))
    with committed() as session:
        assert grant_row(session, grant_id).state == "won"
    end_grants(brand_id=prizes.brand.id, at=ends + timedelta(hours=24))
    with committed() as session:
        row = grant_row(session, grant_id)
        assert (row.state, row.reason) == ("expired", "not_used_in_time")
        assert not any(prove(session).values())
    told = prizes.client.get(f"{GRANTS}/{grant_id}", headers=prizes.consumer).get_json()
    assert told["facts"][-1]["text"] == "过期未使用"


def test_what_was_handed_over_does_not_end(prizes: Prizes, committed: Opener) -> None:
    grant_id = prizes.win()
    with committed() as session:
        hand_over(session, grant_id, prizes.shelf.terminal, at=clock.now())
    end_grants(brand_id=prizes.brand.id, at=clock.now() + 90 * DAY)
    with committed() as session:
        assert grant_row(session, grant_id).state == "received"


def test_a_grant_without_its_claim_is_named(prizes: Prizes, committed: Opener) -> None:
    """As nothing but a verb that does not ask could make it."""
    grant_id = prizes.win()
    code_no = prizes.shelf.units.lo
    with committed() as session:
        session.execute(text("UPDATE rewards_grant SET share_no = 2 WHERE id = :id"), {"id": grant_id})
        findings = prove(session)["rewards"]
    assert f"claim {code_no}: without its grant, or a grant without its claim" in findings


def test_the_story_of_a_code_goes_on_with_its_prize(prizes: Prizes) -> None:
    prizes.redeem()
    code = prizes.shelf.code(prizes.brand.id)
    told = prizes.client.get(f"/api/terminal/codes/{code}/explanation", headers=prizes.owner).get_json()
    texts = [step["text"] for step in told["steps"]]
    assert any(line.startswith("抽中「再来一瓶」") for line in texts)
    assert f"在门店「{prizes.shelf.terminal.name}」核销" in texts
    assert "货款 ¥3.50 记入店主钱包" in texts
