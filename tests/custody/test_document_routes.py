from dataclasses import dataclass

import pytest
from sqlalchemy import text

from app import custody
from app.kit.transaction import transaction
from tests.builders.channel import a_dealer, a_terminal, an_owner, bearer, someone_with, staff_headers
from tests.builders.codes import packed_batches, texts_of
from tests.builders.custody import a_document, a_shipment, party_of
from tests.conftest import client_of

CONSOLE, DEALER, TERMINAL = (f"/api/{audience}/custody" for audience in ("console", "dealer", "terminal"))


@dataclass(frozen=True, slots=True)
class Scene:
    """A pallet at 华东饮品, who supplies 便民超市; another dealer with a shop; the people of them all."""

    dealer_id: int
    shop_id: int
    other_id: int
    other_shop_id: int
    first_case_no: int
    pallet: str
    cases: list[str]
    units: list[str]
    staff: dict[str, str]
    dealer: dict[str, str]
    salesman: dict[str, str]
    other: dict[str, str]
    owner: dict[str, str]
    stranger: dict[str, str]


@pytest.fixture
def scene(committed) -> Scene:
    with committed() as session:
        packed, dealer, other = packed_batches(session), a_dealer(session, name="华东饮品"), a_dealer(session)
        shop, elsewhere = a_terminal(session, dealer=dealer, name="便民超市"), a_terminal(session, dealer=other)
        a_shipment(session, [packed.pallets.lo], dealer=dealer, number="FH-0")
        return Scene(
            dealer_id=dealer.id,
            shop_id=shop.id,
            other_id=other.id,
            other_shop_id=elsewhere.id,
            first_case_no=packed.cases.lo,
            pallet=texts_of(session, packed.pallets)[0],
            cases=texts_of(session, packed.cases),
            units=texts_of(session, packed.units),
            staff=staff_headers(session),
            dealer=bearer(session, someone_with(session, ("dealer", dealer.id))),
            salesman=bearer(session, someone_with(session, ("salesman", dealer.id))),
            other=bearer(session, someone_with(session, ("dealer", other.id))),
            owner=bearer(session, an_owner(session, shop)),
            stranger=bearer(session, an_owner(session, elsewhere)),
        )


def delivery(scene: Scene, **change) -> dict:
    body = {"kind": "delivered", "number": "PH-1", "terminal_id": str(scene.shop_id), "codes": scene.cases[:2]}
    return body | change


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


def test_a_salesman_delivers_and_the_shop_receives_with_a_difference(client, scene):
    made = client.post(f"{DEALER}/documents", json=delivery(scene), headers=scene.salesman)
    again = client.post(f"{DEALER}/documents", json=delivery(scene), headers=scene.salesman)
    assert (made.status_code, made.json["codes"], made.json["repeated"]) == (201, 2, False)
    assert made.json["receiver"] == {"kind": "terminal", "id": str(scene.shop_id), "name": "便民超市"}
    assert again.json == made.json | {"repeated": True}

    (waiting,) = client.get(f"{TERMINAL}/documents", headers=scene.owner).json["items"]
    assert (waiting["number"], waiting["received_at"]) == ("PH-1", None)
    body = {"number": "SH-1", "codes": [scene.cases[0], scene.cases[3]]}
    got = client.post(f"{TERMINAL}/documents/{waiting['id']}/receipt", json=body, headers=scene.owner)
    assert (got.status_code, got.json["kind"]) == (201, "received")
    assert got.json["missing"] == {"count": 1, "codes": [scene.cases[1]]}
    assert got.json["surplus"] == {"count": 1, "codes": [scene.cases[3]]}

    shown = client.get(f"{DEALER}/documents/{waiting['id']}", headers=scene.dealer).json
    assert shown["goods"] == {"count": 2, "codes": scene.cases[:2]}
    assert (shown["missing"], shown["received_at"]) == (got.json["missing"], got.json["at"])


