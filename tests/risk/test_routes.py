"""The brand's lists, thresholds and appeals, and the person's appeals, over HTTP."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kit import cache, clock
from app.kit.transaction import transaction
from app.risk.models import FlagRow
from app.risk.queries import list_key
from tests.builders.channel import bearer, someone_with, staff_headers
from tests.builders.scans import a_shelf

FLAGS, LIMITS, APPEALS = "/api/console/risk-flags", "/api/console/risk-limits", "/api/console/risk-appeals"
MINE = "/api/consumer/appeals"


@pytest.fixture
def shelf(brand, committed):
    with committed() as session:
        return a_shelf(session)


@pytest.fixture
def staff(committed):
    with committed() as session:
        return {role: staff_headers(session, role) for role in ("brand_admin", "brand_operator", "auditor")}


def refusal(answer):
    return answer.status_code, answer.json["error"]["code"]


def block(client, headers, subject, **other):
    entry = {"kind": "person", "subject": str(subject), "answer": "refuse", "words": "转卖瓶盖", **other}
    return client.post(FLAGS, json=entry, headers=headers)


def claim(client, brand, shelf, person_id):
    with transaction(brand.id) as session:
        headers = bearer(session, person_id)
    body = {"code": shelf.code(brand.id)}
    return client.post("/api/consumer/claims", json=body, headers=headers), headers


def audited(session):
    wanted = text("SELECT action FROM identity_audit WHERE brand_id = :brand_id ORDER BY position")
    actions = session.execute(wanted, {"brand_id": session.info["brand_id"]}).scalars()
    return [action for action in actions if action.startswith("risk.")]


def test_nobody_without_a_role_sees_or_changes_the_lists(client, shelf, brand):
    with transaction(brand.id) as session:
        stranger = bearer(session, shelf.consumer_id)
    for path in (FLAGS, LIMITS, APPEALS):
        assert client.get(path).status_code == 401
        assert client.get(path, headers=stranger).status_code in {401, 403}


def test_an_auditor_reads_and_changes_nothing(client, shelf, staff):
    assert client.get(FLAGS, headers=staff["auditor"]).status_code == 200
    assert block(client, staff["auditor"], shelf.consumer_id).status_code == 403


def test_a_blocked_person_is_listed_refused_and_paid_again_when_lifted(client, brand, shelf, staff, committed):
    made = block(client, staff["brand_operator"], shelf.consumer_id, days=30).json
    (listed,) = client.get(f"{FLAGS}?set_by=staff&kind=person", headers=staff["auditor"]).json["items"]
    assert (listed["id"], listed["answer"], listed["set_by"]) == (made["id"], "refuse", "staff")
    assert client.get(f"{FLAGS}?set_by=rules", headers=staff["auditor"]).json["items"] == []
    assert refusal(claim(client, brand, shelf, shelf.consumer_id)[0]) == (403, "risk.refused")
    path, words = f"{FLAGS}/{made['id']}/liftings", {"words": "已核实"}
    assert client.post(path, json=words, headers=staff["brand_operator"]).status_code == 201
    assert refusal(client.post(path, json=words, headers=staff["brand_operator"])) == (409, "risk.already_lifted")
    assert claim(client, brand, shelf, shelf.consumer_id)[0].status_code == 200
    with committed() as session:
        assert audited(session) == ["risk.entry_added", "risk.lifted"]


def test_an_entry_must_name_something_of_this_brand(client, shelf, staff):
    admin = staff["brand_admin"]
    assert refusal(block(client, admin, 77)) == (422, "risk.subject_unknown")
    assert refusal(block(client, admin, "nobody")) == (422, "risk.subject_unknown")
    assert refusal(block(client, admin, "0123456789ABCDEF", kind="case")) == (422, "risk.subject_unknown")
    assert refusal(block(client, admin, "", kind="range")) == (422, "kit.invalid_input")
    assert refusal(client.post(f"{FLAGS}/5/liftings", json={"words": "没有"}, headers=admin)) == (
        404,
        "risk.flag_unknown",
    )


def test_a_range_of_codes_is_blocked_by_its_first_and_last_code(client, brand, shelf, staff):
    codes = {"first": shelf.code(brand.id), "last": shelf.code(brand.id, 3)}
    assert block(client, staff["brand_admin"], "", kind="range", **codes).status_code == 201
    assert refusal(claim(client, brand, shelf, shelf.consumer_id)[0]) == (403, "risk.refused")


def test_only_an_admin_sets_thresholds_and_the_lines_ascend(client, staff):
    body = {"limits": {"cases_day": 12}}
    assert client.post(LIMITS, json=body, headers=staff["brand_operator"]).status_code == 403
    assert client.post(LIMITS, json=body, headers=staff["brand_admin"]).json["limits"]["cases_day"] == 12
    shown = client.get(LIMITS, headers=staff["auditor"]).json
    assert (shown["limits"]["cases_day"], shown["defaults"]["cases_day"]) == (12, 9)
    for wrong in (
        {"no_such": 3},
        {"cases_day": 0},
        {"verify_points": 50, "defer_points": 40, "refuse_points": 90},
    ):
        assert client.post(LIMITS, json={"limits": wrong}, headers=staff["brand_admin"]).status_code == 422


def test_an_appeal_is_lodged_once_decided_once_and_trusts_whom_it_is_granted(
    client, brand, shelf, staff, committed
):
    with committed() as session:
        reason = {"signal": "scatter_day", "figure": 11, "threshold": 9, "points": 60}
        flag = FlagRow(kind="person", subject=str(shelf.consumer_id), answer="defer", points=60, reasons=[reason])
        flag.rule_version, flag.set_at, flag.until = "risk-1", clock.now(), clock.now() + timedelta(days=1)
        session.add(flag)
        cache.bump(session, list_key(brand.id))
    answer, headers = claim(client, brand, shelf, shelf.consumer_id)
    assert refusal(answer) == (409, "risk.deferred")
    held = answer.json["error"]["details"]["held"]
    assert "11" not in answer.json["error"]["message"]
    made = client.post(MINE, json={"held": held, "words": "我自己喝的"}, headers=headers)
    assert made.status_code == 201
    again = client.post(MINE, json={"held": held, "words": "我自己喝的"}, headers=headers)
    assert refusal(again) == (409, "risk.appeal_exists")
    (listed,) = client.get(APPEALS, headers=staff["auditor"]).json["items"]
    assert listed["code"] == shelf.code(brand.id)
    assert listed["reasons"][0]["text"] == "一天内的码来自 11 个不同的箱 (超过 9)"
    path, body = f"{APPEALS}/{listed['id']}/decisions", {"granted": True, "words": "小票已核对"}
    assert client.post(path, json=body, headers=staff["auditor"]).status_code == 403
    assert client.post(path, json=body, headers=staff["brand_operator"]).json["decision"] == "granted"
    assert refusal(client.post(path, json=body, headers=staff["brand_operator"])) == (409, "risk.appeal_decided")
    assert client.get(MINE, headers=headers).json["items"][0]["decision_words"] == "小票已核对"
    assert claim(client, brand, shelf, shelf.consumer_id)[0].status_code == 200


def test_nobody_appeals_for_somebody_else_or_without_signing_in(client, brand, shelf, staff, committed):
    block(client, staff["brand_admin"], shelf.consumer_id)
    answer, _ = claim(client, brand, shelf, shelf.consumer_id)
    body = {"held": answer.json["error"]["details"]["held"], "words": "不是我"}
    assert client.post(MINE, json=body).status_code == 401
    with committed() as session:
        stranger = bearer(session, someone_with(session))
    assert refusal(client.post(MINE, json=body, headers=stranger)) == (404, "risk.held_unknown")
