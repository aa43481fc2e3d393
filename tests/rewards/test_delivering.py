"""Goods sent home: an address under seal, shipped by the brand, received by word or by time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.books import prove
from app.kit import clock
from app.rewards.jobs import end_grants, receive_by_time
from app.rewards.models import Delivery
from app.rewards.queries import address_of, grant_row
from tests.builders.prizes import Prizes, prizes_of
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
HOME = {"name": "王小明", "phone": "13912345678", "region": "浙江省杭州市西湖区", "street": "文三路 1 号"}
PARCEL = {"carrier": "顺丰", "tracking": "SF1234567890"}


@pytest.fixture
def prizes(brand: TestBrand, client: FlaskClient) -> Prizes:
    return prizes_of(brand, client, "goods")


def order(prizes: Prizes, grant_id: int, **changed: str):
    return prizes.client.post(
        f"/api/consumer/grants/{grant_id}/order", json=HOME | changed, headers=prizes.consumer
    )


def ship(prizes: Prizes, grant_id: int, headers: dict | None = None):
    return prizes.client.post(
        f"/api/console/grants/{grant_id}/ship", json=PARCEL, headers=headers or prizes.staff()
    )


def receive(prizes: Prizes, grant_id: int):
    return prizes.client.post(f"/api/consumer/grants/{grant_id}/receive", headers=prizes.consumer)


def upload(prizes: Prizes, body: str):
    return prizes.client.post(
        "/api/console/deliveries/files", data=body.encode(), content_type="text/csv", headers=prizes.staff()
    )


def refusal(response) -> tuple[int, str]:
    return response.status_code, response.get_json()["error"]["code"]


def test_goods_are_ordered_shipped_and_received(prizes: Prizes, committed: Opener) -> None:
    grant_id = prizes.win()
    ordered = order(prizes, grant_id)
    assert ordered.status_code == 201
    assert ordered.get_json()["state"] == "ordered"
    assert ordered.get_json()["delivery"]["place"] == "王** 139****5678 浙江省杭州市西湖区"
    assert refusal(receive(prizes, grant_id)) == (409, "rewards.not_shipped")
    assert ship(prizes, grant_id).get_json()["tracking"] == "SF1234567890"
    done = receive(prizes, grant_id).get_json()
    assert (done["state"], done["state_text"]) == ("received", "已确认收货")
    assert refusal(receive(prizes, grant_id)) == (409, "rewards.not_open")
    with committed() as session:
        assert not any(prove(session).values())
    told = prizes.client.get(f"/api/consumer/grants/{grant_id}", headers=prizes.consumer).get_json()
    assert [fact["text"] for fact in told["facts"][1:]] == [
        "已填收货地址",
        "已寄出: 顺丰 SF1234567890",
        "已确认收货",
    ]


def test_an_address_rests_under_seal_and_is_forgotten_after_receipt(prizes: Prizes, committed: Opener) -> None:
    grant_id = prizes.win()
    order(prizes, grant_id)
    with committed() as session:
        row = session.scalars(select(Delivery)).one()
        assert HOME["phone"].encode() not in (row.address_sealed or b"")
        assert address_of(session, row).as_dict() == HOME
    ship(prizes, grant_id)
    receive(prizes, grant_id)
    receive_by_time(brand_id=prizes.brand.id, at=clock.now() + timedelta(days=31))
    with committed() as session:
        assert session.scalars(select(Delivery)).one().address_sealed is None


@pytest.mark.parametrize("changed", [{"phone": "123"}, {"name": ""}, {"street": "x" * 200}])
def test_an_address_that_nobody_could_deliver_to_is_refused(prizes: Prizes, changed: dict) -> None:
    assert refusal(order(prizes, prizes.win(), **changed)) == (422, "kit.invalid_input")


def test_goods_are_ordered_once_and_by_their_winner(prizes: Prizes) -> None:
    grant_id = prizes.win()
    stranger = prizes.client.post(f"/api/consumer/grants/{grant_id}/order", json=HOME, headers=prizes.stranger())
    assert refusal(stranger) == (404, "rewards.unknown_grant")
    assert order(prizes, grant_id).status_code == 201
    assert refusal(order(prizes, grant_id)) == (409, "rewards.not_open")


def test_a_bottle_for_a_shop_is_not_sent_home(brand: TestBrand, client: FlaskClient) -> None:
    prizes = prizes_of(brand, client)
    assert refusal(order(prizes, prizes.win())) == (409, "rewards.not_open")


def test_what_was_ordered_does_not_end(prizes: Prizes, committed: Opener) -> None:
    grant_id = prizes.win()
    order(prizes, grant_id)
    end_grants(brand_id=prizes.brand.id, at=clock.now() + timedelta(days=90))
    with committed() as session:
        assert grant_row(session, grant_id).state == "ordered"


def test_goods_shipped_long_ago_are_taken_as_received(prizes: Prizes, committed: Opener) -> None:
    grant_id = prizes.win()
    order(prizes, grant_id)
    ship(prizes, grant_id)
    receive_by_time(brand_id=prizes.brand.id, at=clock.now() + timedelta(days=14))
    with committed() as session:
        assert grant_row(session, grant_id).state == "ordered"
    receive_by_time(brand_id=prizes.brand.id, at=clock.now() + timedelta(days=15))
    with committed() as session:
        row = grant_row(session, grant_id)
        assert (row.state, row.reason) == ("received", "time_passed")
        assert not any(prove(session).values())


def test_only_those_who_write_ship_and_read_addresses(prizes: Prizes) -> None:
    grant_id = prizes.win()
    order(prizes, grant_id)
    auditor = prizes.staff("auditor")
    assert ship(prizes, grant_id, auditor).status_code == 403
    assert prizes.client.post("/api/console/deliveries/export", headers=auditor).status_code == 403
    (listed,) = prizes.client.get("/api/console/deliveries?state=ordered", headers=auditor).get_json()["items"]
    assert HOME["phone"] not in str(listed)


def test_what_was_not_ordered_is_not_shipped(prizes: Prizes) -> None:
    assert refusal(ship(prizes, prizes.win())) == (409, "rewards.not_open")
    assert refusal(ship(prizes, 1)) == (404, "rewards.unknown_grant")


def test_the_list_goes_out_with_addresses_and_comes_back_with_numbers(prizes: Prizes, committed: Opener) -> None:
    first, second = prizes.win(0), prizes.win(1)
    for grant_id in (first, second):
        order(prizes, grant_id)
    listed = prizes.client.post("/api/console/deliveries/export", headers=prizes.staff()).get_data(as_text=True)
    head, *lines = listed.strip().splitlines()
    assert HOME["phone"] in lines[0]
    assert lines[0].startswith(f"G{first},")
    filled = "\r\n".join([head, lines[0].rstrip(",") + ",顺丰,SF0001", lines[1]])
    assert upload(prizes, filled).get_json() == {"shipped": 1}
    with committed() as session:
        states = {row.grant_id: row.state for row in session.scalars(select(Delivery))}
    assert states == {first: "shipped", second: "ordered"}
    audit = prizes.client.get("/api/console/audit", headers=prizes.staff("brand_admin")).get_json()["items"]
    assert {"rewards.addresses_read", "rewards.shipped_by_file"} <= {entry["action"] for entry in audit}


def test_a_file_with_one_wrong_line_ships_nothing(prizes: Prizes, committed: Opener) -> None:
    grant_id = prizes.win()
    order(prizes, grant_id)
    body = f"奖品编号,快递公司,运单号\r\nG{grant_id},顺丰,SF0001\r\nG1,顺丰,SF0002\r\n"
    response = upload(prizes, body)
    assert refusal(response) == (422, "rewards.file_refused")
    assert [error["line"] for error in response.get_json()["error"]["details"]["errors"]] == [3]
    with committed() as session:
        assert session.scalars(select(Delivery.state)).all() == ["ordered"]


@pytest.mark.parametrize(
    "body",
    [
        "奖品,快递\r\n1,2\r\n",
        "奖品编号,快递公司,运单号\r\n一,顺丰,SF1\r\n",
        "奖品编号,快递公司,运单号\r\nG1,,SF1\r\n",
    ],
)
def test_a_file_that_cannot_be_read_is_refused(prizes: Prizes, body: str) -> None:
    assert refusal(upload(prizes, body)) == (422, "rewards.file_refused")
