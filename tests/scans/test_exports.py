"""Operators take away what is their own, and nothing else."""

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import update

from app import custody
from app.channel.actions import accept_change, lock_terminal, propose_change
from app.channel.models import Terminal
from app.kit import clock, csv_text
from app.kit.transaction import transaction
from app.scans.queries import exports
from tests.builders.channel import a_dealer, a_terminal, an_owner, bearer, someone_with
from tests.builders.consequences import SUSPEND, is_set
from tests.builders.scans import Shelf, a_shelf

DEALER, TERMINAL = "/api/dealer/exports", "/api/terminal/exports"


@dataclass(frozen=True, slots=True)
class Market:
    """A shelf of which two units were sold; another dealer with a shop that opened a case of its own."""

    shelf: Shelf
    dealer: dict[str, str]
    owner: dict[str, str]
    clerk: dict[str, str]
    salesman: dict[str, str]
    other_dealer: dict[str, str]
    other_owner: dict[str, str]
    other_terminal_id: int
    other_dealer_id: int
    consumer: dict[str, str]


@pytest.fixture
def market(committed, client, brand) -> Market:
    with committed() as session:
        shelf = a_shelf(session, units=72)
        other = a_dealer(session, name="=别家(华南)")
        shop = a_terminal(session, dealer=other, name="@别家店")
        custody.ship(session, dealer_id=other.id, number="S2", code_nos=[shelf.cases.lo + 2], at=clock.now())
        owner_id = an_owner(session, shop)
        custody.open_case(
            session, code_no=shelf.cases.lo + 2, terminal_id=shop.id, person_id=owner_id, at=clock.now()
        )
        made = Market(
            shelf,
            dealer=bearer(session, someone_with(session, ("dealer", shelf.dealer.id))),
            owner=bearer(session, shelf.owner_id),
            clerk=bearer(session, an_owner(session, shelf.terminal, role="clerk")),
            salesman=bearer(session, someone_with(session, ("salesman", shelf.dealer.id))),
            other_dealer=bearer(session, someone_with(session, ("dealer", other.id))),
            other_owner=bearer(session, owner_id),
            other_terminal_id=shop.id,
            other_dealer_id=other.id,
            consumer=bearer(session, shelf.consumer_id),
        )
    for index in (0, 1, 50):
        body = {"code": shelf.code(brand.id, index)}
        assert client.post("/api/consumer/claims", json=body, headers=made.consumer).status_code == 200
    return made


def sheet(client, path, headers, **query) -> list[list[str]]:
    answer = client.get(path, headers=headers, query_string=query)
    assert answer.status_code == 200, answer.json
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return [row for _, row in csv_text.rows(csv_text.decode(answer.data))][1:]


def test_a_dealer_takes_its_own_shops_shipments_openings_and_figures(client, market, brand):
    shelf = market.shelf
    assert [row[0] for row in sheet(client, f"{DEALER}/terminals.csv", market.dealer)] == [shelf.terminal.name]
    assert [row[:2] for row in sheet(client, f"{DEALER}/shipments.csv", market.dealer)] == [["S1", "3"]]
    assert [row[:2] for row in sheet(client, f"{DEALER}/openings.csv", market.dealer)] == [
        [shelf.case_code(brand.id), shelf.terminal.name]
    ]
    paid = sheet(client, f"{DEALER}/commissions.csv", market.dealer)
    assert [(row[1], row[2], row[3]) for row in paid] == [
        (shelf.code(brand.id, index), "0.05", "已付") for index in (0, 1)
    ]
    sold = sheet(client, f"{DEALER}/sales.csv", market.dealer)
    assert [(row[1], row[2], row[3]) for row in sold] == [
        (shelf.code(brand.id, index), shelf.terminal.name, f"C{shelf.consumer_id}") for index in (0, 1)
    ]


def test_a_shop_takes_its_own_and_a_neighbour_sees_nothing_of_it(client, market, brand):
    shelf = market.shelf
    assert [row[2] for row in sheet(client, f"{TERMINAL}/commissions.csv", market.owner)] == ["0.10", "0.10"]
    assert [row[1] for row in sheet(client, f"{TERMINAL}/sales.csv", market.owner)] == [
        shelf.code(brand.id, 0),
        shelf.code(brand.id, 1),
    ]
    theirs = sheet(client, f"{TERMINAL}/sales.csv", market.other_owner)
    assert [row[1] for row in theirs] == [shelf.code(brand.id, 50)]
    assert [row[0] for row in sheet(client, f"{DEALER}/shipments.csv", market.other_dealer)] == ["S2"]


def test_a_suspended_dealer_finds_what_is_held_and_why_among_its_commissions(client, market, brand):
    is_set(brand.id, market.shelf.dealer.id, SUSPEND)
    body = {"code": market.shelf.code(brand.id, 2)}
    assert client.post("/api/consumer/claims", json=body, headers=market.consumer).status_code == 200
    held = sheet(client, f"{DEALER}/commissions.csv", market.dealer)[-1]
    assert held[1:4] == [market.shelf.code(brand.id, 2), "0.05", "留存"]
    assert "暂停了这家经销商的返利" in held[4]
    assert sheet(client, f"{TERMINAL}/commissions.csv", market.owner)[-1][2:4] == ["0.10", "已付"]


