"""What the brand sees of its codes: explanations and the figures at a glance."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.kit.transaction import transaction
from tests.builders.channel import bearer
from tests.builders.console import staff_headers
from tests.builders.scans import Shelf, a_shelf
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
OVERVIEW = "/api/console/overview"


@pytest.fixture
def shelf(brand: TestBrand, committed: Opener) -> Shelf:
    with committed() as session:
        return a_shelf(session)


def test_the_overview_of_a_new_brand_is_all_zeros(brand: TestBrand, client: FlaskClient) -> None:
    shown = client.get(OVERVIEW, headers=staff_headers(brand, "auditor")).get_json()
    assert shown == {"codes": {"minted": 0, "activated": 0}, "claims": 0, "sales_today": 0, "paid_fen": 0}


def test_the_overview_counts_codes_claims_and_money(
    brand: TestBrand,
    other_brand: TestBrand,
    shelf: Shelf,
    client: FlaskClient,
    committed: Opener,
    worker: Callable[[], int],
) -> None:
    with committed() as session:
        headers = bearer(session, shelf.consumer_id)
    for index in (0, 24):
        body = {"code": shelf.code(brand.id, index)}
        assert client.post("/api/consumer/claims", json=body, headers=headers).status_code == 200
    with transaction(other_brand.id) as session:
        a_shelf(session)
    worker()
    shown = client.get(OVERVIEW, headers=staff_headers(brand)).get_json()
    assert shown == {
        "codes": {"minted": 50, "activated": 50},
        "claims": 2,
        "sales_today": 2,
        "paid_fen": 88 + 10 + 5 + 88,
    }


@pytest.mark.parametrize("code", ["0123456789ABCDEF", "x", "%00", "中文"])
def test_a_text_that_is_no_code_has_no_story(brand: TestBrand, client: FlaskClient, code: str) -> None:
    response = client.get(f"/api/console/codes/{code}/explanation", headers=staff_headers(brand))
    assert (response.status_code, response.get_json()["error"]["code"]) == (404, "codes.unknown")


def test_a_code_of_another_brand_has_no_story_here(
    brand: TestBrand, other_brand: TestBrand, client: FlaskClient
) -> None:
    with transaction(other_brand.id) as session:
        foreign = a_shelf(session)
    path = f"/api/console/codes/{foreign.code(other_brand.id)}/explanation"
    assert client.get(path, headers=staff_headers(brand)).status_code == 404


@pytest.mark.parametrize("role", ["brand_admin", "brand_operator", "auditor"])
def test_all_staff_may_read(brand: TestBrand, shelf: Shelf, client: FlaskClient, role: str) -> None:
    headers = staff_headers(brand, role)
    assert client.get(OVERVIEW, headers=headers).status_code == 200
    path = f"/api/console/codes/{shelf.code(brand.id)}/explanation"
    assert client.get(path, headers=headers).status_code == 200


def test_strangers_stay_out(
    brand: TestBrand, other_brand: TestBrand, shelf: Shelf, client: FlaskClient, committed: Opener
) -> None:
    with committed() as session:
        owner = bearer(session, shelf.owner_id)
    for headers in ({}, owner, staff_headers(other_brand, "brand_admin"), staff_headers(brand, "")):
        for path in (OVERVIEW, f"/api/console/codes/{shelf.code(brand.id)}/explanation"):
            assert client.get(path, headers=headers).status_code == 401, path
