"""The first scan of a case by somebody without a shop leads to a registration with the case's dealer."""

import pytest

from app.kit.transaction import transaction
from tests.builders.channel import a_photo_of, bearer, someone_with
from tests.builders.scans import a_shelf

PATH = "/api/consumer/case-invitations"


@pytest.fixture
def shelf(committed):
    with committed() as session:
        return a_shelf(session)


@pytest.fixture
def finder(committed):
    with committed() as session:
        person_id = someone_with(session)
        return person_id, bearer(session, person_id)


def test_a_case_leads_its_finder_to_the_dealer_that_holds_it(client, committed, brand, shelf, finder):
    person_id, headers = finder
    answer = client.post(PATH, json={"code": shelf.case_code(brand.id, 1)}, headers=headers)
    assert answer.status_code == 201
    again = client.post(PATH, json={"code": shelf.case_code(brand.id, 1)}, headers=headers)
    assert again.json == answer.json

    seen = client.get("/api/consumer/invitation", query_string=answer.json, headers=headers).json
    assert (seen["dealer"]["name"], seen["role"], seen["registers"]) == (shelf.dealer.name, "owner", True)
    with committed() as session:
        photo = a_photo_of(session, person_id)
    shop = answer.json | {
        "name": "街角店",
        "address": "南京东路9号",
        "county": "310101",
        "phone": "13800005555",
        "photos": [str(photo)],
    }
    asked = client.post("/api/consumer/registrations", json=shop, headers=headers).json
    assert (asked["by_case"], asked["dealer"]["name"]) == (True, shelf.dealer.name)


def test_a_case_that_nobody_holds_leads_to_the_brands_own_dealer(client, committed, brand, finder):
    with committed() as session:
        shelf = a_shelf(session, shipped=False, opened=False)
    _, headers = finder
    answer = client.post(PATH, json={"code": shelf.case_code(brand.id)}, headers=headers)
    seen = client.get("/api/consumer/invitation", query_string=answer.json, headers=headers).json
    assert seen["dealer"]["name"] == "品牌直营"


def test_the_invitation_of_a_case_is_its_finders_alone(client, committed, brand, shelf, finder):
    answer = client.post(PATH, json={"code": shelf.case_code(brand.id, 1)}, headers=finder[1])
    with committed() as session:
        other = bearer(session, someone_with(session))
    seen = client.get("/api/consumer/invitation", query_string=answer.json, headers=other)
    assert (seen.status_code, seen.json["error"]["code"]) == (404, "channel.unknown_invitation")


def test_what_is_no_closed_case_invites_nobody(client, brand, shelf, finder, other_brand):
    with transaction(other_brand.id) as session:
        foreign = a_shelf(session)
    _, headers = finder
    for code, expected in (
        (shelf.case_code(brand.id, 0), "custody.already_opened"),
        (shelf.code(brand.id), "custody.not_a_case"),
        (foreign.case_code(other_brand.id, 1), "codes.unknown"),
        ("NOTACODE", "codes.unknown"),
    ):
        answer = client.post(PATH, json={"code": code}, headers=headers)
        assert answer.json["error"]["code"] == expected


def test_nobody_is_invited_without_signing_in_or_too_often(client, brand, shelf, finder):
    body = {"code": shelf.case_code(brand.id, 1)}
    assert client.post(PATH, json=body).status_code == 401
    statuses = [client.post(PATH, json=body, headers=finder[1]).status_code for _ in range(21)]
    assert statuses == [201] * 20 + [429]