def test_a_code_of_somebody_else_is_refused_by_index_and_without_a_name(client, scene):
    body = delivery(scene, terminal_id=str(scene.other_shop_id), codes=[scene.cases[0]])
    answer = client.post(f"{DEALER}/documents", json=body, headers=scene.other)
    assert refusal(answer) == (409, "custody.not_held")
    assert answer.json["error"]["details"] == {
        "index": 0,
        "refused": [{"index": 0, "reason": "elsewhere"}],
        "more": 0,
    }
    assert "华东饮品" not in answer.text


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"terminal_id": None, "kind": "shipped", "dealer_id": "other_id"}, (409, "custody.parties_do_not_fit")),
        ({"terminal_id": "other_shop_id"}, (409, "custody.parties_do_not_fit")),
        ({"terminal_id": "1"}, (404, "channel.unknown_terminal")),
        ({"from_dealer_id": "other_id"}, (404, "channel.unknown_dealer")),
        ({"from_terminal_id": "other_shop_id"}, (404, "channel.unknown_terminal")),
        ({"codes": ["K" * 16]}, (422, "custody.wrong_code")),
        ({"codes": []}, (422, "kit.invalid_input")),
        ({"kind": "reversed"}, (422, "kit.invalid_input")),
    ],
)
def test_a_document_that_is_not_the_dealers_to_record_is_refused(client, scene, change, expected):
    named = {
        key: str(getattr(scene, value, value)) if isinstance(value, str) else value
        for key, value in change.items()
    }
    answer = client.post(f"{DEALER}/documents", json=delivery(scene, **named), headers=scene.dealer)
    assert refusal(answer) == expected


def test_a_shop_returns_its_own_goods_and_does_nothing_else(client, scene):
    client.post(f"{DEALER}/documents", json=delivery(scene), headers=scene.dealer)
    body = {"kind": "returned", "number": "TH-1", "codes": scene.cases[:1]}
    assert refusal(client.post(f"{TERMINAL}/documents", json=body, headers=scene.stranger)) == (
        409,
        "custody.not_held",
    )
    foreign = body | {"from_terminal_id": str(scene.shop_id)}
    assert refusal(client.post(f"{TERMINAL}/documents", json=foreign, headers=scene.stranger)) == (
        404,
        "channel.unknown_terminal",
    )
    forbidden = client.post(f"{TERMINAL}/documents", json=delivery(scene), headers=scene.owner)
    assert refusal(forbidden) == (409, "custody.parties_do_not_fit")

    made = client.post(f"{TERMINAL}/documents", json=body, headers=scene.owner)
    assert (made.status_code, made.json["receiver"]["name"]) == (201, "华东饮品")


def test_a_dealer_returns_to_the_warehouse_which_receives(client, scene):
    body = {"kind": "returned", "number": "TH-1", "codes": [scene.pallet]}
    made = client.post(f"{DEALER}/documents", json=body, headers=scene.dealer).json
    assert made["receiver"] == {"kind": "brand", "id": None, "name": None}
    got = client.post(f"{CONSOLE}/documents/{made['id']}/receipt", json={"number": "RK-1"}, headers=scene.staff)
    assert (got.status_code, got.json["missing"]["count"], got.json["goods"]["count"]) == (201, 0, 1)


def test_documents_of_others_do_not_exist(client, scene, committed):
    with committed() as session:
        sent_id = custody.lineage(session, scene.first_case_no).shipment_id
    for base, headers in ((DEALER, scene.other), (TERMINAL, scene.owner), (TERMINAL, scene.stranger)):
        assert client.get(f"{base}/documents", headers=headers).json["items"] == []
        assert refusal(client.get(f"{base}/documents/{sent_id}", headers=headers))[0] == 404
        answer = client.post(f"{base}/documents/{sent_id}/receipt", json={"number": "X"}, headers=headers)
        assert refusal(answer) == (404, "custody.unknown_document")
        answer = client.post(f"{base}/documents/{sent_id}/reversal", headers=headers)
        assert refusal(answer) == (404, "custody.unknown_document")


def test_the_recorder_takes_a_document_back_and_a_colleague_does_not(client, scene):
    made = client.post(f"{DEALER}/documents", json=delivery(scene), headers=scene.salesman).json
    path = f"{DEALER}/documents/{made['id']}/reversal"
    assert refusal(client.post(path, headers=scene.dealer)) == (409, "custody.not_reversible")
    back = client.post(path, headers=scene.salesman)
    assert (back.status_code, back.json["kind"], back.json["of_id"]) == (201, "reversed", made["id"])
    shown = client.get(f"{DEALER}/documents/{made['id']}", headers=scene.dealer).json
    assert shown["reversed_at"] == back.json["at"]


