"""A campaign is tried on a season before it is launched; nothing is saved by it."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import codes, commissions
from tests.builders.campaigns import AT
from tests.builders.channel import a_dealer, a_terminal, bearer
from tests.builders.codes import a_batch
from tests.builders.console import staff_headers
from tests.builders.scans import a_shelf
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
PATH = "/api/console/simulations"


@pytest.fixture
def batch(committed: Opener) -> codes.BatchInfo:
    with committed() as session:
        a_terminal(session, dealer=a_dealer(session))
        return a_batch(session, count=10_000)


def body(batch: codes.BatchInfo, season=(), **campaign) -> dict:
    promised = {
        "name": "试跑",
        "batch_id": str(batch.id),
        "starts_at": "2026-10-01T00:00:00Z",
        "ends_at": "2099-01-01T00:00:00Z",
        "tiers": [
            {"name": "一等奖", "amount_fen": 10_000, "count": 10},
            {"name": "红包", "amount_fen": 100, "count": 5_000},
        ],
    }
    return {"campaign": promised | campaign, "season": {"kind": "made", "scanned_percent": 50} | dict(season)}


def test_a_made_up_season_tells_cost_winners_and_when_money_ends(
    brand: TestBrand, client: FlaskClient, batch: codes.BatchInfo, committed: Opener
) -> None:
    headers = staff_headers(brand)
    free = client.post(PATH, json=body(batch), headers=headers)
    assert free.status_code == 200, free.text
    told = free.get_json()
    assert told["scans"] == {"low": 5_000, "middle": 5_000, "high": 5_000}
    assert 2_400 < told["winners"]["low"] <= told["winners"]["middle"] <= told["winners"]["high"] < 2_620
    assert told["exhausted_on"] == []
    assert told["by_day"][-1]["middle"] == told["cost_fen"]["middle"]
    assert [tier["name"] for tier in told["by_tier"]] == ["一等奖", "红包"]
    budget = [{"scope": "all", "total_fen": 100_000, "daily_fen": 20_000}]
    tight = client.post(PATH, json=body(batch, budgets=budget), headers=headers).get_json()
    assert tight["cost_fen"]["high"] <= 100_000
    assert len(tight["exhausted_on"]) == tight["runs"] == 5
    with committed() as session:
        found = session.execute(
            text("SELECT count(*) FROM campaigns_campaign WHERE brand_id = :b"), {"b": brand.id}
        )
        assert found.scalar() == 0


def test_equal_seeds_tell_the_same_and_others_differ(
    brand: TestBrand, client: FlaskClient, batch: codes.BatchInfo
) -> None:
    headers = staff_headers(brand)
    told = [
        client.post(PATH, json=body(batch, season={"seed": seed, "runs": 2}), headers=headers).get_json()
        for seed in (1, 1, 9)
    ]
    assert told[0] == told[1] != told[2]


def test_past_scans_are_replayed_with_their_people_and_places(
    brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    with committed() as session:
        shelf = a_shelf(session)
        headers = bearer(session, shelf.consumer_id)
        rule = commissions.add_rule(session, name="模拟返利", terminal_fen=7, dealer_fen=3, at=AT)
        new = a_batch(session, count=100)
    for index in range(6):
        claimed = client.post("/api/consumer/claims", json={"code": shelf.code(brand.id, index)}, headers=headers)
        assert claimed.status_code == 200
    tiers = [{"name": "红包", "amount_fen": 100, "count": 100, "commission_rule_id": str(rule.id)}]
    asked = body(new, season={"kind": "past", "scanned_percent": 100}, tiers=tiers, per_person_limit=4)
    told = client.post(PATH, json=asked, headers=staff_headers(brand)).get_json()
    assert (told["scans"]["middle"], told["winners"]["middle"]) == (6, 4)
    assert told["cost_fen"] == {"low": 440, "middle": 440, "high": 440}
    limited = {one["answer"]: one["middle"] for one in told["by_answer"]}
    assert limited["limit_reached"] == 2


def test_a_brand_without_a_past_replays_nothing(
    brand: TestBrand, client: FlaskClient, batch: codes.BatchInfo
) -> None:
    told = client.post(PATH, json=body(batch, season={"kind": "past"}), headers=staff_headers(brand)).get_json()
    assert (told["scans"]["high"], told["by_day"]) == (0, [])


def test_simulations_are_for_those_who_write_campaigns(
    brand: TestBrand, client: FlaskClient, batch: codes.BatchInfo
) -> None:
    asked = body(batch)
    for headers, status in ((staff_headers(brand, "auditor"), 403), ({}, 401)):
        assert client.post(PATH, json=asked, headers=headers).status_code == status
    headers = staff_headers(brand)
    unknown = client.post(PATH, json=body(batch, batch_id="1"), headers=headers)
    assert (unknown.status_code, unknown.get_json()["error"]["code"]) == (404, "codes.unknown_batch")
    for wrong in ({"days": 0}, {"runs": 99}, {"kind": "future"}, {"scanned_percent": 101}):
        refused = client.post(PATH, json=body(batch, season=wrong), headers=headers)
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (422, "kit.invalid_input")


def test_more_prizes_than_codes_are_refused_here_too(
    brand: TestBrand, client: FlaskClient, batch: codes.BatchInfo
) -> None:
    tiers = [{"name": "红包", "amount_fen": 1, "count": 10_001}]
    refused = client.post(PATH, json=body(batch, tiers=tiers), headers=staff_headers(brand))
    assert refused.get_json()["error"]["details"] == {"rules": ["more_prizes_than_codes"]}
