"""Campaigns at the console: who may, what is refused, what succeeds."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import campaigns, codes, commissions
from app.kit import clock
from app.kit.transaction import transaction
from tests.builders.campaigns import AT, a_campaign
from tests.builders.codes import a_batch
from tests.builders.console import staff_headers
from tests.conftest import TestBrand

FIXED_MONEY = {
    "kind": "cash",
    "most_fen": 0,
    "sku_id": None,
    "price_fen": 0,
    "points": 0,
    "value_fen": 0,
    "lasts_days": 0,
    "goods_fen": 0,
    "service_fen": 0,
    "restock": False,
}
Opener = Callable[[], AbstractContextManager[Session]]
Headers = dict[str, str]
CAMPAIGNS = "/api/console/campaigns"
ACTIVATIONS = "/api/console/activations"


@pytest.fixture
def batch(committed: Opener) -> codes.BatchInfo:
    with committed() as session:
        return a_batch(session)


@pytest.fixture
def headers(brand: TestBrand) -> Headers:
    return staff_headers(brand, "brand_admin")


def body(batch: codes.BatchInfo, **given) -> dict:
    tiers = [{"name": "红包", "amount_fen": 88, "count": 48, "commission_rule_id": None}]
    times = {"starts_at": "2026-10-01T00:00:00Z", "ends_at": "2099-01-01T00:00:00+08:00"}
    return {"name": f"活动{batch.number}", "batch_id": str(batch.id), **times, "tiers": tiers} | given


def refusal(response) -> tuple[int, str]:
    return response.status_code, response.get_json()["error"]["code"]


def audited(brand: TestBrand) -> list[str]:
    with transaction(brand.id) as session:
        query = text(
            "SELECT action FROM identity_audit WHERE brand_id = :b AND action NOT LIKE 'identity.%' ORDER BY id"
        )
        return list(session.execute(query, {"b": brand.id}).scalars())


def test_a_campaign_is_created_shown_listed_and_audited(
    brand: TestBrand, client: FlaskClient, batch: codes.BatchInfo, headers: Headers
) -> None:
    made = client.post(CAMPAIGNS, json=body(batch, per_person_limit=3), headers=headers)
    assert made.status_code == 201, made.text
    shown = made.get_json()
    assert (shown["state"], shown["codes"], shown["per_person_limit"]) == ("open", 48, 3)
    assert len(shown["commitment"]) == 64
    assert "seed" not in made.text
    assert shown["ends_at"] == "2098-12-31T16:00:00+00:00"
    assert client.get(f"{CAMPAIGNS}/{shown['id']}", headers=headers).get_json() == shown
    assert client.get(CAMPAIGNS, headers=headers).get_json() == {"items": [shown], "next_cursor": None}
    assert audited(brand) == ["campaigns.created"]


def test_a_tier_names_its_commission_rule(
    client: FlaskClient, committed: Opener, batch: codes.BatchInfo, headers: Headers
) -> None:
    with committed() as session:
        rule = commissions.add_rule(session, name="返利", terminal_fen=1, dealer_fen=1, at=AT)
    tier = {"name": "红包", "amount_fen": 88, "count": 1, "commission_rule_id": str(rule.id)}
    made = client.post(CAMPAIGNS, json=body(batch, tiers=[tier]), headers=headers).get_json()
    assert made["tiers"] == [tier | {"prize": FIXED_MONEY}]


def test_a_tier_gives_what_its_prize_says(
    client: FlaskClient, committed: Opener, batch: codes.BatchInfo, headers: Headers
) -> None:
    prize = {"kind": "one_yuan", "sku_id": str(batch.sku_id), "price_fen": 100, "value_fen": 500, "lasts_days": 30}
    tier = {"name": "一元乐享", "amount_fen": 0, "count": 2, "prize": prize | {"goods_fen": 350, "restock": True}}
    made = client.post(CAMPAIGNS, json=body(batch, tiers=[tier]), headers=headers).get_json()
    assert made["tiers"][0]["prize"] == FIXED_MONEY | prize | {"goods_fen": 350, "restock": True}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"sku_id": "1"}, 404, "catalog.unknown_sku"),
        ({"lasts_days": 0}, 422, "campaigns.breaks_rules"),
        ({"value_fen": 5_000_001}, 422, "campaigns.breaks_rules"),
        ({"points": 5}, 422, "campaigns.breaks_rules"),
        ({"kind": "bicycle"}, 422, "kit.invalid_input"),
        ({"price_fen": -1}, 422, "kit.invalid_input"),
    ],
)
def test_a_prize_that_says_too_little_or_too_much_is_refused(
    client: FlaskClient, batch: codes.BatchInfo, headers: Headers, change: dict, status: int, code: str
) -> None:
    prize = {"kind": "another", "sku_id": str(batch.sku_id), "value_fen": 500, "lasts_days": 30} | change
    tier = {"name": "再来一瓶", "amount_fen": 0, "count": 2, "prize": prize}
    response = client.post(CAMPAIGNS, json=body(batch, tiers=[tier]), headers=headers)
    assert (response.status_code, response.get_json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 81},
        {"batch_id": "x"},
        {"batch_id": None},
        {"starts_at": "2026-10-01T00:00:00"},
        {"starts_at": "tomorrow"},
        {"tiers": []},
        {"tiers": [{"name": "a", "amount_fen": -1, "count": 1}]},
        {"tiers": [{"name": "a", "amount_fen": 1.5, "count": 1}]},
        {"tiers": [{"name": "a", "amount_fen": 1}]},
        {"tiers": [{"name": "a", "amount_fen": 1, "count": 1}] * 21},
        {"per_person_limit": 0},
        {"per_person_day_limit": 100_001},
        {"seed": "00" * 32},
    ],
)
def test_a_body_that_does_not_fit_is_refused(
    client: FlaskClient, batch: codes.BatchInfo, headers: Headers, wrong: dict
) -> None:
    response = client.post(CAMPAIGNS, json=body(batch, **wrong), headers=headers)
    assert refusal(response) == (422, "kit.invalid_input")


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"ends_at": "2026-09-01T00:00:00Z"}, "ends_before_it_starts"),
        ({"starts_at": "2026-01-01T00:00:00Z", "ends_at": "2026-02-01T00:00:00Z"}, "already_over"),
        ({"tiers": [{"name": "a", "amount_fen": 1, "count": 49}]}, "more_prizes_than_codes"),
        ({"tiers": [{"name": "a", "amount_fen": 5_000_001, "count": 1}]}, "top_prize_above_50000_yuan"),
        ({"tiers": [{"name": "a", "amount_fen": 10**18, "count": 10**18}]}, "top_prize_above_50000_yuan"),
        ({"tiers": [{"name": "a", "amount_fen": 1, "count": 1}] * 2}, "names_repeat"),
    ],
)
def test_a_promise_that_breaks_a_rule_is_not_saved(
    brand: TestBrand, client: FlaskClient, batch: codes.BatchInfo, headers: Headers, wrong: dict, rule: str
) -> None:
    response = client.post(CAMPAIGNS, json=body(batch, **wrong), headers=headers)
    assert refusal(response) == (422, "campaigns.breaks_rules")
    assert rule in response.get_json()["error"]["details"]["rules"]
    assert client.get(CAMPAIGNS, headers=headers).get_json()["items"] == []
    assert audited(brand) == []


def test_a_broken_rule_is_said_in_words(client: FlaskClient, batch: codes.BatchInfo, headers: Headers) -> None:
    wrong = body(batch, rules_text="转发后才能领奖", tiers=[{"name": "a", "amount_fen": 5_000_001, "count": 1}])
    said = client.post(CAMPAIGNS, json=wrong, headers=headers).get_json()["error"]
    assert said["message"] == (
        "活动设置违反规则, 无法保存: 一次购买的最高奖合计不能超过 5 万元; 不能要求转发、分享或关注才能领奖"
    )
    english = client.post(CAMPAIGNS, json=wrong, headers=headers | {"Accept-Language": "en"}).get_json()["error"]
    assert "¥50,000" in english["message"]


def test_several_chances_a_purchase_count_together(
    client: FlaskClient, batch: codes.BatchInfo, headers: Headers
) -> None:
    tiers = [{"name": "a", "amount_fen": 1_000_000, "count": 6}]
    refused = client.post(CAMPAIGNS, json=body(batch, tiers=tiers, chances=6), headers=headers)
    assert refused.get_json()["error"]["details"] == {"rules": ["top_prize_above_50000_yuan"]}
    made = client.post(CAMPAIGNS, json=body(batch, tiers=tiers, chances=5), headers=headers)
    assert (made.status_code, made.get_json()["chances"]) == (201, 5)


def test_an_end_before_the_shelf_life_is_confirmed_twice(
    brand: TestBrand, client: FlaskClient, batch: codes.BatchInfo, headers: Headers
) -> None:
    early = body(batch, ends_at="2098-01-01T00:00:00Z")
    name, rules = early["name"], ["ends_before_shelf_life"]
    for half in (
        {},
        {"confirmed": rules},
        {"confirmed_name": name},
        {"confirmed": rules, "confirmed_name": "别的"},
    ):
        refused = client.post(CAMPAIGNS, json=early | half, headers=headers)
        assert refusal(refused) == (409, "campaigns.confirm_first")
        assert refused.get_json()["error"]["details"] == {"rules": rules}
        assert "保质期" in refused.get_json()["error"]["message"]
    made = client.post(CAMPAIGNS, json=early | {"confirmed": rules, "confirmed_name": name}, headers=headers)
    assert made.status_code == 201, made.text
    assert audited(brand) == ["campaigns.created"]


def test_two_budgets_of_one_scope_are_refused(
    client: FlaskClient, batch: codes.BatchInfo, headers: Headers
) -> None:
    twice = [{"scope": "all", "total_fen": 10**9}] * 2
    refused = client.post(CAMPAIGNS, json=body(batch, budgets=twice), headers=headers)
    assert refused.get_json()["error"]["details"] == {"rules": ["budgets_repeat"]}


def test_each_refusal_to_create_has_its_code(
    client: FlaskClient, committed: Opener, batch: codes.BatchInfo, headers: Headers
) -> None:
    tier = {"name": "红包", "amount_fen": 88, "count": 1, "commission_rule_id": "1"}
    unknown_rule = client.post(CAMPAIGNS, json=body(batch, tiers=[tier]), headers=headers)
    assert refusal(unknown_rule) == (404, "campaigns.commission_rule_unknown")
    assert refusal(client.post(CAMPAIGNS, json=body(batch, batch_id="1"), headers=headers))[0] == 404
    assert client.post(CAMPAIGNS, json=body(batch), headers=headers).status_code == 201
    again = client.post(CAMPAIGNS, json=body(batch), headers=headers)
    assert refusal(again) == (409, "campaigns.name_taken")
    with committed() as session:
        codes.activate(session, batch_id=batch.id, by=1, at=AT)
    late = client.post(CAMPAIGNS, json=body(batch, name="晚了"), headers=headers)
    assert refusal(late) == (409, "campaigns.committed_too_late")


def test_codes_are_activated_for_a_campaign(
    brand: TestBrand, client: FlaskClient, committed: Opener, batch: codes.BatchInfo, headers: Headers
) -> None:
    with committed() as session:
        campaign_id = a_campaign(session, batch).id
        other = a_batch(session)
    wanted = {"batch_id": str(batch.id), "campaign_id": str(campaign_id), "hi": str(batch.lo + 10)}
    made = client.post(ACTIVATIONS, json=wanted, headers=headers)
    assert made.status_code == 201
    assert made.get_json() == {
        "batch_id": str(batch.id),
        "lo": str(batch.lo),
        "hi": str(batch.lo + 10),
        "count": 10,
        "campaign_id": str(campaign_id),
    }
    assert audited(brand) == ["codes.activated"]
    for change, expected in (
        ({}, (409, "codes.already_activated")),
        ({"batch_id": str(other.id), "hi": None}, (409, "campaigns.other_batch")),
        ({"campaign_id": "1", "lo": str(batch.lo + 10), "hi": None}, (404, "campaigns.unknown")),
        ({"batch_id": "1"}, (404, "codes.unknown_batch")),
        ({"lo": str(batch.hi), "hi": str(batch.hi + 1)}, (409, "codes.range_outside_batch")),
        ({"lo": str(batch.lo + 5), "hi": str(batch.lo + 5)}, (409, "codes.range_outside_batch")),
        ({"lo": str(1 << 63)}, (422, "kit.invalid_input")),
    ):
        status, code = refusal(client.post(ACTIVATIONS, json=wanted | change, headers=headers))
        assert code == expected[1] or (status, code) == expected, change
    assert audited(brand) == ["codes.activated"]


def test_a_campaign_is_stopped_and_audited_once(
    brand: TestBrand, client: FlaskClient, committed: Opener, batch: codes.BatchInfo, headers: Headers
) -> None:
    with committed() as session:
        campaign_id = a_campaign(session, batch).id
    for _ in range(2):
        stopped = client.post(f"{CAMPAIGNS}/{campaign_id}/stop", headers=headers)
        assert (stopped.status_code, stopped.get_json()["state"]) == (200, "stopped")
    assert audited(brand) == ["campaigns.stopped"]


def test_a_seed_is_revealed_to_an_admin_after_the_end(
    brand: TestBrand, client: FlaskClient, committed: Opener, batch: codes.BatchInfo, headers: Headers
) -> None:
    with committed() as session:
        row = a_campaign(session, batch)
    path = f"{CAMPAIGNS}/{row.id}/reveal"
    assert refusal(client.post(path, headers=headers)) == (409, "campaigns.not_over")
    with committed() as session:
        campaigns.stop_campaign(session, row.id, at=clock.now() - timedelta(seconds=1))
    assert refusal(client.post(path, headers=staff_headers(brand, "brand_operator"))) == (
        403,
        "identity.forbidden",
    )
    revealed = client.post(path, headers=headers).get_json()
    assert revealed["commitment"] == row.commitment
    assert revealed["first_no"] == str(batch.lo)
    assert audited(brand) == ["campaigns.revealed"]


def requests(batch: codes.BatchInfo, campaign_id: int) -> list[tuple[str, str, dict | None]]:
    return [
        ("GET", CAMPAIGNS, None),
        ("GET", f"{CAMPAIGNS}/{campaign_id}", None),
        ("POST", CAMPAIGNS, body(batch, name="新")),
        ("POST", f"{CAMPAIGNS}/{campaign_id}/stop", None),
        ("POST", f"{CAMPAIGNS}/{campaign_id}/reveal", None),
        ("POST", ACTIVATIONS, {"batch_id": str(batch.id)}),
    ]


def test_strangers_stay_out_and_an_auditor_only_reads(
    brand: TestBrand, other_brand: TestBrand, client: FlaskClient, committed: Opener, batch: codes.BatchInfo
) -> None:
    with committed() as session:
        campaign_id = a_campaign(session, batch).id
    for who, read, write in (
        ({}, 401, 401),
        (staff_headers(other_brand, "brand_admin"), 401, 401),
        (staff_headers(brand, ""), 401, 401),
        (staff_headers(brand, "auditor"), 200, 403),
    ):
        for method, path, given in requests(batch, campaign_id):
            status = client.open(path, method=method, json=given, headers=who).status_code
            assert status == (read if method == "GET" else write), f"{method} {path}"
    assert audited(brand) == []


@pytest.mark.parametrize("path", ["", "/stop", "/reveal"])
def test_a_campaign_of_another_brand_does_not_exist(
    other_brand: TestBrand, client: FlaskClient, headers: Headers, path: str
) -> None:
    with transaction(other_brand.id) as session:
        campaign_id = a_campaign(session, a_batch(session)).id
    method = "POST" if path else "GET"
    response = client.open(f"{CAMPAIGNS}/{campaign_id}{path}", method=method, headers=headers)
    assert refusal(response) == (404, "campaigns.unknown")
