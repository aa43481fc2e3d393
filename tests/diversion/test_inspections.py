"""An inspector's scan: what is told, what is evidence, what is only noted."""

import pytest
from sqlalchemy import select

from app.diversion.models import FileRow, SignalRow
from app.kit.transaction import transaction
from tests.diversion.test_routes import a_picture, refusal

PATH = "/api/console/inspections"
HANGZHOU = {"latitude": 30.2, "longitude": 120.05}
HUANGPU = {"latitude": 31.2, "longitude": 121.48}
XUHUI = {"latitude": 31.15, "longitude": 121.43}
AT_SEA = {"latitude": 25.0, "longitude": 150.0}


def kinds(brand_id: int) -> list[str]:
    with transaction(brand_id) as session:
        return [row.kind for row in session.scalars(select(SignalRow)) if row.kind == "inspection"]


def test_a_case_found_far_away_says_whose_it_is_and_opens_a_file(client, story, brand):
    body = {"code": story.cases[2], **HANGZHOU, "note": "批发市场 3 号库"}
    answer = client.post(PATH, json=body, headers=story.operator)
    assert answer.status_code == 201
    seen = answer.json
    assert (seen["level"], seen["place"], seen["evidence"]) == ("case", "far", True)
    assert (seen["holder"]["name"], seen["seller"]["name"]) == ("黄浦经销", "西湖经销")
    assert [county["name"] for county in seen["own"]] == ["黄浦区"]
    assert seen["county"]["name"] == "西湖区"
    assert kinds(brand.id) == ["inspection"]
    with transaction(brand.id) as session:
        scopes = set(session.scalars(select(FileRow.scope_no)))
    assert scopes == {story.goods.pallets.lo, story.goods.pallets.lo + 1}


@pytest.mark.parametrize(("where", "place"), [(HUANGPU, "own"), (XUHUI, "near"), (AT_SEA, None), ({}, None)])
def test_at_home_next_door_or_nowhere_it_is_only_noted(client, story, brand, where, place):
    answer = client.post(PATH, json={"code": story.cases[0], **where}, headers=story.operator)
    assert (answer.json["place"], answer.json["evidence"]) == (place, False)
    assert kinds(brand.id) == []


def test_a_single_bottle_far_away_is_a_hint_and_no_evidence(client, story, brand):
    answer = client.post(PATH, json={"code": story.units[0], **HANGZHOU}, headers=story.operator)
    assert (answer.json["place"], answer.json["evidence"]) == ("far", False)
    assert kinds(brand.id) == []


def test_the_same_case_scanned_twice_is_one_piece_of_evidence(client, story, brand):
    for _ in range(2):
        client.post(PATH, json={"code": story.cases[2], **HANGZHOU}, headers=story.operator)
    with transaction(brand.id) as session:
        file = session.scalars(select(FileRow).where(FileRow.scope_no == story.goods.pallets.lo + 1)).one()
    assert file.score == 40


def test_unknown_codes_half_places_and_auditors_are_refused(client, story):
    assert refusal(client.post(PATH, json={"code": "X"}, headers=story.operator)) == (404, "codes.unknown")
    half = {"code": story.cases[0], "latitude": 30.2}
    assert client.post(PATH, json=half, headers=story.operator).status_code == 422
    assert client.post(PATH, json={"code": story.cases[0]}, headers=story.auditor).status_code == 403
    assert client.post(PATH, json={"code": story.cases[0]}).status_code == 401


def test_the_inspector_adds_photos_to_the_own_inspection_alone(client, story):
    seen = client.post(PATH, json={"code": story.cases[0]}, headers=story.operator).json
    path = f"{PATH}/{seen['id']}/photos/files"
    made = client.post(path, data=a_picture(), content_type="image/jpeg", headers=story.operator)
    assert made.status_code == 201
    photo = client.get(f"/api/console/diversion-photos/{made.json['id']}", headers=story.auditor)
    assert photo.mimetype == "image/jpeg"
    other = client.post(path, data=a_picture(), content_type="image/jpeg", headers=story.admin)
    assert refusal(other) == (404, "diversion.photo_unknown")
    mine = client.get(f"/api/dealer/diversion-photos/{made.json['id']}", headers=story.boss)
    assert refusal(mine) == (404, "diversion.photo_unknown")
