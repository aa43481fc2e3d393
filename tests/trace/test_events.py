"""EPCIS 2.0 of a day: valid, complete, by query for other systems and as one streamed file for staff."""

import json
from collections import Counter

import pytest
from sqlalchemy import text

from app import codes
from app.kit.transaction import transaction
from app.trace.rules.asking import read_token, write_token
from tests.builders.codes import an_active_batch
from tests.builders.console import staff_headers
from tests.builders.trace import MADE, a_day, outer
from tests.conftest import client_of

EVENTS, EXPORT = "/api/open/epcis/events", "/api/console/epcis"


def refusal(response):
    return response.status_code, response.get_json()["error"]["code"]


@pytest.fixture
def key(client, brand):
    return key_of(client, brand)


def key_of(client, brand, scopes=("events.read",)):
    asked = {"name": "ERP", "scopes": list(scopes)}
    made = client.post("/api/console/api-keys", json=asked, headers=staff_headers(brand, "brand_admin")).get_json()
    return {"Authorization": f"Bearer {made['key']}"}


def exported(client, brand, **asked):
    response = client.get(EXPORT, query_string=asked, headers=staff_headers(brand))
    assert response.status_code == 200, response.get_data(as_text=True)
    return json.loads(response.data)


def events_of(document):
    body = document["epcisBody"]
    return body["eventList"] if "eventList" in body else body["queryResults"]["resultsBody"]["eventList"]


def steps(events):
    return Counter(event["bizStep"] for event in events)


def all_pages(client, key, **asked):
    found, path = [], EVENTS
    query = asked
    while path:
        response = client.get(path, query_string=query, headers=key)
        assert response.status_code == 200, response.get_data(as_text=True)
        found += events_of(response.get_json(force=True))
        link = response.headers.get("Link")
        path, query = (link.split(">")[0].lstrip("<").split(".test", 1)[1], None) if link else (None, None)
    return found


def test_a_days_document_is_valid_by_the_published_schema(client, brand, day, epcis):
    document = exported(client, brand, day=MADE.date())
    assert [error.message for error in epcis.iter_errors(document)] == []
    assert steps(events_of(document)) == {
        "commissioning": 3,
        "packing": 3,
        "shipping": 1,
        "receiving": 1,
        "decommissioning": 1,
    }


def test_the_schema_would_notice_a_wrong_document(client, brand, day, epcis):
    document = exported(client, brand, day=MADE.date())
    for wrong in ({"action": "MOVE"}, {"bizStep": "drinking"}, {"eventTime": "yesterday"}, {"childEPCs": "all"}):
        broken = json.loads(json.dumps(document))
        broken["epcisBody"]["eventList"][0].update(wrong)
        assert not epcis.is_valid(broken), wrong


def test_a_case_lists_its_24_children_by_their_outer_faces(client, brand, day):
    root = f"http://{brand.host}"
    events = events_of(exported(client, brand, batch_id=day.packed.cases.id))
    [first] = [
        event
        for event in events
        if event.get("parentID", "").endswith(day.case(brand.id)) and "childEPCs" in event
    ]
    assert first["childEPCs"] == [f"{root}/01/{day.gtin}/21/{day.unit(brand.id, index)}" for index in range(24)]
    for epc in first["childEPCs"]:
        read = codes.read(brand.id, epc)
        assert (read.face, read.batch.id) == ("outer", day.packed.units.id)


def test_no_document_tells_a_code_that_opens_a_prize(client, brand, committed, day, key):
    with committed() as session:
        alone = an_active_batch(session, sku=day.sku, count=5, has_inner=False, number="ALONE")
    secret = {codes.text_of(brand.id, no) for no in range(day.packed.units.lo, day.packed.units.hi)}
    secret |= {codes.text_of(brand.id, no) for no in range(alone.lo, alone.hi)}
    said = json.dumps([exported(client, brand, batch_id=alone.id), all_pages(client, key, perPage=100)])
    assert not [code for code in secret if code in said]
    [event] = events_of(exported(client, brand, batch_id=alone.id))
    assert event["quantityList"] == [{"epcClass": f"http://{brand.host}/01/{day.gtin}/10/ALONE", "quantity": 5}]


def test_a_shipment_is_told_with_everything_that_was_in_it(client, brand, committed, day, epcis):
    with committed() as session:
        a_day_elsewhere = an_active_batch(session, level="pallet", count=1)
    document = exported(client, brand, shipment="FH-1")
    assert epcis.is_valid(document)
    events = events_of(document)
    assert steps(events) == {"shipping": 1, "packing": 3}
    children = [epc for event in events for epc in event.get("childEPCs", [])]
    assert len(children) == 2 + 48
    assert outer(brand.id, a_day_elsewhere.lo) not in json.dumps(document)
    assert events_of(exported(client, brand, shipment="nothing")) == []


def test_a_query_by_time_pages_through_everything_once_and_in_order(client, brand, day, key, epcis):
    whole = events_of(exported(client, brand, day=MADE.date()))
    for per_page in (1, 2, 100):
        pages = all_pages(client, key, perPage=per_page)
        assert [event["eventID"] for event in pages] == [event["eventID"] for event in whole]
    first = client.get(EVENTS, query_string={"perPage": 2}, headers=key)
    assert first.headers["GS1-EPCIS-Version"] == "2.0.0"
    assert epcis.is_valid(first.get_json(force=True))


