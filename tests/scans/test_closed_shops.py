"""A closed shop opens nothing more; what it sold before is still its owner's."""

from app import channel
from app.channel.actions import accept_change, lock_terminal, propose_change
from app.kit import clock
from tests.builders.channel import bearer
from tests.builders.scans import a_shelf


def close(session, terminal, *, dismiss):
    at = clock.now()
    asked = {"kind": "close", "reason": "歇业", "effective_at": at, "dismiss": dismiss}
    change = propose_change(session, terminal=lock_terminal(session, terminal.id), by=1, at=at, **asked)
    accept_change(session, change, by=1, at=at)


def claim(client, committed, brand, shelf, index=0):
    with committed() as session:
        consumer = bearer(session, shelf.consumer_id)
    body = {"code": shelf.code(brand.id, index)}
    assert client.post("/api/consumer/claims", json=body, headers=consumer).status_code == 200


def test_a_closed_shop_opens_no_case(client, committed, brand):
    with committed() as session:
        shelf = a_shelf(session)
        close(session, shelf.terminal, dismiss=False)
        owner = bearer(session, shelf.owner_id)
    body = {"code": shelf.case_code(brand.id, 1)}
    answer = client.post("/api/terminal/openings", json=body, headers=owner)
    assert (answer.status_code, answer.json["error"]["code"]) == (404, channel.UnknownTerminal.code)
    assert client.get("/api/terminal/terminals", headers=owner).json["items"] == []


def test_what_a_closed_shop_sold_before_is_still_paid_to_its_owner(client, committed, brand):
    with committed() as session:
        shelf = a_shelf(session)
        close(session, shelf.terminal, dismiss=False)
        owner = bearer(session, shelf.owner_id)
    claim(client, committed, brand, shelf)
    (line,) = client.get("/api/terminal/earnings", headers=owner).json["items"]
    assert (line["state"], line["amount_fen"]) == ("paid", 10)
    assert client.get("/api/consumer/wallet", headers=owner).json["balance_fen"] == 10


def test_a_shop_whose_people_were_dismissed_is_paid_no_more_and_keeps_what_it_had(client, committed, brand):
    with committed() as session:
        shelf = a_shelf(session)
    claim(client, committed, brand, shelf)
    with committed() as session:
        close(session, shelf.terminal, dismiss=True)
    claim(client, committed, brand, shelf, 1)
    with committed() as session:
        former = bearer(session, shelf.owner_id)
    assert client.get("/api/consumer/wallet", headers=former).json["balance_fen"] == 10
