"""What a shop sees: its own earnings, its own codes, nobody else's."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import custody
from app.kit import clock
from app.kit.transaction import transaction
from tests.builders.channel import a_terminal, an_owner, bearer, someone_with
from tests.builders.scans import Shelf, a_shelf
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
Headers = dict[str, str]
EARNINGS = "/api/terminal/earnings"


@pytest.fixture
def shelf(brand: TestBrand, committed: Opener) -> Shelf:
    with committed() as session:
        return a_shelf(session)


@pytest.fixture
def rival(shelf: Shelf, committed: Opener) -> tuple[int, Headers]:
    """Another shop of the same dealer, which opened the second case; its id and its owner's headers."""
    with committed() as session:
        terminal = a_terminal(session, dealer=shelf.dealer)
        owner = an_owner(session, terminal)
        opened = {"code_no": shelf.cases.lo + 1, "terminal_id": terminal.id, "person_id": owner}
        custody.open_case(session, **opened, at=clock.now())
        return terminal.id, bearer(session, owner)


@pytest.fixture
def owner(shelf: Shelf, committed: Opener) -> Headers:
    with committed() as session:
        return bearer(session, shelf.owner_id)


def claim(brand: TestBrand, client: FlaskClient, shelf: Shelf, *indexes: int) -> None:
    with transaction(brand.id) as session:
        headers = bearer(session, shelf.consumer_id)
    for index in indexes:
        body = {"code": shelf.code(brand.id, index)}
        assert client.post("/api/consumer/claims", json=body, headers=headers).status_code == 200


def test_a_shop_sees_what_it_earned_today_and_why(
    brand: TestBrand, shelf: Shelf, client: FlaskClient, owner: Headers
) -> None:
    claim(brand, client, shelf, 0, 1)
    shown = client.get(EARNINGS, headers=owner).get_json()
    assert (shown["total_fen"], shown["held_fen"], shown["count"]) == (20, 0, 2)
    assert [line["code"] for line in shown["items"]] == [shelf.code(brand.id, 1), shelf.code(brand.id, 0)]
    assert {(line["state"], line["amount_fen"], line["reason"]) for line in shown["items"]} == {
        ("paid", 10, "顾客扫了本店开箱的商品")
    }


def test_a_shop_sees_only_its_own_earnings(
    brand: TestBrand, shelf: Shelf, client: FlaskClient, owner: Headers, rival: tuple[int, Headers]
) -> None:
    claim(brand, client, shelf, 0, 24, 25)
    terminal_id, headers = rival
    assert client.get(EARNINGS, headers=owner).get_json()["total_fen"] == 10
    assert client.get(EARNINGS, headers=headers).get_json()["total_fen"] == 20
    assert client.get(f"{EARNINGS}?terminal_id={terminal_id}", headers=headers).get_json()["count"] == 2
    foreign = client.get(f"{EARNINGS}?terminal_id={terminal_id}", headers=owner)
    assert (foreign.status_code, foreign.get_json()["error"]["code"]) == (404, "channel.unknown_terminal")


def test_held_earnings_are_summed_apart(brand: TestBrand, client: FlaskClient, committed: Opener) -> None:
    """The shop's dealer is not the one the case was shipped to."""
    with committed() as session:
        shelf = a_shelf(session, opened=False)
        terminal = a_terminal(session)
        person = an_owner(session, terminal)
        opened = {"code_no": shelf.cases.lo, "terminal_id": terminal.id, "person_id": person}
        custody.open_case(session, **opened, at=clock.now())
        headers = bearer(session, person)
    claim(brand, client, shelf, 0)
    shown = client.get(EARNINGS, headers=headers).get_json()
    assert (shown["total_fen"], shown["held_fen"], shown["count"]) == (0, 10, 1)
    (line,) = shown["items"]
    assert (line["state"], line["amount_fen"]) == ("held", 10)


def test_earnings_are_paged_and_asked_for_by_day(
    brand: TestBrand, shelf: Shelf, client: FlaskClient, owner: Headers
) -> None:
    claim(brand, client, shelf, *range(5))
    today = clock.business_day(clock.now())
    seen: list[str] = []
    cursor = ""
    while True:
        path = f"{EARNINGS}?day={today}&limit=2" + (f"&cursor={cursor}" if cursor else "")
        shown = client.get(path, headers=owner).get_json()
        assert (shown["total_fen"], shown["count"]) == (50, 5)
        seen += [line["code"] for line in shown["items"]]
        cursor = shown["next_cursor"]
        if cursor is None:
            break
    assert seen == [shelf.code(brand.id, index) for index in range(4, -1, -1)]
    yesterday = client.get(f"{EARNINGS}?day={today - timedelta(days=1)}", headers=owner).get_json()
    assert (yesterday["total_fen"], yesterday["items"]) == (0, [])


@pytest.mark.parametrize("query", ["day=today", "day=2026-13-01", "terminal_id=x", "limit=0", "cursor=!!"])
def test_a_query_that_does_not_fit_is_refused(client: FlaskClient, owner: Headers, query: str) -> None:
    assert client.get(f"{EARNINGS}?{query}", headers=owner).status_code == 422


def explained(client: FlaskClient, code: str, headers: Headers) -> tuple[int, str]:
    response = client.get(f"/api/terminal/codes/{code}/explanation", headers=headers)
    return response.status_code, response.get_json().get("error", {}).get("code", "")


def test_a_shop_reads_only_the_stories_of_cases_it_opened(
    brand: TestBrand, shelf: Shelf, client: FlaskClient, owner: Headers, rival: tuple[int, Headers]
) -> None:
    mine, theirs = shelf.code(brand.id, 0), shelf.code(brand.id, 24)
    assert explained(client, mine, owner)[0] == 200
    assert explained(client, shelf.case_code(brand.id), owner)[0] == 200
    assert explained(client, theirs, rival[1])[0] == 200
    for code, headers in ((theirs, owner), (mine, rival[1]), ("0123456789ABCDEF", owner)):
        assert explained(client, code, headers) == (404, "codes.unknown")


def test_the_story_of_a_case_nobody_opened_is_no_shops(
    brand: TestBrand, shelf: Shelf, client: FlaskClient, owner: Headers
) -> None:
    assert explained(client, shelf.code(brand.id, 24), owner) == (404, "codes.unknown")


def test_a_clerk_reads_what_the_owner_reads(
    brand: TestBrand, shelf: Shelf, client: FlaskClient, committed: Opener, owner: Headers
) -> None:
    claim(brand, client, shelf, 0)
    with committed() as session:
        clerk = bearer(session, someone_with(session, ("clerk", shelf.terminal.id)))
    assert client.get(EARNINGS, headers=clerk).get_json() == client.get(EARNINGS, headers=owner).get_json()
    assert explained(client, shelf.code(brand.id), clerk)[0] == 200


def test_consumers_and_strangers_stay_out(
    brand: TestBrand, other_brand: TestBrand, shelf: Shelf, client: FlaskClient, committed: Opener
) -> None:
    with committed() as session:
        consumer = bearer(session, shelf.consumer_id)
    with transaction(other_brand.id) as session:
        foreign = bearer(session, an_owner(session, a_terminal(session)))
    for headers, status in (({}, 401), (consumer, 403), (foreign, 401)):
        assert client.get(EARNINGS, headers=headers).status_code == status
        assert explained(client, shelf.code(brand.id), headers)[0] == status