def test_everybody_sees_their_own_part_of_the_way(client, scene):
    client.post(f"{DEALER}/documents", json=delivery(scene), headers=scene.dealer)
    unit = scene.units[0]
    ways = {
        name: client.get(f"/api/{audience}/codes/{unit}/way", headers=headers).json
        for name, audience, headers in (
            ("staff", "console", scene.staff),
            ("dealer", "dealer", scene.dealer),
            ("owner", "terminal", scene.owner),
        )
    }
    assert [leg["kind"] for leg in ways["staff"]["legs"]] == ["shipped", "delivered"]
    assert [leg["kind"] for leg in ways["dealer"]["legs"]] == ["shipped", "delivered"]
    assert [leg["kind"] for leg in ways["owner"]["legs"]] == ["delivered"]
    assert ways["staff"]["holder"]["name"] == ways["owner"]["holder"]["name"] == "便民超市"
    assert ways["dealer"]["holder"] is None
    assert [step["level"] for step in ways["staff"]["path"]] == ["unit", "case", "pallet"]
    for audience, headers in (("dealer", scene.other), ("terminal", scene.stranger)):
        answer = client.get(f"/api/{audience}/codes/{unit}/way", headers=headers)
        assert refusal(answer) == (404, "codes.unknown")


def test_a_look_says_what_it_is_and_whether_it_is_mine(client, scene):
    mine = client.get(f"/api/dealer/codes/{scene.cases[0]}/goods", headers=scene.dealer).json
    theirs = client.get(f"/api/dealer/codes/{scene.cases[0]}/goods", headers=scene.other).json
    assert (mine["level"], mine["inside"], mine["held"], mine["product"]["name"]) == (
        "case",
        6,
        True,
        "清泉饮用天然水",
    )
    assert theirs == mine | {"held": False}
    unknown = client.get(f"/api/terminal/codes/{'K' * 16}/goods", headers=scene.owner)
    assert refusal(unknown) == (404, "codes.unknown")


def test_the_desk_names_partners_by_audience(client, scene):
    staff = client.get(f"{CONSOLE}/desk", headers=scene.staff).json
    dealer = client.get(f"{DEALER}/desk", headers=scene.dealer).json
    owner = client.get(f"{TERMINAL}/desk", headers=scene.owner).json
    assert {one["id"] for one in staff["dealers"]} == {str(scene.dealer_id), str(scene.other_id)}
    assert dealer["parties"] == [{"kind": "dealer", "id": str(scene.dealer_id), "name": "华东饮品"}]
    assert [one["id"] for one in dealer["dealers"]] == [str(scene.other_id)]
    assert [one["name"] for one in dealer["terminals"]] == ["便民超市"]
    assert (owner["kinds"], owner["dealers"]) == (["received", "returned"], [])


def test_staff_record_for_anybody_and_leave_a_trace(client, scene, committed):
    body = {
        "kind": "transferred",
        "number": "DB-1",
        "from_dealer_id": str(scene.dealer_id),
        "dealer_id": str(scene.other_id),
        "codes": scene.cases[:1],
    }
    made = client.post(f"{CONSOLE}/documents", json=body, headers=scene.staff)
    assert made.status_code == 201
    with committed() as session:
        audited = session.execute(
            text("SELECT action FROM identity_audit WHERE subject = :subject"),
            {"subject": f"shipment:{made.json['id']}"},
        ).scalars()
        assert list(audited) == ["custody.goods_transferred"]


def test_an_auditor_looks_and_records_nothing(client, scene, committed):
    with committed() as session:
        auditor = staff_headers(session, "auditor")
    assert client.get(f"{CONSOLE}/documents", headers=auditor).status_code == 200
    answer = client.post(f"{CONSOLE}/documents", json=delivery(scene), headers=auditor)
    assert refusal(answer) == (403, "identity.forbidden")


def test_people_of_another_brand_are_strangers_here(app, client, scene, other_brand):
    with transaction(other_brand.id) as session:
        packed, dealer, receiver = packed_batches(session), a_dealer(session), a_dealer(session)
        a_shipment(session, [packed.pallets.lo], dealer=dealer)
        ways = {"kind": "transferred", "sender": party_of(dealer), "receiver": party_of(receiver)}
        document = a_document(session, [packed.cases.lo], **ways)
        headers = bearer(session, someone_with(session, ("dealer", dealer.id)))
    path = f"{DEALER}/documents/{document.id}"
    assert client.get(path, headers=headers).status_code == 401
    assert refusal(client.get(path, headers=scene.dealer)) == (404, "custody.unknown_document")
    assert client_of(app, other_brand).get(path, headers=headers).status_code == 200
