"""Sales enter the daily totals once, and the totals are proven."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg.errors import UniqueViolation
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import attribution
from app.attribution.jobs import count_sale
from app.kit.statement import change
from app.kit.transaction import transaction
from tests.builders.channel import bearer, someone_with
from tests.builders.ledger import in_parallel
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
LATE = datetime(2026, 11, 2, 15, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 2, 16, 0, tzinfo=UTC)


def a_sale(session: Session, source_id: str, *, terminal_id: int | None = 1, dealer_id=2, at=LATE) -> int:
    served = attribution.Attribution(terminal_id, dealer_id, "opened_case")
    sale_id, part = attribution.sale_change(
        served,
        brand_id=session.info["brand_id"],
        source="claim",
        source_id=source_id,
        person_id=9,
        evidence=json.dumps({"path": [1, 2]}),
        at=at,
    )
    change(session, part)
    return sale_id


def test_a_sale_is_written_once_with_its_rule_and_evidence(session: Session) -> None:
    a_sale(session, "1:1")
    with pytest.raises(UniqueViolation), session.begin_nested():
        a_sale(session, "1:1", dealer_id=3)
    sale = attribution.sale_of(session, source="claim", source_id="1:1")
    assert sale is not None
    assert (sale.dealer_id, sale.rule_version, sale.evidence) == (2, "serving-1", {"path": [1, 2]})
    assert attribution.sale_of(session, source="order", source_id="1:1") is None


def test_a_sale_is_counted_once_however_often_its_job_runs(
    app: Flask, brand: TestBrand, committed: Opener, at: datetime
) -> None:
    with committed() as session:
        sale_id = a_sale(session, "1:1")
    in_parallel(app, 6, lambda _: count_sale(brand_id=brand.id, sale_id=sale_id, at=at), threads=6)
    with committed() as session:
        assert attribution.count_sales(session) == 1
        assert attribution.check_invariants(session) == []


def test_sales_are_counted_on_the_business_day_of_their_instant(
    brand: TestBrand, committed: Opener, at: datetime
) -> None:
    with committed() as session:
        sales = [a_sale(session, "1:1", at=LATE), a_sale(session, "2:1", at=MIDNIGHT)]
        sales.append(a_sale(session, "3:1", terminal_id=None, at=MIDNIGHT))
    for sale_id in sales:
        count_sale(brand_id=brand.id, sale_id=sale_id, at=at)
    monday, tuesday = date(2026, 11, 2), date(2026, 11, 3)
    with committed() as session:
        assert [attribution.count_sales(session, day=day) for day in (monday, tuesday)] == [1, 2]
        assert attribution.sales_by_terminal(session, since=monday, until=tuesday) == {1: 2}
        assert attribution.sales_by_terminal(session, since=tuesday, until=tuesday) == {1: 1}


@pytest.mark.parametrize(
    "fault",
    [
        "UPDATE attribution_day_total SET sales = sales + 1 WHERE brand_id = :b AND party_kind = 'dealer'",
        "DELETE FROM attribution_day_total WHERE brand_id = :b",
        "UPDATE attribution_sale SET counted_at = NULL WHERE brand_id = :b",
    ],
)
def test_a_planted_fault_in_the_totals_is_found(
    brand: TestBrand, committed: Opener, at: datetime, fault: str
) -> None:
    with committed() as session:
        sale_id = a_sale(session, "1:1")
    count_sale(brand_id=brand.id, sale_id=sale_id, at=at)
    with committed() as session:
        session.execute(text(fault), {"b": brand.id})
        (found,) = attribution.check_invariants(session)
        assert "in the daily totals" in found


def test_a_dealer_sees_its_own_sales_alone(
    brand: TestBrand, other_brand: TestBrand, client: FlaskClient, committed: Opener
) -> None:
    with committed() as session:
        mine = [str(a_sale(session, f"{number}:1", dealer_id=2)) for number in range(3)]
        a_sale(session, "9:1", dealer_id=3)
        headers = bearer(session, someone_with(session, ("dealer", 2)))
        consumer = bearer(session, someone_with(session))
    with transaction(other_brand.id) as session:
        a_sale(session, "1:1", dealer_id=2)
    first = client.get("/api/dealer/sales?limit=2", headers=headers).get_json()
    rest = client.get(f"/api/dealer/sales?limit=2&cursor={first['next_cursor']}", headers=headers).get_json()
    assert [sale["id"] for sale in first["items"] + rest["items"]] == mine[::-1]
    assert rest["next_cursor"] is None
    assert client.get("/api/dealer/sales", headers=consumer).status_code == 403
