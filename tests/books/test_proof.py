"""The books prove themselves, every night and on demand; stuck jobs end on a page."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.books import prove
from app.books.jobs import prove_books, tidy
from app.books.models import Proof
from app.books.queries import CHECKS
from app.kit import clock
from app.kit.idempotency import Answer, answer_once
from app.kit.ids import new_id
from app.kit.outbox import MAX_ATTEMPTS, JobRow
from app.kit.transaction import transaction
from tests.builders.channel import bearer
from tests.builders.console import staff_headers
from tests.builders.jobs import forget_jobs_of_tests
from tests.builders.scans import Shelf, a_shelf
from tests.conftest import TestBrand

Opener = Callable[[], AbstractContextManager[Session]]
CLAIM = """
INSERT INTO rewards_claim
  (brand_id, code_no, share_no, id, person_id, campaign_id, rank, amount_fen, rule_version, at)
VALUES (:b, 999999, 1, :id, 1, 1, 0, 5, 'planted', now())"""
COMMISSION = """
INSERT INTO commissions_commission
  (brand_id, id, source, source_id, role, amount_fen, outcome, reason, rule_version, evidence, at)
VALUES (:b, :id, 'claim', '999999:1', 'dealer', 5, 'paid', 'supplied_sale', 'planted', '{}', now())"""
SALE = "UPDATE attribution_day_total SET sales = sales + 1 WHERE brand_id = :b AND party_kind = 'dealer'"
FAULTS = {
    "ledger": "UPDATE ledger_account SET balance = balance + 1 WHERE brand_id = :b AND kind = 'wallet'",
    "rewards": CLAIM,
    "commissions": COMMISSION,
    "attribution": SALE,
    "codes": "UPDATE codes_counter SET next_code_no = 1 WHERE brand_id = :b",
    "campaigns": "UPDATE campaigns_tier SET count = 0 WHERE brand_id = :b",
}


@pytest.fixture
def shelf(brand: TestBrand, committed: Opener, client: FlaskClient, worker: Callable[[], int]) -> Shelf:
    """Three claimed units, one of them in a case that nobody opened."""
    with committed() as session:
        made = a_shelf(session)
        headers = bearer(session, made.consumer_id)
    for index in (0, 1, 24):
        body = {"code": made.code(brand.id, index)}
        assert client.post("/api/consumer/claims", json=body, headers=headers).status_code == 200
    worker()
    return made


def test_the_books_of_a_claimed_shelf_hold(shelf: Shelf, committed: Opener) -> None:
    with committed() as session:
        assert prove(session) == {name: [] for name, _ in CHECKS}


@pytest.mark.parametrize("package", FAULTS)
def test_a_planted_fault_is_found_by_its_package(shelf: Shelf, committed: Opener, package: str) -> None:
    with committed() as session:
        session.execute(text(FAULTS[package]), {"b": session.info["brand_id"], "id": new_id()})
        assert prove(session)[package]


def test_the_nightly_proof_is_kept(shelf: Shelf, brand: TestBrand, committed: Opener, at: datetime) -> None:
    prove_books(brand_id=brand.id, at=at)
    with committed() as session:
        (proof,) = session.scalars(select(Proof)).all()
        assert (proof.at, proof.holds, proof.findings) == (at, True, {})


def test_a_nightly_proof_that_fails_is_kept_with_its_findings_and_logged(
    shelf: Shelf, brand: TestBrand, committed: Opener, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    with committed() as session:
        session.execute(text(FAULTS["ledger"]), {"b": brand.id})
    prove_books(brand_id=brand.id, at=at)
    with committed() as session:
        (proof,) = session.scalars(select(Proof)).all()
        assert not proof.holds
        assert list(proof.findings) == ["ledger"]
    assert "the books do not hold" in caplog.text


def test_proofs_are_shown_at_the_console(
    shelf: Shelf, brand: TestBrand, other_brand: TestBrand, client: FlaskClient, at: datetime
) -> None:
    for brand_id in (brand.id, other_brand.id):
        prove_books(brand_id=brand_id, at=at)
    (shown,) = client.get("/api/console/proofs", headers=staff_headers(brand, "auditor")).get_json()["items"]
    assert (shown["holds"], shown["findings"]) == (True, {})


def test_the_command_says_which_package_is_wrong(
    app: Flask, shelf: Shelf, brand: TestBrand, committed: Opener
) -> None:
    with committed() as session:
        session.execute(text(FAULTS["ledger"]), {"b": brand.id})
    result = app.test_cli_runner().invoke(args=["prove"])
    assert result.exit_code == 1
    slug = brand.host.removesuffix(".test")
    lines = [line for line in result.output.splitlines() if line.startswith(f"{slug} ")]
    assert [line.split(" ")[1] for line in lines] == [f"{name}:" for name, _ in CHECKS]
    assert "balance" in lines[0]
    assert all(line.endswith(" ok") for line in lines[1:])
    with committed() as session:
        session.execute(text(FAULTS["ledger"].replace("+ 1", "- 1")), {"b": brand.id})


def test_answers_are_forgotten_when_their_keys_are_over(brand: TestBrand, committed: Opener, at: datetime) -> None:
    with committed() as session:
        answer_once(session, actor="a", key="key-00000001", asked=b"x", at=at, produce=dict)
    tidy(brand_id=brand.id, at=at + timedelta(days=8))
    with committed() as session:
        assert session.scalars(select(Answer)).all() == []


@pytest.fixture
def stuck(brand: TestBrand, committed: Opener) -> JobRow:
    forget_jobs_of_tests()
    with committed() as session:
        late = clock.now() + timedelta(days=99)
        row = JobRow(kind="test.never", args={}, cause=f"stuck:{new_id()}", run_at=late, attempts=MAX_ATTEMPTS)
        row.stuck_at, row.error = clock.now(), "ValueError()"
        session.add(row)
        session.add(JobRow(kind="test.never", args={}, cause=f"waiting:{new_id()}", run_at=late))
    return row


def test_stuck_jobs_are_listed_with_their_error_and_retried(
    brand: TestBrand, client: FlaskClient, committed: Opener, stuck: JobRow
) -> None:
    headers = staff_headers(brand)
    (shown,) = client.get("/api/console/jobs", headers=headers).get_json()["items"]
    assert (shown["id"], shown["error"], shown["attempts"]) == (str(stuck.id), "ValueError()", MAX_ATTEMPTS)
    waiting = client.get("/api/console/jobs?state=waiting", headers=headers).get_json()["items"]
    assert len(waiting) == 1
    path = f"/api/console/jobs/{stuck.id}/retry"
    assert client.post(path, headers=headers).status_code == 204
    assert client.post(path, headers=headers).status_code == 404
    with committed() as session:
        again = session.scalars(select(JobRow).where(JobRow.id == stuck.id)).one()
        assert (again.attempts, again.stuck_at) == (0, None)
        audited = text("SELECT subject FROM identity_audit WHERE brand_id = :b AND action = 'books.job_retried'")
        assert session.execute(audited, {"b": brand.id}).scalars().all() == [f"job:{stuck.id}"]


def test_strangers_stay_out_and_an_auditor_only_reads(
    brand: TestBrand, other_brand: TestBrand, client: FlaskClient, stuck: JobRow
) -> None:
    retry = f"/api/console/jobs/{stuck.id}/retry"
    for headers, read, write in (
        ({}, 401, 401),
        (staff_headers(other_brand), 401, 401),
        (staff_headers(brand, ""), 401, 401),
        (staff_headers(brand, "auditor"), 200, 403),
    ):
        assert client.get("/api/console/jobs", headers=headers).status_code == read
        assert client.get("/api/console/proofs", headers=headers).status_code == read
        assert client.post(retry, headers=headers).status_code == write


def test_jobs_of_another_brand_are_neither_seen_nor_retried(
    brand: TestBrand, other_brand: TestBrand, client: FlaskClient
) -> None:
    with transaction(other_brand.id) as session:
        row = JobRow(kind="test.never", args={}, cause=f"stuck:{new_id()}", run_at=clock.now())
        row.stuck_at = clock.now()
        session.add(row)
    headers = staff_headers(brand)
    assert client.get("/api/console/jobs", headers=headers).get_json()["items"] == []
    assert client.post(f"/api/console/jobs/{row.id}/retry", headers=headers).status_code == 404