def test_no_cell_of_a_file_is_a_formula(client, market):
    (shop,) = sheet(client, f"{DEALER}/terminals.csv", market.other_dealer)
    (opening,) = sheet(client, f"{TERMINAL}/openings.csv", market.other_owner)
    assert shop[0] == opening[1] == "'@别家店"


def test_all_files_come_in_one_archive_with_their_columns_explained(client, market):
    answer = client.get(f"{DEALER}/all.zip", headers=market.dealer)
    assert answer.headers["Content-Disposition"].endswith('-all.zip"')
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == {
            "README.txt",
            *(f"{name}.csv" for name in ("terminals", "shipments", "openings", "commissions", "sales")),
        }
        readme = archive.read("README.txt").decode("utf-8-sig")
        for name in archive.namelist()[1:]:
            (header, *rows) = csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline=""))
            assert rows
            assert all(f"  {column}: " in readme for column in header)


def test_a_file_is_read_in_portions_without_loss_or_repetition(client, market, brand, monkeypatch):
    before = sheet(client, f"{DEALER}/sales.csv", market.dealer)
    shops = sheet(client, f"{TERMINAL}/sales.csv", market.owner)
    monkeypatch.setattr(exports, "PORTION", 1)
    assert sheet(client, f"{DEALER}/sales.csv", market.dealer) == before
    assert sheet(client, f"{TERMINAL}/sales.csv", market.owner) == shops


def test_days_bound_what_is_taken(client, market):
    today = clock.business_day(clock.now())
    long_ago = str(today - timedelta(days=200))
    assert sheet(client, f"{DEALER}/sales.csv", market.dealer, since=str(today), until=str(today))
    assert sheet(client, f"{DEALER}/sales.csv", market.dealer, since=long_ago, until=long_ago) == []
    for since, until in ((today, today - timedelta(days=1)), (today - timedelta(days=367), today)):
        query = {"since": str(since), "until": str(until)}
        answer = client.get(f"{DEALER}/sales.csv", headers=market.dealer, query_string=query)
        assert answer.status_code == 422


@pytest.mark.parametrize(
    ("path", "who", "expected"),
    [
        (f"{DEALER}/all.zip", "owner", (403, "identity.forbidden")),
        (f"{DEALER}/all.zip", "salesman", (403, "identity.forbidden")),
        (f"{TERMINAL}/all.zip", "clerk", (403, "identity.forbidden")),
        (f"{TERMINAL}/all.zip", "dealer", (403, "identity.forbidden")),
        (f"{DEALER}/people.csv", "dealer", (404, "kit.not_found")),
        (f"{TERMINAL}/shipments.csv", "owner", (404, "kit.not_found")),
        (f"{DEALER}/all.zip?of={{other_dealer_id}}", "dealer", (404, "channel.unknown_dealer")),
        (f"{TERMINAL}/all.zip?of={{other_terminal_id}}", "owner", (404, "channel.unknown_terminal")),
    ],
)
def test_what_is_not_theirs_is_not_given(client, market, path, who, expected):
    filled = path.format(other_dealer_id=market.other_dealer_id, other_terminal_id=market.other_terminal_id)
    answer = client.get(filled, headers=getattr(market, who))
    assert (answer.status_code, answer.json["error"]["code"]) == expected


def test_another_brands_dealer_is_a_stranger(client, market, other_brand):
    with transaction(other_brand.id) as session:
        headers = bearer(session, someone_with(session, ("dealer", a_dealer(session).id)))
    assert client.get(f"{DEALER}/all.zip", headers=headers).status_code == 401


def test_a_shop_that_moved_leaves_what_was_earned_with_its_former_dealer(client, market, committed):
    before = sheet(client, f"{DEALER}/openings.csv", market.dealer)
    at = clock.now()
    with committed() as session:
        change = propose_change(
            session,
            terminal=lock_terminal(session, market.shelf.terminal.id),
            kind="transfer",
            to_dealer_id=market.other_dealer_id,
            reason="换片区",
            effective_at=at,
            by=1,
            at=at,
        )
        accept_change(session, change, by=1, at=at)
    assert sheet(client, f"{DEALER}/openings.csv", market.dealer) == before
    assert sheet(client, f"{DEALER}/terminals.csv", market.dealer) == []
    assert len(sheet(client, f"{DEALER}/openings.csv", market.other_dealer)) == 1
    assert len(sheet(client, f"{DEALER}/commissions.csv", market.dealer)) == 2


def test_an_owner_of_a_closed_shop_takes_the_figures_along(client, market, committed):
    with committed() as session:
        session.execute(update(Terminal).where(Terminal.id == market.shelf.terminal.id).values(state="closed"))
    assert len(sheet(client, f"{TERMINAL}/commissions.csv", market.owner)) == 2


def test_exports_are_not_for_pumping(client, market):
    statuses = [client.get(f"{DEALER}/terminals.csv", headers=market.dealer).status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]
