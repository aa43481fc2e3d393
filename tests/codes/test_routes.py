"""Who may do what with codes at the console, what it answers and what it refuses."""

from datetime import date

import pytest
from sqlalchemy import text

from app import codes
from app.codes.queries import load_catalogue
from app.kit.transaction import transaction
from tests.builders.codes import a_batch, an_active_batch
from tests.builders.console import staff_headers

TODAY = date(2026, 11, 2)
BATCHES, FREEZES, VOIDS = "/api/console/batches", "/api/console/freezes", "/api/console/voids"
PACKING, BLOCKS = "/api/console/packing", "/api/console/blocks"
READS = [BATCHES, f"{BATCHES}/1", BLOCKS]
WRITES = [
    ("POST", PACKING),
    ("POST", f"{PACKING}/ranges"),
    ("POST", FREEZES),
    ("DELETE", f"{FREEZES}/1"),
    ("POST", VOIDS),
]


@pytest.fixture
def staff(brand):
    return staff_headers(brand)


@pytest.fixture
def batch(committed):
    with committed() as session:
        return a_batch(session, count=48)


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


def audited(brand):
    with transaction(brand.id) as session:
        statement = text("SELECT action FROM identity_audit WHERE brand_id = :brand ORDER BY position")
        return [
            action for action in session.execute(statement, {"brand": brand.id}).scalars() if "codes." in action
        ]


@pytest.mark.parametrize(("method", "path"), [("GET", path) for path in READS] + WRITES)
def test_nobody_gets_in_without_signing_in(client, method, path):
    assert refusal(client.open(path, method=method, json={})) == (401, "identity.sign_in_required")


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_an_auditor_writes_nothing(client, brand, method, path):
    headers = staff_headers(brand, "auditor")
    assert refusal(client.open(path, method=method, json={}, headers=headers))[0] == 403


def test_an_auditor_reads(client, brand, batch):
    headers = staff_headers(brand, "auditor")
    assert client.get(BATCHES, headers=headers).get_json()["items"][0]["id"] == str(batch.id)
    assert client.get(BLOCKS, headers=headers).status_code == 200


@pytest.mark.parametrize(("method", "path"), [("GET", path) for path in READS] + WRITES)
def test_a_consumer_and_the_staff_of_another_brand_are_kept_out(client, brand, other_brand, method, path):
    for headers in (staff_headers(brand, None), staff_headers(other_brand)):
        assert refusal(client.open(path, method=method, json={}, headers=headers))[0] in {401, 403}


def test_batches_are_listed_newest_first_by_pages(client, committed, staff):
    with committed() as session:
        made = [a_batch(session, count=10).id for _ in range(2)]
        made.append(an_active_batch(session, count=10).id)
    first = client.get(f"{BATCHES}?limit=2", headers=staff).get_json()
    rest = client.get(f"{BATCHES}?limit=2&cursor={first['next_cursor']}", headers=staff).get_json()
    assert [item["id"] for item in first["items"] + rest["items"]] == [str(one) for one in reversed(made)]
    assert [item["state"] for item in first["items"]] == ["active", "minted"]
    assert rest["next_cursor"] is None
    assert refusal(client.get(f"{BATCHES}?limit=101", headers=staff)) == (422, "kit.invalid_input")


def test_packing_a_batch_answers_one_run(client, brand, committed, batch, staff):
    with committed() as session:
        cases = a_batch(session, level="case", count=2)
    asked = {"parents_batch_id": str(cases.id), "children_batch_id": str(batch.id), "per_parent": 24}
    response = client.post(PACKING, json=asked, headers=staff)
    run = {"lo": batch.lo, "hi": batch.hi, "parent_lo": cases.lo, "per_parent": 24, "parents": 2}
    assert (response.status_code, response.get_json()) == (201, run)
    assert refusal(client.post(PACKING, json=asked, headers=staff))[0] == 409
    assert audited(brand) == ["codes.pack"]


