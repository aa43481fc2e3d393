from dataclasses import dataclass

import pytest
from sqlalchemy import text

from app import channel, codes, custody
from app.custody.queries import shipment_by_number
from app.kit.transaction import transaction
from tests.builders.channel import (
    a_dealer,
    a_terminal,
    an_owner,
    bearer,
    someone_with,
    staff_headers,
)
from tests.builders.codes import STAFF, a_batch, packed_batches, texts_of, void
from tests.builders.custody import a_shipment

SHIPMENTS = "/api/console/shipments"
OPENINGS = "/api/terminal/openings"


@dataclass(frozen=True, slots=True)
class Scene:
    """Packed goods, shipped to the dealer of one shop; another shop of that dealer; the brand's staff."""

    dealer_id: int
    terminal_id: int
    case_nos: range
    pallet: str
    cases: list[str]
    units: list[str]
    staff: dict[str, str]
    owner: dict[str, str]
    rival: dict[str, str]
    chain_owner: dict[str, str]


@pytest.fixture
def scene(committed) -> Scene:
    with committed() as session:
        packed = packed_batches(session)
        dealer = a_dealer(session, name="华东饮品")
        shop = a_terminal(session, dealer=dealer, name="便民超市")
        other = a_terminal(session, dealer=dealer)
        a_shipment(session, [packed.pallets.lo], dealer=dealer, number="FH-0")
        return Scene(
            dealer_id=dealer.id,
            terminal_id=shop.id,
            case_nos=range(packed.cases.lo, packed.cases.hi),
            pallet=texts_of(session, packed.pallets)[0],
            cases=texts_of(session, packed.cases),
            units=texts_of(session, packed.units, count=6),
            staff=staff_headers(session),
            owner=bearer(session, an_owner(session, shop)),
            rival=bearer(session, an_owner(session, other, role="clerk")),
            chain_owner=bearer(session, an_owner(session, shop, other)),
        )


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


@pytest.mark.parametrize("path", [SHIPMENTS, OPENINGS])
def test_nobody_enters_without_signing_in(client, path):
    assert refusal(client.post(path, json={})) == (401, "identity.sign_in_required")


def test_people_of_another_brand_are_strangers(client, scene, other_brand):
    with transaction(other_brand.id) as session:
        staff, owner = staff_headers(session), bearer(session, an_owner(session, a_terminal(session)))

    assert client.post(SHIPMENTS, json={}, headers=staff).status_code == 401
    assert client.post(OPENINGS, json={"code": scene.cases[0]}, headers=owner).status_code == 401


def test_an_auditor_ships_nothing(client, committed):
    with committed() as session:
        auditor = staff_headers(session, "auditor")
    assert refusal(client.post(SHIPMENTS, json={}, headers=auditor)) == (403, "identity.forbidden")


def test_a_dealer_opens_no_cases(client, scene, committed):
    with committed() as session:
        headers = bearer(session, someone_with(session, ("dealer", scene.dealer_id)))
    answer = client.post(OPENINGS, json={"code": scene.cases[0]}, headers=headers)
    assert refusal(answer) == (403, "identity.forbidden")


def test_staff_ship_cases_to_a_dealer_once(client, scene, committed):
    with committed() as session:
        receiver_id = a_dealer(session).id
    body = {"dealer_id": str(receiver_id), "number": "FH-1", "codes": [*scene.cases[:2], scene.cases[0].lower()]}
    first = client.post(SHIPMENTS, json=body, headers=scene.staff)
    again = client.post(SHIPMENTS, json=body, headers=scene.staff)

    assert (first.status_code, first.json["codes"], first.json["repeated"]) == (201, 2, False)
    assert again.json == first.json | {"repeated": True}
    with committed() as session:
        holders = [custody.lineage(session, case_no).dealer_id for case_no in scene.case_nos]
        audited = session.execute(
            text("SELECT after FROM identity_audit WHERE action = 'custody.goods_shipped' AND subject = :subject"),
            {"subject": f"shipment:{first.json['id']}"},
        ).scalars()
        assert list(audited) == [{"number": "FH-1", "dealer_id": str(receiver_id), "codes": 2}]
    assert holders == [receiver_id, receiver_id, scene.dealer_id, scene.dealer_id]


def test_one_wrong_code_refuses_the_shipment_and_is_named(client, scene, committed, other_brand):
    with transaction(other_brand.id) as session:
        foreign = texts_of(session, a_batch(session, level="case", count=1))[0]
    body = {"dealer_id": str(scene.dealer_id), "number": "FH-1", "codes": [scene.cases[0], foreign]}
    answer = client.post(SHIPMENTS, json=body, headers=scene.staff)

    assert refusal(answer) == (422, "custody.wrong_code")
    assert answer.json["error"]["details"] == {"index": 1}
    with committed() as session:
        assert shipment_by_number(session, "FH-1") is None


def test_a_shipment_number_with_other_goods_is_refused(client, scene):
    body = {"dealer_id": str(scene.dealer_id), "number": "FH-0", "codes": [scene.cases[0]]}
    answer = client.post(SHIPMENTS, json=body, headers=scene.staff)
    assert refusal(answer) == (409, "custody.shipment_number_taken")


