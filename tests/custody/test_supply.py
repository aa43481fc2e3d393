"""A dealer whose supply is stopped gets nothing new, by whichever door the document comes in."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app import custody
from app.custody.errors import SupplyStopped
from app.custody.models import SupplyStop
from tests.builders.channel import a_dealer, a_terminal, bearer, someone_with
from tests.builders.codes import packed_batches, texts_of
from tests.builders.consequences import STOP, SUSPEND, is_ended, is_set, today, tomorrow
from tests.builders.console import staff_headers
from tests.builders.custody import a_document, a_receipt, a_shipment, party_of

STOPPED = (409, "custody.supply_stopped")
DAY = date(2026, 12, 1)
FIRST_INSTANT = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)  # midnight in Shanghai


@pytest.fixture
def scene(committed):
    """A pallet of four cases at the dealer ``giver``, another of nobody yet, and the dealer ``taker``."""
    with committed() as session:
        packed, taker, giver = packed_batches(session, pallets=2), a_dealer(session), a_dealer(session)
        shop = a_terminal(session, dealer=taker)
        a_shipment(session, [packed.pallets.lo], dealer=giver, number="FH-0")
        return {
            "packed": packed,
            "taker": party_of(taker),
            "giver": party_of(giver),
            "shop": party_of(shop),
            "cases": texts_of(session, packed.cases),
            "pallets": texts_of(session, packed.pallets),
            "boss": bearer(session, someone_with(session, ("dealer", giver.id))),
        }


@pytest.fixture
def key(client, brand) -> dict[str, str]:
    asked = {"name": "ERP", "scopes": ["custody.write"]}
    made = client.post("/api/console/api-keys", json=asked, headers=staff_headers(brand, "brand_admin"))
    return {"Authorization": f"Bearer {made.json['key']}"}


@pytest.fixture
def stopped(brand, scene) -> int:
    """The dealer that gets nothing from today on."""
    dealer_id = scene["taker"].dealer_id
    is_set(brand.id, dealer_id, STOP)
    return dealer_id


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


@pytest.fixture
def doors(client, brand, scene, key):
    """Every way to send the second pallet, or a case of the first one, to the taker."""
    staff, to = staff_headers(brand), str(scene["taker"].dealer_id)
    shipped = {"kind": "shipped", "dealer_id": to, "codes": scene["pallets"][1:]}
    moved = {"kind": "transferred", "dealer_id": to, "codes": scene["cases"][:1]}
    asked = {"dealer_id": to, "codes": scene["pallets"][1:]}

    def post(path, body, headers):
        return client.post(path, json=body | {"number": f"N{path}{body.get('kind')}"[:60]}, headers=headers)

    return {
        "console shipment": lambda: post("/api/console/shipments", asked, staff),
        "console document": lambda: post("/api/console/custody/documents", shipped, staff),
        "dealer's transfer": lambda: post("/api/dealer/custody/documents", moved, scene["boss"]),
        "another system": lambda: post("/api/open/movements", shipped, key),
    }


def test_every_door_refuses_and_says_since_when(doors, stopped, committed):
    for name, door in doors.items():
        answer = door()
        assert refusal(answer) == STOPPED, name
        assert answer.json["error"]["details"] == {"since": today().isoformat()}, name
        assert "停止" in answer.json["error"]["message"]
    with committed() as session:
        assert [moved.number for moved in custody.movements(session)] == ["FH-0"]


def test_every_door_opens_again_when_the_stop_has_ended(doors, stopped, brand):
    is_ended(brand.id, stopped, STOP)
    assert {name: door().status_code for name, door in doors.items()} == dict.fromkeys(doors, 201)


def test_nothing_is_refused_before_the_day_or_for_another_consequence(doors, brand, scene):
    dealer_id = scene["taker"].dealer_id
    is_set(brand.id, dealer_id, STOP, starts_on=tomorrow())
    is_set(brand.id, dealer_id, SUSPEND, number=2)
    is_set(brand.id, scene["giver"].dealer_id, STOP, number=3)
    assert {name: door().status_code for name, door in doors.items()} == dict.fromkeys(doors, 201)


def test_a_file_is_refused_by_the_first_line_of_each_document(client, scene, key, stopped, committed):
    first, second, third, fourth = scene["cases"][4:8]
    content = f"document,code\nA,{first}\nA,{second}\nB,{third}\nB,{fourth}\n".encode()
    query = {"kind": "shipped", "dealer_id": str(stopped)}
    for dry_run in ("true", "false"):
        answer = client.post(
            "/api/open/movements/files",
            query_string=query | {"dry_run": dry_run},
            data=content,
            content_type="text/csv",
            headers=key,
        )
        assert refusal(answer) == (422, "custody.file_refused")
        named = answer.json["error"]["details"]["errors"]
        assert [(one["line"], one["reason"]) for one in named] == [(2, "stopped"), (4, "stopped")]
        assert {one["message"] for one in named} == {"品牌已停止向该经销商供货"}
    with committed() as session:
        assert [moved.number for moved in custody.movements(session)] == ["FH-0"]


def test_a_document_recorded_before_is_answered_again_and_its_goods_arrive(committed, brand, scene):
    packed, taker, shop = scene["packed"], scene["taker"], scene["shop"]
    pallet = packed.pallets.lo + 1
    sent = {"kind": "shipped", "sender": custody.BRAND, "receiver": taker, "number": "FH-1"}
    with committed() as session:
        made = a_document(session, [pallet], **sent)
    is_set(brand.id, taker.dealer_id, STOP)
    with committed() as session:
        again = a_document(session, [pallet], **sent)
        assert (again.id, again.repeated) == (made.id, True)
        assert a_receipt(session, made).codes == 1
        case = packed.cases.lo + 4
        for kind, sender, receiver in (
            ("delivered", taker, shop),
            ("returned", shop, taker),
            ("returned", taker, custody.BRAND),
        ):
            a_document(session, [case], kind=kind, sender=sender, receiver=receiver)
        a_document(session, [case + 1], kind="transferred", sender=taker, receiver=scene["giver"])


def test_the_day_of_the_document_decides(committed, brand, scene):
    dealer_id, packed = scene["taker"].dealer_id, scene["packed"]
    ended_at = FIRST_INSTANT + timedelta(days=9)
    is_set(brand.id, dealer_id, STOP, starts_on=DAY)
    is_ended(brand.id, dealer_id, STOP, starts_on=DAY, ended_at=ended_at)

    def ship(case: int, at: datetime) -> None:
        with committed() as session:
            custody.ship(session, dealer_id=dealer_id, number=f"S{case}", code_nos=[case], at=at)

    moment, case = timedelta(microseconds=1), packed.cases.lo + 4
    for at in (FIRST_INSTANT, ended_at - moment):
        with pytest.raises(SupplyStopped) as refused:
            ship(case, at)
        assert refused.value.details == {"since": "2026-12-01"}
    ship(case, FIRST_INSTANT - moment)
    ship(case + 1, ended_at)


def test_the_order_and_number_of_news_is_of_no_consequence(committed, brand, scene):
    dealer_id = scene["taker"].dealer_id
    for _ in range(2):
        is_ended(brand.id, dealer_id, STOP, starts_on=DAY, ended_at=FIRST_INSTANT)
        is_set(brand.id, dealer_id, STOP, starts_on=DAY)
    is_ended(brand.id, dealer_id, STOP, starts_on=DAY, ended_at=FIRST_INSTANT + timedelta(days=2))
    with committed() as session:
        row = session.scalars(select(SupplyStop)).one()
        assert (row.dealer_id, row.starts_on, row.ended_at) == (dealer_id, DAY, FIRST_INSTANT)


def test_a_dealer_with_two_stops_is_supplied_when_both_have_ended(doors, stopped, brand):
    is_set(brand.id, stopped, STOP, number=2)
    is_ended(brand.id, stopped, STOP, number=1)
    assert refusal(doors["another system"]()) == STOPPED
    is_ended(brand.id, stopped, STOP, number=2)
    assert doors["another system"]().status_code == 201
