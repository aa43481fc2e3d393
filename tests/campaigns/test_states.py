"""States of codes by batch, range, list and file, now or later: done once, cancelled, or failed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from app import campaigns, codes
from app.campaigns.actions import review_change
from app.campaigns.jobs import carry_out_plans
from app.codes.queries import load_catalogue
from app.kit import clock
from app.kit.transaction import transaction
from tests.builders.campaigns import AT, a_campaign
from tests.builders.codes import STAFF, a_batch, an_active_batch, packed_batches
from tests.builders.console import staff_headers

PLANS = "/api/console/plans"
FILES = tuple(f"/api/console/{room}/files" for room in ("activations", "voids", "freezes"))
WRITES = [
    ("POST", PLANS),
    ("DELETE", f"{PLANS}/1"),
    ("POST", f"{PLANS}/1/review"),
    ("POST", "/api/console/voids"),
    *(("POST", path) for path in FILES),
]
CSV = {"Content-Type": "text/csv"}
TODAY = date(2026, 11, 25)


@pytest.fixture
def staff(brand):
    return staff_headers(brand)


@pytest.fixture
def colleague(brand):
    return staff_headers(brand, "brand_admin")


@pytest.fixture
def batch(committed):
    with committed() as session:
        return a_batch(session, count=48)


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


def audited(brand):
    with transaction(brand.id) as session:
        statement = text("SELECT action FROM identity_audit WHERE brand_id = :brand ORDER BY position")
        actions = session.execute(statement, {"brand": brand.id}).scalars()
        return [action for action in actions if action.startswith("codes.")]


def state_of(brand, code_no):
    with transaction(brand.id) as session:
        catalogue = load_catalogue(session, brand.id)
        return catalogue.state_in(codes.batch_of(session, code_no), code_no, on=TODAY).value


def printed(committed, batch):
    with committed() as session:
        return list(codes.printed(session, batch_id=batch.id))


def change(client, staff, kind="activate", **given):
    return client.post(PLANS, json={"kind": kind} | given, headers=staff)


def reviewed(client, headers, plan, **decision):
    decision = {"approve": True} | decision
    return client.post(f"{PLANS}/{plan['id']}/review", json=decision, headers=headers)


def planned(client, staff, batch, kind="activate", minutes=60, **given):
    due_at = (clock.now() + timedelta(minutes=minutes)).isoformat()
    made = change(client, staff, kind, batch_id=str(batch.id), due_at=due_at, **given)
    assert made.status_code == 201, made.text
    return made.get_json()


def shown(client, staff, plan):
    items = client.get(PLANS, headers=staff).get_json()["items"]
    return next(item for item in items if item["id"] == plan["id"])


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", PLANS), *WRITES],
)
def test_strangers_other_brands_and_consumers_are_kept_out(client, brand, other_brand, method, path):
    assert refusal(client.open(path, method=method, json={})) == (401, "identity.sign_in_required")
    for headers in (staff_headers(brand, None), staff_headers(other_brand)):
        assert client.open(path, method=method, json={}, headers=headers).status_code in {401, 403}


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_an_auditor_reads_plans_and_makes_none(client, brand, method, path):
    headers = staff_headers(brand, "auditor")
    assert client.open(path, method=method, json={}, headers=headers).status_code == 403
    assert client.get(PLANS, headers=headers).status_code == 200


def test_a_batch_is_activated_at_once_and_bound_to_its_campaign(client, brand, committed, batch, staff):
    with committed() as session:
        campaign = a_campaign(session, batch)
    made = change(client, staff, batch_id=str(batch.id), campaign_id=str(campaign.id)).get_json()
    assert (made["state"], made["count"], made["subject"]) == ("done", 48, f"批次 {batch.number}")
    assert state_of(brand, batch.lo) == "active"
    assert campaigns.book(brand.id).find(batch.lo).id == campaign.id
    assert audited(brand) == ["codes.activate"]


def test_each_kind_does_what_it_says_to_ranges_alone(client, brand, committed, staff, colleague):
    with committed() as session:
        batch = an_active_batch(session, count=10)
    ranges = [{"lo": batch.lo + 1, "hi": batch.lo + 3}]
    assert change(client, staff, "freeze", ranges=ranges, reason="质量检查").status_code == 201
    assert [state_of(brand, batch.lo + place) for place in range(4)] == ["active", "frozen", "frozen", "active"]
    assert change(client, staff, "thaw", ranges=ranges).status_code == 201
    assert state_of(brand, batch.lo + 1) == "active"
    assert refusal(change(client, staff, "thaw", ranges=ranges)) == (409, "codes.not_frozen")
    asked = change(client, staff, "void", ranges=ranges, reason="召回").get_json()
    assert (asked["state"], state_of(brand, batch.lo + 1)) == ("requested", "active")
    assert reviewed(client, colleague, asked).get_json()["state"] == "done"
    assert [state_of(brand, batch.lo + place) for place in range(4)] == ["active", "void", "void", "active"]
    assert audited(brand) == ["codes.freeze", "codes.thaw", "codes.request_void", "codes.review_void"]


def test_a_change_names_one_thing_and_a_reason_where_it_takes_something_away(client, staff, batch):
    for named in (
        {},
        {"batch_id": str(batch.id), "ranges": [{"lo": 1, "hi": 2}]},
        {"texts": ["x"], "ranges": [{"lo": 1, "hi": 2}]},
    ):
        assert refusal(change(client, staff, **named)) == (422, "codes.nothing_named")
    for kind in ("void", "freeze"):
        assert refusal(change(client, staff, kind, batch_id=str(batch.id))) == (422, "codes.reason_missing")
    assert refusal(change(client, staff, batch_id="5")) == (404, "codes.unknown_batch")
    assert refusal(change(client, staff, ranges=[{"lo": 1, "hi": 50}])) == (422, "codes.range_outside_batch")
    assert refusal(change(client, staff, "melt", batch_id=str(batch.id))) == (422, "kit.invalid_input")


def test_a_campaign_of_another_batch_binds_nothing_and_activates_nothing(client, brand, committed, batch, staff):
    with committed() as session:
        other = a_batch(session, count=48)
        campaign = a_campaign(session, other)
    asked = {"ranges": [{"lo": batch.lo, "hi": other.hi}], "campaign_id": str(campaign.id)}
    assert refusal(change(client, staff, **asked))[1] == "campaigns.other_batch"
    assert state_of(brand, batch.lo) == "inactive"
    late = (clock.now() + timedelta(hours=1)).isoformat()
    asked = {"batch_id": str(batch.id), "campaign_id": str(campaign.id), "due_at": late}
    assert refusal(change(client, staff, **asked))[1] == "campaigns.other_batch"


def test_a_case_is_activated_with_everything_packed_in_it(client, brand, committed, staff):
    with committed() as session:
        units, cases = a_batch(session, count=48), a_batch(session, level="case", count=2)
        codes.pack(session, parents_batch_id=cases.id, children_batch_id=units.id, per_parent=24, at=AT)
        campaign = a_campaign(session, units)
    [_, case] = printed(committed, cases)
    made = change(client, staff, texts=[case.outer], with_contents=True, campaign_id=str(campaign.id)).get_json()
    assert (made["count"], made["ranges"]) == (25, 2)
    assert [state_of(brand, number) for number in (units.lo + 23, units.lo + 24, cases.lo, cases.lo + 1)] == [
        "inactive",
        "active",
        "inactive",
        "active",
    ]
    book = campaigns.book(brand.id)
    assert (book.find(units.lo + 24).id, book.find(cases.lo + 1)) == (campaign.id, None)


def test_a_file_of_codes_and_addresses_is_activated_whole(client, brand, committed, batch, staff):
    lines = [
        code.outer if code.code_no % 2 else f"HTTPS://{brand.host}/S/{code.inner}"
        for code in printed(committed, batch)
    ]
    body = "\r\n".join(lines[10:20]).encode()
    made = client.post(f"{FILES[0]}?name=line-1.csv", data=body, headers=staff | CSV)
    assert made.status_code == 201, made.text
    told = made.get_json()
    assert (told["count"], told["ranges"], told["subject"]) == (10, 1, "文件 line-1.csv")
    assert [state_of(brand, batch.lo + place) for place in (9, 10, 19, 20)] == [
        "inactive",
        "active",
        "active",
        "inactive",
    ]


def test_one_wrong_line_of_a_file_changes_nothing_and_is_named(client, brand, committed, batch, staff):
    lines = [code.outer for code in printed(committed, batch)]
    body = "\n".join([lines[0], "", "garbage", lines[1], lines[0]]).encode()
    response = client.post(FILES[0], data=body, headers=staff | CSV)
    assert refusal(response) == (422, "codes.list_refused")
    details = response.get_json()["error"]["details"]
    assert details["total"] == 2
    assert [(one["line"], one["code"], one["other_line"]) for one in details["errors"]] == [
        (3, "codes.unknown", None),
        (5, "codes.listed_twice", 1),
    ]
    assert state_of(brand, batch.lo) == "inactive"
    assert audited(brand) == []


def test_the_first_fifty_wrong_lines_are_shown_and_all_are_counted(client, batch, staff):
    response = client.post(FILES[0], data=b"wrong\n" * 1234, headers=staff | CSV)
    details = response.get_json()["error"]["details"]
    assert (len(details["errors"]), details["total"]) == (50, 1234)


def test_an_empty_file_and_one_of_empty_lines_are_refused(client, staff):
    for body in (b"", b"\n\n  \n"):
        assert refusal(client.post(FILES[0], data=body, headers=staff | CSV)) == (422, "kit.empty_file")


def test_a_file_freezes_at_once_and_withdraws_when_two_agree_whether_codes_were_used_or_not(
    client, brand, committed, staff, colleague
):
    with committed() as session:
        batch = an_active_batch(session, count=4)
        codes.note_query(session, code_no=batch.lo, face=codes.Face.INNER, device="d", at=AT)
    body = "\n".join(code.inner for code in printed(committed, batch)[:2]).encode()
    assert refusal(client.post(FILES[1], data=body, headers=staff | CSV)) == (422, "codes.reason_missing")
    frozen = client.post(f"{FILES[2]}?reason=recall", data=body, headers=staff | CSV)
    assert (frozen.status_code, frozen.get_json()["state"]) == (201, "done")
    assert [state_of(brand, batch.lo + place) for place in range(3)] == ["frozen", "frozen", "active"]
    asked = client.post(f"{FILES[1]}?reason=recall", data=body, headers=staff | CSV)
    assert (asked.status_code, asked.get_json()["state"]) == (201, "requested")
    assert [state_of(brand, batch.lo + place) for place in range(3)] == ["frozen", "frozen", "active"]
    assert reviewed(client, colleague, asked.get_json()).get_json()["state"] == "done"
    assert [state_of(brand, batch.lo + place) for place in range(3)] == ["void", "void", "active"]


def test_a_plan_waits_until_it_is_due_and_is_done_by_the_job(client, brand, batch, staff):
    plan = planned(client, staff, batch)
    carry_out_plans(brand_id=brand.id, at=clock.now())
    assert (shown(client, staff, plan)["state"], state_of(brand, batch.lo)) == ("planned", "inactive")
    carry_out_plans(brand_id=brand.id, at=clock.now() + timedelta(hours=2))
    assert (shown(client, staff, plan)["state"], state_of(brand, batch.lo)) == ("done", "active")
    assert audited(brand) == ["codes.activate", "codes.activate_carried_out"]


@pytest.mark.parametrize("minutes", [-1, 0, 60 * 24 * 400])
def test_a_plan_is_for_the_future_and_not_for_years(client, staff, batch, minutes):
    due_at = (clock.now() + timedelta(minutes=minutes)).isoformat()
    assert refusal(change(client, staff, batch_id=str(batch.id), due_at=due_at)) == (422, "codes.due_past")


def test_a_cancelled_plan_is_never_carried_out(client, brand, batch, staff):
    plan = planned(client, staff, batch)
    assert client.delete(f"{PLANS}/{plan['id']}", headers=staff).get_json()["state"] == "cancelled"
    carry_out_plans(brand_id=brand.id, at=clock.now() + timedelta(hours=2))
    assert state_of(brand, batch.lo) == "inactive"
    assert refusal(client.delete(f"{PLANS}/{plan['id']}", headers=staff)) == (409, "codes.plan_settled")
    assert refusal(client.delete(f"{PLANS}/1", headers=staff)) == (404, "codes.unknown_plan")


def test_a_plan_that_is_refused_when_due_keeps_why_and_stops_no_other(client, brand, committed, batch, staff):
    with committed() as session:
        other = a_batch(session, count=10)
    failing = planned(client, staff, batch, minutes=1)
    working = planned(client, staff, other, minutes=2)
    with committed() as session:
        codes.activate(session, batch_id=batch.id, lo=batch.lo, hi=batch.lo + 1, by=STAFF, at=clock.now())
    carry_out_plans(brand_id=brand.id, at=clock.now() + timedelta(hours=1))
    told = shown(client, staff, failing)
    assert told["state"] == "failed"
    assert told["failure"] == {"code": "codes.already_activated", "lo": batch.lo, "hi": batch.lo + 1}
    assert state_of(brand, batch.lo + 1) == "inactive"
    assert shown(client, staff, working)["state"] == "done"
    only = client.get(f"{PLANS}?state=failed", headers=staff).get_json()["items"]
    assert [item["id"] for item in only] == [failing["id"]]


def test_eight_workers_carry_a_plan_out_once_while_one_person_tries_to_cancel(
    app, brand, committed, client, staff
):
    with committed() as session:
        batches = [a_batch(session, count=10) for _ in range(12)]
    plans = [planned(client, staff, batch, "freeze", minutes=1, reason="质量检查") for batch in batches]
    due = clock.now() + timedelta(hours=1)

    def work(place):
        with app.app_context():
            if place:
                return carry_out_plans(brand_id=brand.id, at=due)
            for plan in reversed(plans):
                app.test_client().delete(f"{PLANS}/{plan['id']}", headers=staff, base_url=f"http://{brand.host}")
        return None

    with ThreadPoolExecutor(9) as pool:
        list(pool.map(work, range(9)))
    found = {
        plan["id"]: plan["state"] for plan in client.get(f"{PLANS}?limit=100", headers=staff).get_json()["items"]
    }
    with committed() as session:
        statement = text("SELECT batch_id, count(*) FROM codes_block WHERE brand_id = :b GROUP BY 1")
        frozen = dict(session.execute(statement, {"b": brand.id}).all())
    for batch, plan in zip(batches, plans, strict=True):
        assert found[plan["id"]] in {"done", "cancelled"}
        assert frozen.get(batch.id, 0) == (1 if found[plan["id"]] == "done" else 0)
    assert "done" in found.values()


def test_nobody_withdraws_codes_alone(client, brand, batch, staff, colleague):
    asked = change(client, staff, "void", batch_id=str(batch.id), reason="召回").get_json()
    alone = reviewed(client, staff, asked)
    assert refusal(alone) == (409, "codes.own_request")
    assert "另一位同事" in alone.get_json()["error"]["message"]
    carry_out_plans(brand_id=brand.id, at=clock.now() + timedelta(hours=1))
    assert (shown(client, staff, asked)["state"], state_of(brand, batch.lo)) == ("requested", "inactive")
    done = reviewed(client, colleague, asked, words="核对过召回单").get_json()
    assert (done["state"], done["review_words"], done["reviewed_at"] is None) == ("done", "核对过召回单", False)
    assert (done["planned_by_name"], done["reviewed_by_name"]) == ("工作人员", "工作人员")
    assert state_of(brand, batch.lo) == "void"
    assert refusal(reviewed(client, colleague, asked)) == (409, "codes.plan_settled")
    assert refusal(client.delete(f"{PLANS}/{asked['id']}", headers=staff)) == (409, "codes.plan_settled")
    assert refusal(reviewed(client, colleague, {"id": 1})) == (404, "codes.unknown_plan")


def test_a_withdrawal_that_is_refused_or_called_off_withdraws_nothing(client, brand, batch, staff, colleague):
    refused, cancelled = (
        change(client, staff, "void", batch_id=str(batch.id), reason="召回").get_json() for _ in range(2)
    )
    silent = reviewed(client, colleague, refused, approve=False)
    assert refusal(silent) == (422, "kit.invalid_input")
    said = reviewed(client, colleague, refused, approve=False, words="不是这一批").get_json()
    assert (said["state"], said["settled_at"] is None) == ("refused", False)
    assert client.delete(f"{PLANS}/{cancelled['id']}", headers=staff).get_json()["state"] == "cancelled"
    for plan in (refused, cancelled):
        assert refusal(reviewed(client, colleague, plan)) == (409, "codes.plan_settled")
    carry_out_plans(brand_id=brand.id, at=clock.now() + timedelta(hours=1))
    assert state_of(brand, batch.lo) == "inactive"
    assert audited(brand) == ["codes.request_void"] * 2 + ["codes.review_void", "codes.plan_cancelled"]


def test_a_planned_withdrawal_waits_for_its_day_and_one_agreed_to_late_is_done_at_once(
    client, brand, committed, batch, staff, colleague
):
    with committed() as session:
        other = a_batch(session, count=10)
    early = planned(client, staff, batch, "void", minutes=60, reason="召回")
    late = planned(client, staff, other, "void", minutes=60, reason="召回")
    assert (early["state"], late["state"]) == ("requested", "requested")
    assert reviewed(client, colleague, early).get_json()["state"] == "planned"
    assert state_of(brand, batch.lo) == "inactive"
    due = clock.now() + timedelta(hours=2)
    carry_out_plans(brand_id=brand.id, at=due)
    assert (state_of(brand, batch.lo), state_of(brand, other.lo)) == ("void", "inactive")
    with committed() as session:
        row = review_change(session, plan_id=int(late["id"]), approve=True, words=None, by=STAFF, at=due)
        assert row.state == "done"
    assert state_of(brand, other.lo) == "void"


def test_other_plans_have_nothing_to_review(client, batch, staff, colleague):
    plan = planned(client, staff, batch, "freeze", reason="质量检查")
    assert refusal(reviewed(client, colleague, plan)) == (409, "codes.plan_settled")


def test_of_many_reviews_at_once_one_stands(app, brand, client, batch, staff):
    asked = change(client, staff, "void", batch_id=str(batch.id), reason="召回").get_json()
    others = [staff_headers(brand) for _ in range(6)]

    def review(place):
        with app.app_context():
            decision = {"approve": bool(place % 2), "words": "看过"}
            path = f"{PLANS}/{asked['id']}/review"
            answer = app.test_client().post(
                path, json=decision, headers=others[place], base_url=f"http://{brand.host}"
            )
            return answer.status_code

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(review, range(6))) == [200, 409, 409, 409, 409, 409]
    state = shown(client, staff, asked)["state"]
    assert state_of(brand, batch.lo) == {"done": "void", "refused": "inactive"}[state]


def test_goods_on_pallets_are_withdrawn_to_the_last_unit(client, brand, committed, staff, colleague):
    with committed() as session:
        goods = packed_batches(session, pallets=2, cases_per_pallet=2, units_per_case=3)
    asked = {"ranges": [{"lo": goods.pallets.lo, "hi": goods.pallets.lo + 1}], "with_contents": True}
    made = change(client, staff, "void", reason="召回", **asked).get_json()
    assert reviewed(client, colleague, made).get_json()["state"] == "done"
    assert made["count"] == 1 + 2 + 6
    told = [state_of(brand, number) for number in (goods.units.lo + 5, goods.units.lo + 6, goods.pallets.lo + 1)]
    assert told == ["void", "active", "active"]
