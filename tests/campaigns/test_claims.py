"""Exact counts over a whole batch, limits per human, and a draw that a stranger can check."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import campaigns, identity, ledger
from app.books import prove
from app.campaigns.actions import reveal
from app.campaigns.jobs import join_tallies
from app.campaigns.models import CampaignRow, Tally
from app.kit import clock
from app.kit.transaction import transaction
from app.rewards.models import Claim
from tests.builders.campaigns import verified
from tests.builders.channel import bearer, someone_with
from tests.builders.identity import a_platform_identity
from tests.builders.ledger import in_parallel
from tests.builders.scans import ENDS, STARTS, a_shelf
from tests.conftest import TestBrand, client_of

Opener = Callable[[], AbstractContextManager[Session]]
SMALL = (("一等奖", 100_000, 1), ("二等奖", 1_000, 5), ("红包", 88, 30))
PROMISED = {"一等奖": 1, "二等奖": 5, "红包": 30, None: 12}


@pytest.fixture
def headers(committed: Opener) -> Callable[[int], dict[str, str]]:
    def of(person_id: int) -> dict[str, str]:
        with committed() as session:
            return bearer(session, person_id)

    return of


def test_a_whole_batch_pays_exactly_what_was_promised_and_the_draw_can_be_checked(
    app: Flask, brand: TestBrand, committed: Opener, worker: Callable[[], int], tmp_path: Path
) -> None:
    with committed() as session:
        shelf = a_shelf(session, tiers=SMALL)
        token = bearer(session, shelf.consumer_id)

    def claim(index: int) -> str | None:
        body = {"code": shelf.code(brand.id, index)}
        answer = client_of(app, brand).post("/api/consumer/claims", json=body, headers=token)
        assert answer.status_code == 200, answer.text
        return answer.get_json()["prize"]["tier"]

    drawn = in_parallel(app, 48, claim, threads=4)
    assert Counter(drawn) == PROMISED
    worker()
    with committed() as session:
        assert ledger.wallet_balance(session, shelf.consumer_id) == 100_000 + 5 * 1_000 + 30 * 88
        assert not any(prove(session).values())
        campaigns.stop_campaign(session, shelf.campaign_id, at=clock.now())
    with committed() as session:
        revealed = reveal(session, shelf.campaign_id, at=clock.now())
        rows = session.scalars(select(Claim).where(Claim.brand_id == brand.id)).all()
        claims = [[row.code_no - revealed["first_no"], row.tier_name] for row in rows]
    assert sorted(claims) == [[index, tier] for index, tier in enumerate(drawn)]
    said = verified(tmp_path, revealed, claims)
    assert (said.returncode, said.stdout.strip()) == (0, f"ok {revealed['commitment']}")
    claims[0][1], other = "一等奖" if claims[0][1] != "一等奖" else "红包", claims[0][1]
    said = verified(tmp_path, revealed, claims)
    assert (said.returncode, f"drew {other} but was given {claims[0][1]}" in said.stdout) == (1, True)


@pytest.mark.parametrize("window", ["not_started", "ended", "stopped"])
def test_outside_its_window_a_campaign_pays_nobody(
    brand: TestBrand, committed: Opener, client: FlaskClient, headers: Callable, window: str
) -> None:
    with committed() as session:
        times = {"not_started": {"starts_at": ENDS.replace(year=2098)}}.get(window, {})
        shelf = a_shelf(session, **times)
        if window == "stopped":
            campaigns.stop_campaign(session, shelf.campaign_id, at=clock.now())
        if window == "ended":
            session.execute(update(CampaignRow).values(ends_at=STARTS.replace(day=2)))
    answer = client.post(
        "/api/consumer/claims", json={"code": shelf.code(brand.id)}, headers=headers(shelf.consumer_id)
    )
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, f"campaigns.{window}")
    with committed() as session:
        assert ledger.wallet_balance(session, shelf.consumer_id) == 0


def sign_in(brand: TestBrand, openid: str, unionid: str | None = None) -> int:
    known = a_platform_identity(openid=openid, unionid=unionid)
    with transaction(brand.id) as session:
        return identity.sign_in(session, identity=known, at=clock.now()).id


def test_one_human_with_two_accounts_wins_no_more_than_the_limit(
    brand: TestBrand, committed: Opener, client: FlaskClient, headers: Callable, worker: Callable[[], int]
) -> None:
    with committed() as session:
        shelf = a_shelf(session, per_person_limit=2, per_person_day_limit=2)

    def claim(index: int, person_id: int) -> int:
        body = {"code": shelf.code(brand.id, index)}
        return client.post("/api/consumer/claims", json=body, headers=headers(person_id)).status_code

    one, other = sign_in(brand, f"o1-{brand.id}"), sign_in(brand, f"o2-{brand.id}")
    assert (claim(0, one), claim(1, other)) == (200, 200)
    sign_in(brand, f"o1-{brand.id}", unionid="u1")
    survivor = sign_in(brand, f"o2-{brand.id}", unionid="u1")
    assert survivor == one
    worker()
    assert claim(2, survivor) == 409
    assert (claim(0, survivor), claim(1, survivor)) == (200, 200), "what was won is repeated, not won again"
    with committed() as session:
        assert ledger.wallet_balance(session, survivor) == 176
        assert ledger.wallet_balance(session, other) == 0
        assert not any(prove(session).values())


def test_joining_the_tallies_of_a_merge_again_adds_nothing(
    brand: TestBrand, committed: Opener, client: FlaskClient, headers: Callable
) -> None:
    with committed() as session:
        shelf = a_shelf(session, per_person_limit=9, per_person_day_limit=9)
        other = someone_with(session)
    for index, person in enumerate((shelf.consumer_id, other, other)):
        body = {"code": shelf.code(brand.id, index)}
        assert client.post("/api/consumer/claims", json=body, headers=headers(person)).status_code == 200
    for _ in range(3):
        join_tallies(brand_id=brand.id, person_id=other, survivor_id=shelf.consumer_id)
    with committed() as session:
        tallies = session.execute(select(Tally.person_id, Tally.times)).all()
        assert tallies == [(shelf.consumer_id, 3)] * 2


def test_of_many_claims_at_once_no_more_than_the_limit_win(
    app: Flask, brand: TestBrand, committed: Opener
) -> None:
    with committed() as session:
        shelf = a_shelf(session, per_person_limit=3)
        token = bearer(session, shelf.consumer_id)

    def claim(index: int) -> int:
        body = {"code": shelf.code(brand.id, index)}
        return client_of(app, brand).post("/api/consumer/claims", json=body, headers=token).status_code

    assert Counter(in_parallel(app, 12, claim, threads=12)) == {200: 3, 409: 9}
    with committed() as session:
        assert ledger.wallet_balance(session, shelf.consumer_id) == 3 * 88
