from dataclasses import dataclass

import pytest
from sqlalchemy import select, text

from app import identity
from app.channel.models import Dealer
from app.kit.transaction import transaction
from tests.builders.channel import (
    a_dealer,
    a_terminal,
    an_owner,
    bearer,
    someone_with,
    staff_headers,
)

WRITES = [
    ("post", "/api/console/dealers"),
    ("post", "/api/console/terminals"),
    ("post", "/api/console/roles"),
    ("delete", "/api/console/roles"),
]
READS = [
    ("get", "/api/console/dealers"),
    ("get", "/api/console/terminals"),
    ("get", "/api/terminal/terminals"),
    ("get", "/api/dealer/terminals"),
]


@dataclass(frozen=True, slots=True)
class House:
    """A dealer with a shop and its owner; another shop, and another brand's staff."""

    dealer_id: int
    terminal_id: int
    owner_id: int
    other_terminal_id: int
    staff: dict[str, str]
    auditor: dict[str, str]
    owner: dict[str, str]
    stranger: dict[str, str]


@pytest.fixture
def house(committed, other_brand) -> House:
    with committed() as session:
        dealer = a_dealer(session, name="华东饮品", counties=["310101"])
        terminal = a_terminal(session, dealer=dealer, name="便民超市")
        owner_id = an_owner(session, terminal)
        made = {
            "dealer_id": dealer.id,
            "terminal_id": terminal.id,
            "owner_id": owner_id,
            "other_terminal_id": a_terminal(session).id,
            "staff": staff_headers(session),
            "auditor": staff_headers(session, "auditor"),
            "owner": bearer(session, owner_id),
        }
    with transaction(other_brand.id) as session:
        stranger = staff_headers(session)
    return House(**made, stranger=stranger)


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


@pytest.mark.parametrize(("verb", "path"), WRITES + READS)
def test_nobody_enters_without_signing_in(client, verb, path):
    assert refusal(getattr(client, verb)(path, json={})) == (401, "identity.sign_in_required")


@pytest.mark.parametrize(("verb", "path"), [*WRITES, *READS[:2]])
def test_staff_of_another_brand_are_strangers(client, house, verb, path):
    answer = getattr(client, verb)(path, json={}, headers=house.stranger)
    assert refusal(answer) == (401, "identity.sign_in_required")


@pytest.mark.parametrize(("verb", "path"), WRITES)
def test_an_auditor_only_reads(client, house, verb, path):
    answer = getattr(client, verb)(path, json={}, headers=house.auditor)
    assert refusal(answer) == (403, "identity.forbidden")


def test_staff_add_a_dealer_and_the_log_says_who(client, house, committed):
    body = {"name": "华南饮品", "counties": ["440305", "440304"]}
    answer = client.post("/api/console/dealers", json=body, headers=house.staff)

    assert answer.status_code == 201
    assert answer.json["counties"] == ["440304", "440305"]
    assert (answer.json["house"], answer.json["state"]) == (False, "active")
    with committed() as session:
        subject = f"dealer:{answer.json['id']}"
        assert session.execute(
            text("SELECT action, actor_id IS NOT NULL FROM identity_audit WHERE subject = :subject"),
            {"subject": subject},
        ).all() == [("channel.dealer_created", True)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "华东饮品"}, "channel.name_taken"),
        ({"name": "新", "counties": ["310101"]}, "channel.county_taken"),
        ({"name": "新", "house": True}, "channel.house_dealer_exists"),
    ],
)
def test_a_dealer_that_clashes_is_refused_and_nothing_is_kept(client, house, committed, body, code):
    with committed() as session:
        a_dealer(session, name="直营", house=True)
    answer = client.post("/api/console/dealers", json=body, headers=house.staff)

    assert refusal(answer) == (409, code)
    with committed() as session:
        assert session.scalar(select(Dealer).where(Dealer.name == "新")) is None


@pytest.mark.parametrize("county", ["31010", "3101011", "abcdef", "910101", "310101\n"])
def test_a_county_has_six_digits(client, house, county):
    body = {"name": "新", "counties": [county]}
    assert client.post("/api/console/dealers", json=body, headers=house.staff).status_code == 422


def test_dealers_are_listed_newest_first_page_by_page(client, house, committed):
    with committed() as session:
        newest = a_dealer(session, name="最新")
    first = client.get("/api/console/dealers?limit=1", headers=house.auditor).json
    second = client.get(f"/api/console/dealers?limit=5&cursor={first['next_cursor']}", headers=house.auditor).json

    assert [dealer["id"] for dealer in first["items"]] == [str(newest.id)]
    assert {dealer["name"] for dealer in second["items"]} >= {"华东饮品"}
    assert second["next_cursor"] is None