def test_packing_what_a_line_reports(client, brand, committed, batch, staff):
    with committed() as session:
        cases = a_batch(session, level="case", count=2)
    ranges = [{"lo": 1, "hi": 25, "parent_no": cases.lo}, {"lo": 25, "hi": 49, "parent_no": cases.lo + 1}]
    response = client.post(f"{PACKING}/ranges", json={"ranges": ranges}, headers=staff)
    assert response.status_code == 201
    assert [item["parents"] for item in response.get_json()["items"]] == [2]
    again = client.post(f"{PACKING}/ranges", json={"ranges": ranges[:1]}, headers=staff)
    assert refusal(again) == (409, "codes.already_packed")
    assert audited(brand) == ["codes.pack_ranges"]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"ranges": []},
        {"ranges": [{"lo": 1}]},
        {"ranges": "all"},
        {"ranges": [{"lo": 1, "hi": 100_002, "parent_no": 9}]},
        {"ranges": [{"lo": n, "hi": n + 90_000, "parent_no": 9} for n in range(1, 30)]},
    ],
)
def test_packing_refuses_a_report_without_ranges(client, staff, wrong):
    assert refusal(client.post(f"{PACKING}/ranges", json=wrong, headers=staff)) == (422, "kit.invalid_input")


def test_a_freeze_is_listed_and_lifted_in_part_then_whole(client, brand, committed, staff):
    with committed() as session:
        batch = an_active_batch(session, count=10)
    asked = {"lo": 2, "hi": 8, "reason": "质量检查"}
    frozen = client.post(FREEZES, json=asked, headers=staff)
    assert frozen.status_code == 201
    made = frozen.get_json()
    assert client.get(BLOCKS, headers=staff).get_json()["items"] == [made]
    part = client.delete(f"{FREEZES}/{made['id']}?lo=2&hi=4", headers=staff)
    assert part.get_json()["lifted_at"] is not None
    again = client.delete(f"{FREEZES}/{made['id']}", headers=staff)
    assert refusal(again) == (409, "codes.not_frozen")
    [rest] = [one for one in client.get(BLOCKS, headers=staff).get_json()["items"] if not one["lifted_at"]]
    assert (rest["lo"], rest["hi"], rest["reason"]) == (4, 8, "质量检查")
    assert client.delete(f"{FREEZES}/{rest['id']}", headers=staff).status_code == 200
    with committed() as session:
        assert load_catalogue(session, brand.id).state_in(batch, batch.lo + 5, on=TODAY) == codes.CodeState.ACTIVE
    assert audited(brand) == ["codes.freeze", "codes.thaw", "codes.thaw"]


def test_a_withdrawal_is_for_ever(client, brand, committed, staff):
    with committed() as session:
        batch = an_active_batch(session, count=10)
    asked = client.post(VOIDS, json={"lo": 1, "hi": 3, "reason": "报废"}, headers=staff)
    assert (asked.status_code, asked.get_json()["state"]) == (201, "requested")
    assert client.get(BLOCKS, headers=staff).get_json()["items"] == []
    review = f"/api/console/plans/{asked.get_json()['id']}/review"
    assert refusal(client.post(review, json={"approve": True}, headers=staff)) == (409, "codes.own_request")
    done = client.post(review, json={"approve": True}, headers=staff_headers(brand))
    assert (done.status_code, done.get_json()["state"]) == (200, "done")
    [block] = client.get(BLOCKS, headers=staff).get_json()["items"]
    assert (block["kind"], block["lo"], block["hi"], block["reason"]) == ("void", 1, 3, "报废")
    lifted = client.delete(f"{FREEZES}/{block['id']}", headers=staff)
    assert refusal(lifted) == (404, "codes.unknown_freeze")
    with committed() as session:
        assert load_catalogue(session, brand.id).state_in(batch, batch.lo, on=TODAY) == codes.CodeState.VOID
    assert audited(brand) == ["codes.request_void", "codes.review_void"]


@pytest.mark.parametrize("path", [FREEZES, VOIDS])
def test_blocks_refuse_ranges_that_are_none_or_nobodys(client, batch, staff, path):
    outside = {"lo": batch.lo, "hi": batch.hi + 1, "reason": "检查"}
    assert refusal(client.post(path, json=outside, headers=staff)) == (422, "codes.range_outside_batch")
    for wrong in ({"lo": -1}, {"hi": 1 << 41}, {"reason": ""}, {"lo": "first"}):
        response = client.post(path, json=outside | wrong, headers=staff)
        assert refusal(response) == (422, "kit.invalid_input")


def test_half_a_range_lifts_nothing(client, staff):
    assert refusal(client.delete(f"{FREEZES}/1?lo=2", headers=staff)) == (422, "kit.invalid_input")


def test_refusals_speak_chinese_and_english(client, staff):
    for language, word in (("zh", "批次"), ("en", "batch")):
        response = client.get(f"{BATCHES}/9", headers=staff | {"Accept-Language": language})
        assert word in response.get_json()["error"]["message"]