def test_goods_go_only_to_dealers_of_the_brand(client, scene, other_brand):
    with transaction(other_brand.id) as session:
        foreign_id = a_dealer(session).id
    body = {"dealer_id": str(foreign_id), "number": "FH-1", "codes": scene.cases}
    answer = client.post(SHIPMENTS, json=body, headers=scene.staff)
    assert refusal(answer) == (404, "channel.unknown_dealer")


@pytest.mark.parametrize("body", [{"codes": []}, {"number": ""}, {"codes": ["A"] * 5001}, {"dealer_id": "x"}])
def test_a_shipment_that_does_not_fit_the_contract_is_refused(client, scene, body):
    whole = {"dealer_id": str(scene.dealer_id), "number": "FH-1", "codes": scene.cases}
    answer = client.post(SHIPMENTS, json=whole | body, headers=scene.staff)
    assert refusal(answer) == (422, "kit.invalid_input")


def test_an_owner_opens_a_case_for_the_only_shop(client, scene):
    first = client.post(OPENINGS, json={"code": scene.cases[0]}, headers=scene.owner)
    again = client.post(OPENINGS, json={"code": scene.cases[0].lower()}, headers=scene.owner)

    assert first.status_code == 200
    assert first.json["code"] == scene.cases[0]
    assert first.json["product"]["name"] == "清泉饮用天然水"
    assert first.json["terminal"] == {"id": str(scene.terminal_id), "name": "便民超市"}
    assert first.json["dealer"] == {"id": str(scene.dealer_id), "name": "华东饮品"}
    assert (first.json["units"], first.json["foreign"], first.json["reason"]) == (6, False, None)
    assert (first.json["repeated"], again.json) == (False, first.json | {"repeated": True})


def test_the_owner_of_a_chain_names_the_shop(client, scene):
    unclear = client.post(OPENINGS, json={"code": scene.cases[0]}, headers=scene.chain_owner)
    assert refusal(unclear) == (409, "channel.terminal_not_chosen")
    assert len(unclear.json["error"]["details"]["terminals"]) == 2

    body = {"code": scene.cases[0], "terminal_id": str(scene.terminal_id)}
    assert client.post(OPENINGS, json=body, headers=scene.chain_owner).status_code == 200


def test_nobody_opens_a_case_for_a_shop_of_somebody_else(client, scene):
    body = {"code": scene.cases[0], "terminal_id": str(scene.terminal_id)}
    answer = client.post(OPENINGS, json=body, headers=scene.rival)
    assert refusal(answer) == (404, "channel.unknown_terminal")


def test_another_shop_learns_that_the_case_is_open_but_not_where(client, scene):
    opened = client.post(OPENINGS, json={"code": scene.cases[0]}, headers=scene.owner)
    answer = client.post(OPENINGS, json={"code": scene.cases[0]}, headers=scene.rival)

    assert refusal(answer) == (409, "custody.already_opened")
    assert answer.json["error"]["details"] == {"opened_at": opened.json["opened_at"]}
    assert "便民超市" not in answer.text


def test_a_foreign_opening_counts_and_says_what_happens_next(client, scene, committed):
    with committed() as session:
        headers = bearer(session, an_owner(session, a_terminal(session)))
    answer = client.post(OPENINGS, json={"code": scene.cases[0]}, headers=headers)

    assert (answer.status_code, answer.json["foreign"]) == (200, True)
    assert "其他经销商" in answer.json["reason"]
    assert "华东饮品" not in answer.text


@pytest.mark.parametrize(("kind", "level"), [("units", "unit"), ("pallet", "pallet")])
def test_a_code_that_is_no_case_is_refused_kindly(client, scene, kind, level):
    scanned = scene.units[0] if kind == "units" else scene.pallet
    answer = client.post(OPENINGS, json={"code": scanned}, headers=scene.owner)

    assert refusal(answer) == (409, "custody.not_a_case")
    assert answer.json["error"]["details"] == {"level": level}


def test_a_code_nobody_minted_is_unknown(client, scene):
    answer = client.post(OPENINGS, json={"code": "K" * 16}, headers=scene.owner)
    assert refusal(answer) == (404, "codes.unknown")


def test_a_case_that_is_not_active_stays_closed(client, scene, committed):
    with committed() as session:
        scanned = texts_of(session, a_batch(session, level="case", count=1))[0]
    answer = client.post(OPENINGS, json={"code": scanned}, headers=scene.owner)
    assert refusal(answer) == (409, "codes.inactive")


@pytest.mark.parametrize(
    ("block", "expected"), [(codes.states.freeze, (409, "codes.frozen")), (void, (410, "codes.void"))]
)
def test_a_blocked_case_stays_closed(client, scene, committed, at, block, expected):
    case_no = scene.case_nos[0]
    with committed() as session:
        block(session, lo=case_no, hi=case_no + 1, reason="召回", by=STAFF, at=at)
    answer = client.post(OPENINGS, json={"code": scene.cases[0]}, headers=scene.owner)
    assert refusal(answer) == expected


def test_a_closed_shop_opens_no_cases(client, scene, committed):
    with committed() as session:
        shop = channel.get_terminal(session, scene.terminal_id)
        shop.state = "closed"
    answer = client.post(OPENINGS, json={"code": scene.cases[0]}, headers=scene.owner)
    assert refusal(answer) == (404, "channel.unknown_terminal")