def test_staff_add_a_shop_under_a_dealer(client, house):
    body = {
        "dealer_id": str(house.dealer_id),
        "name": "街角店",
        "county": "310101",
        "address": "南京东路1号",
        "latitude": 31.2397,
        "longitude": 121.4998,
    }
    answer = client.post("/api/console/terminals", json=body, headers=house.staff)

    assert answer.status_code == 201
    assert answer.json["dealer"] == {"id": str(house.dealer_id), "name": "华东饮品"}
    assert (answer.json["latitude"], answer.json["longitude"]) == (31.2397, 121.4998)
    again = client.post("/api/console/terminals", json=body, headers=house.staff)
    assert refusal(again) == (409, "channel.name_taken")


def test_a_shop_needs_a_dealer_of_this_brand(client, house, other_brand):
    with transaction(other_brand.id) as session:
        foreign_id = a_dealer(session).id
    body = {"dealer_id": str(foreign_id), "name": "街角店", "county": "310101"}

    answer = client.post("/api/console/terminals", json=body, headers=house.staff)
    assert refusal(answer) == (404, "channel.unknown_dealer")


def test_half_a_place_is_no_place(client, house):
    body = {"dealer_id": str(house.dealer_id), "name": "街角店", "county": "310101", "latitude": 31.2}
    answer = client.post("/api/console/terminals", json=body, headers=house.staff)

    assert refusal(answer) == (422, "kit.invalid_input")
    assert "latitude" in answer.json["error"]["details"]["fields"]


def test_a_brand_sees_no_dealer_or_shop_of_another(client, house, other_brand):
    with transaction(other_brand.id) as session:
        foreign = a_terminal(session)
    dealers = client.get("/api/console/dealers?limit=100", headers=house.staff).json["items"]
    shops = client.get("/api/console/terminals?limit=100", headers=house.staff).json["items"]

    assert str(foreign.dealer_id) not in {dealer["id"] for dealer in dealers}
    assert str(foreign.id) not in {shop["id"] for shop in shops}
    assert len(shops) == 2


def test_an_owner_sees_the_own_shop_and_no_other(client, house):
    items = client.get("/api/terminal/terminals", headers=house.owner).json["items"]

    assert [shop["id"] for shop in items] == [str(house.terminal_id)]
    assert items[0]["dealer"]["name"] == "华东饮品"
    answer = client.get("/api/dealer/terminals", headers=house.owner)
    assert refusal(answer) == (403, "identity.forbidden")


def test_a_dealer_sees_the_shops_it_supplies_and_no_other(client, house, committed):
    with committed() as session:
        headers = bearer(session, someone_with(session, ("dealer", house.dealer_id)))
    items = client.get("/api/dealer/terminals", headers=headers).json["items"]

    assert [shop["id"] for shop in items] == [str(house.terminal_id)]
    answer = client.get("/api/terminal/terminals", headers=headers)
    assert refusal(answer) == (403, "identity.forbidden")


def test_a_salesman_finds_shops_of_the_own_dealer_only(client, house, committed):
    with committed() as session:
        headers = bearer(session, someone_with(session, ("salesman", house.dealer_id)))
        a_terminal(session, name="便民超市二店")
    for query in ("", "?q=便民", "?q=310101"):
        items = client.get(f"/api/dealer/terminals{query}", headers=headers).json["items"]
        assert [shop["id"] for shop in items] == [str(house.terminal_id)]
    assert client.get("/api/dealer/terminals?q=没有", headers=headers).json["items"] == []
    mine = client.get("/api/dealer/dealers", headers=headers).json["items"]
    assert mine == [{"id": str(house.dealer_id), "name": "华东饮品", "role": "salesman"}]


def a_role(house: House, **changes) -> dict[str, str]:
    role = {
        "person_id": str(house.owner_id),
        "role": "clerk",
        "scope_kind": "terminal",
        "scope_id": str(house.other_terminal_id),
    }
    return role | changes


def test_a_role_is_granted_and_ended(client, house, committed):
    granted = client.post("/api/console/roles", json=a_role(house), headers=house.staff)
    assert (granted.status_code, granted.json) == (201, a_role(house))
    with committed() as session:
        roles = identity.roles_of(session, house.owner_id)
        assert ("clerk", house.other_terminal_id) in {(held.role, held.scope_id) for held in roles}

    for _ in range(2):
        ended = client.delete("/api/console/roles", query_string=a_role(house), headers=house.staff)
        assert ended.status_code == 204
    with committed() as session:
        assert {held.role for held in identity.roles_of(session, house.owner_id)} == {"owner"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"scope_id": "1"}, (404, "channel.unknown_terminal")),
        ({"role": "dealer", "scope_kind": "dealer", "scope_id": "1"}, (404, "channel.unknown_dealer")),
        ({"person_id": "1"}, (404, "identity.unknown_person")),
        ({"role": "brand_admin"}, (422, "kit.invalid_input")),
        ({"role": "salesman"}, (422, "kit.invalid_input")),
    ],
)
def test_a_role_needs_a_person_and_a_scope_that_fit(client, house, changes, expected):
    answer = client.post("/api/console/roles", json=a_role(house, **changes), headers=house.staff)
    assert refusal(answer) == expected
