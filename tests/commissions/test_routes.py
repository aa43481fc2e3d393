"""Commission rules at the console."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import commissions
from app.kit.transaction import transaction
from tests.builders.console import staff_headers
from tests.builders.ledger import AT
from tests.conftest import TestBrand

PATH = "/api/console/commission-rules"
RULE = {"name": "联动返利", "terminal_fen": 10, "dealer_fen": 5}


def test_a_rule_is_made_and_listed(brand: TestBrand, client: FlaskClient) -> None:
    headers = staff_headers(brand)
    made = client.post(PATH, json=RULE, headers=headers)
    assert made.status_code == 201
    assert made.get_json() == {**RULE, "id": made.get_json()["id"], "version": 1}
    assert client.get(PATH, headers=headers).get_json()["items"] == [made.get_json()]


def test_the_same_name_again_is_the_next_version_and_the_old_one_stays(
    brand: TestBrand, client: FlaskClient
) -> None:
    headers = staff_headers(brand)
    for fen in (10, 20):
        client.post(PATH, json=RULE | {"terminal_fen": fen}, headers=headers)
    listed = client.get(PATH, headers=headers).get_json()["items"]
    assert [(rule["version"], rule["terminal_fen"]) for rule in listed] == [(2, 20), (1, 10)]


def test_a_new_rule_is_in_the_audit_log(brand: TestBrand, client: FlaskClient) -> None:
    made = client.post(PATH, json=RULE, headers=staff_headers(brand, "brand_admin")).get_json()
    with transaction(brand.id) as session:
        query = text(
            "SELECT subject FROM identity_audit WHERE brand_id = :b AND action = 'commissions.rule_added'"
        )
        assert session.execute(query, {"b": brand.id}).scalars().all() == [f"commission_rule:{made['id']}"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"terminal_fen": -1},
        {"terminal_fen": 100_001},
        {"dealer_fen": 1.5},
        {"dealer_fen": "5"},
        {"name": ""},
        {"name": "a\0"},
        {"name": "x" * 61},
        {"version": 3},
    ],
)
def test_a_rule_that_does_not_fit_is_refused(brand: TestBrand, client: FlaskClient, wrong: dict) -> None:
    assert client.post(PATH, json=RULE | wrong, headers=staff_headers(brand)).status_code == 422


def test_strangers_stay_out_and_an_auditor_only_reads(
    brand: TestBrand, other_brand: TestBrand, client: FlaskClient
) -> None:
    for headers, read, write in (
        ({}, 401, 401),
        (staff_headers(other_brand), 401, 401),
        (staff_headers(brand, ""), 401, 401),
        (staff_headers(brand, "auditor"), 200, 403),
    ):
        assert client.get(PATH, headers=headers).status_code == read
        assert client.post(PATH, json=RULE, headers=headers).status_code == write


def test_rules_are_never_changed(session: Session) -> None:
    commissions.add_rule(session, **RULE, at=AT)
    for change in ("UPDATE commissions_rule SET terminal_fen = 9", "DELETE FROM commissions_rule"):
        with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
            session.execute(text(f"{change} WHERE brand_id = :b"), {"b": session.info["brand_id"]})


Opener = Callable[[], AbstractContextManager[Session]]


def test_rules_are_remembered_by_id(brand: TestBrand, other_brand: TestBrand, committed: Opener) -> None:
    with committed() as session:
        row = commissions.add_rule(session, **RULE, at=AT)
    with transaction(other_brand.id) as session:
        assert commissions.rules_by_id(session, other_brand.id) == {}
    with committed() as session:
        known = commissions.rules_by_id(session, brand.id)
    assert known == {row.id: commissions.Rule(row.id, "联动返利", 1, 10, 5)}
