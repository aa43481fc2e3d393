"""Staff see what a live campaign has paid, what is left, and how fast it goes."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.builders.channel import bearer
from tests.builders.console import staff_headers
from tests.builders.scans import a_shelf
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]


def test_a_monitor_counts_what_was_paid_by_prize_and_by_minute(
    brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    with committed() as session:
        shelf = a_shelf(session, tiers=(("红包", 88, 30),))
        headers = bearer(session, shelf.consumer_id)
    won = 0
    for index in range(10):
        body = {"code": shelf.code(brand.id, index)}
        won += (
            client.post("/api/consumer/claims", json=body, headers=headers).get_json()["prize"]["amount_fen"] > 0
        )
    path = f"/api/console/campaigns/{shelf.campaign_id}/monitor"
    told = client.get(path, headers=staff_headers(brand, "auditor")).get_json()
    assert (told["state"], told["claims"], told["winners"]) == ("open", 10, won)
    assert told["spent_fen"] == won * (88 + 10 + 5)
    assert told["tiers"] == [{"name": "红包", "amount_fen": 88, "count": 30, "claimed": won}]
    assert (len(told["minutes"]), sum(told["minutes"])) == (60, 10)


def test_a_monitor_is_for_staff_of_the_brand(
    brand: TestBrand, other_brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    with committed() as session:
        shelf = a_shelf(session)
    path = f"/api/console/campaigns/{shelf.campaign_id}/monitor"
    assert client.get(path).status_code == 401
    foreign = staff_headers(other_brand) | {"Host": other_brand.host}
    elsewhere = client.get(path, base_url=f"http://{other_brand.host}", headers=foreign)
    assert (elsewhere.status_code, elsewhere.get_json()["error"]["code"]) == (404, "campaigns.unknown")