def test_a_query_can_name_time_step_and_type(client, brand, day, key):
    after_packing = all_pages(client, key, GE_eventTime="2026-11-02T02:00:00Z")
    assert steps(after_packing) == {"shipping": 1, "receiving": 1, "decommissioning": 1}
    between = all_pages(client, key, GE_eventTime="2026-11-02T02:00:00Z", LT_eventTime="2026-11-02T11:00:00+08:00")
    assert steps(between) == {"shipping": 1}
    assert steps(all_pages(client, key, EQ_bizStep="packing")) == {"packing": 3}
    assert len(all_pages(client, key, eventType="ObjectEvent")) == 6


def test_a_query_by_epc_finds_what_names_the_code(client, brand, day, key):
    unit, case = day.unit(brand.id, 47), day.case(brand.id)
    link = f"https://elsewhere.example/01/{day.gtin}/21/{unit}"
    company, item = day.gtin[1:8], day.gtin[0] + day.gtin[8:13]
    for epc in (link, unit, f"urn:epc:id:sgtin:{company}.{item}.{unit}"):
        found = all_pages(client, key, MATCH_epc=epc)
        assert steps(found) == {"commissioning": 1, "packing": 1, "decommissioning": 1}, epc
        assert all(unit in json.dumps(event) for event in found)
    assert steps(all_pages(client, key, MATCH_epc=case)) == {"commissioning": 1, "packing": 1, "receiving": 1}
    assert steps(all_pages(client, key, MATCH_anyEPC=case)) == {"commissioning": 1, "packing": 2, "receiving": 1}
    wrong_gtin = f"urn:epc:id:sgtin:{company}.9{item[1:]}.{unit}"
    for nobody in ("0123456789ABCDEF", wrong_gtin, "urn:epc:id:sscc:1.2", f"https://x.example/01/{day.gtin}"):
        assert all_pages(client, key, MATCH_epc=nobody) == []


def test_events_are_the_same_whoever_asks_how(client, brand, day, key):
    by_day = {event["eventID"]: event for event in events_of(exported(client, brand, day=MADE.date()))}
    by_batch = events_of(exported(client, brand, batch_id=day.packed.units.id))
    by_code = all_pages(client, key, MATCH_epc=day.unit(brand.id))
    for event in by_batch + by_code:
        assert by_day[event["eventID"]] == event
    assert len(by_day) == 9


@pytest.mark.parametrize(
    "asked",
    [
        {"perPage": 0},
        {"perPage": 101},
        {"GE_eventTime": "2026-11-02"},
        {"GE_eventTime": "2026-11-02T02:00:00"},
        {"EQ_bizStep": "drinking"},
        {"eventType": "TransformationEvent"},
        {"surprise": "x"},
    ],
)
def test_a_query_refuses_what_it_does_not_understand(client, key, asked):
    assert refusal(client.get(EVENTS, query_string=asked, headers=key)) == (422, "kit.invalid_input")


@pytest.mark.parametrize("token", ["x", "AAAA", "!!!!!!!!!!!!!!!!", "_" * 16])
def test_a_query_refuses_a_token_it_never_gave(client, key, token):
    assert refusal(client.get(EVENTS, query_string={"nextPageToken": token}, headers=key)) == (
        400,
        "trace.invalid_token",
    )


def test_tokens_are_read_back():
    assert read_token(write_token((1 << 62) + 5, 7)) == ((1 << 62) + 5, 7)


def test_only_a_key_with_the_scope_asks(app, client, brand, other_brand, day, key):
    assert refusal(client.get(EVENTS))[0] == 401
    assert refusal(client.get(EVENTS, headers=key_of(client, brand, ["codes.read"])))[0] == 403
    stranger = key_of(client_of(app, other_brand), other_brand)
    assert refusal(client.get(EVENTS, headers=stranger))[0] == 401
    there = client_of(app, other_brand).get(EVENTS, headers=stranger)
    assert events_of(there.get_json(force=True)) == []


def test_an_export_is_for_writing_staff_and_leaves_a_trace(client, brand, other_brand, day):
    for headers in ({}, staff_headers(brand, None), staff_headers(brand, "auditor"), staff_headers(other_brand)):
        assert client.get(EXPORT, query_string={"day": MADE.date()}, headers=headers).status_code in {401, 403}
    exported(client, brand, batch_id=day.packed.units.id)
    with transaction(brand.id) as session:
        statement = text(
            "SELECT action, after FROM identity_audit WHERE brand_id = :b ORDER BY position DESC LIMIT 1"
        )
        action, after = session.execute(statement, {"b": brand.id}).one()
    assert (action, after) == ("trace.export_events", {"batch_id": str(day.packed.units.id)})


def test_an_export_is_of_one_thing_that_exists(client, brand, other_brand, day):
    staff = staff_headers(brand)
    for asked in ({}, {"day": "2026-11-02", "shipment": "FH-1"}, {"day": "today"}):
        assert refusal(client.get(EXPORT, query_string=asked, headers=staff)) == (422, "kit.invalid_input")
    with transaction(other_brand.id) as session:
        foreign = a_day(session)
    asked = {"batch_id": foreign.packed.units.id}
    assert refusal(client.get(EXPORT, query_string=asked, headers=staff)) == (404, "codes.unknown_batch")
