"""A dealer whose goods went astray: asked, found out, held to account by the workers, and let go again."""

from datetime import timedelta
from typing import Any

import pytest

from app.books.queries import prove
from app.kit import clock
from tests.builders.channel import bearer, someone_with, staff_headers
from tests.builders.codes import a_batch, texts_of
from tests.builders.consequences import today
from tests.builders.diversion import FAR, OWN, judge, scans
from tests.builders.scans import a_shelf

CONSOLE, DEALER = "/api/console/diversion-cases", "/api/dealer/diversion-cases"
Headers = dict[str, str]


class Town:
    """The brand's people, the dealer and its shop, and goods that the brand has not shipped yet."""

    def __init__(self, brand, client, worker, committed):
        self.brand, self.client, self.work, self.committed = brand, client, worker, committed
        at = clock.now() - timedelta(days=9)
        with committed() as session:
            self.shelf = a_shelf(session, units=96, counties=[OWN], at=at)
            self.waiting = texts_of(session, a_batch(session, level="case", count=2))
            far = range(self.shelf.units.lo + 24, self.shelf.units.lo + 96)
            scans(session, far, FAR, at=at + timedelta(days=1))
            self.operator, self.admin = staff_headers(session), staff_headers(session, "brand_admin")
            self.boss = bearer(session, someone_with(session, ("dealer", self.shelf.dealer.id)))
            self.owner = bearer(session, self.shelf.owner_id)

    def post(self, path, body, by: Headers, *, expect=201):
        answer = self.client.post(path, json=body, headers=by)
        assert answer.status_code == expect, (path, answer.get_data(as_text=True))
        return answer.get_json()

    def get(self, path, by: Headers):
        answer = self.client.get(path, headers=by)
        assert answer.status_code == 200, (path, answer.get_data(as_text=True))
        return answer.get_json()

    def follows(self, file_id: str, stage: str) -> str:
        body = {"stage": stage, "starts_on": today().isoformat(), "reason": "窜货属实"}
        made = self.post(f"{CONSOLE}/{file_id}/consequences", body, self.admin)
        self.work()
        return made["id"]

    def ends(self, file_id: str, consequence_id: str) -> None:
        path = f"{CONSOLE}/{file_id}/consequences/{consequence_id}/endings"
        assert self.post(path, {"reason": "整改完成"}, self.admin)["standing"] == "ended"
        self.work()

    def sells(self, unit: int) -> dict[str, tuple[str, int]]:
        """A consumer opens a unit's prize; outcome and amount of everybody, as staff read them."""
        with self.committed() as session:
            consumer = bearer(session, someone_with(session))
        code = self.shelf.code(self.brand.id, unit)
        won = self.post("/api/consumer/claims", {"code": code}, consumer, expect=200)
        assert won["wallet_fen"] == 88
        steps = self.get(f"/api/console/codes/{code}/explanation", self.operator)["steps"]
        named = ("消费者领奖", "门店返利", "经销商返利")
        return {who: _paid(step) for step in steps for who in named if step["text"].startswith(who)}

    def wallet(self) -> int:
        return self.get("/api/consumer/wallet", self.owner)["balance_fen"]

    def ship(self, number: str):
        body = {"kind": "shipped", "number": number, "dealer_id": str(self.shelf.dealer.id), "codes": self.waiting}
        return self.client.post("/api/console/custody/documents", json=body, headers=self.operator)

    def told_dealer(self, file_id: str) -> list[tuple[str, str, str]]:
        shown = self.get(f"{DEALER}/{file_id}", self.boss)["consequences"]
        return [(one["stage"], one["starts_on"], one["standing"]) for one in shown]


def _paid(step: dict[str, Any]) -> tuple[str, int]:
    return step["outcome"], step["amount_fen"]


@pytest.fixture
def town(brand, client, worker, committed) -> Town:
    return Town(brand, client, worker, committed)


def a_case_is_upheld_for_good(town) -> str:
    judge(town.brand.id)
    [file] = town.get(CONSOLE, town.operator)["items"]
    path, mine = f"{CONSOLE}/{file['id']}", f"{DEALER}/{file['id']}"
    for action, by in (("notify", town.operator), ("answer", town.boss), ("uphold", town.operator)):
        _moves(town, path, mine, action, by)
    _moves(town, path, mine, "appeal", town.boss)
    _moves(town, path, mine, "confirm", town.admin)
    assert town.get(path, town.operator)["state"] == "final"
    return file["id"]


def _moves(town, path, mine, action, by) -> None:
    if by is town.boss:
        town.post(f"{mine}/{action}", {"words": "二批商转卖"}, by, expect=200)
    else:
        town.post(f"{path}/decisions", {"action": action, "words": "核实"}, by, expect=200)


def the_dealers_rebates_wait_and_nobody_elses(town, file_id: str) -> None:
    everybody = {"消费者领奖": ("paid", 88), "门店返利": ("paid", 10), "经销商返利": ("paid", 5)}
    assert town.sells(0) == everybody
    suspended = town.follows(file_id, "suspend_rebates")
    assert town.told_dealer(file_id) == [("suspend_rebates", today().isoformat(), "in_force")]
    assert town.sells(1) == everybody | {"经销商返利": ("held", 5)}
    assert town.wallet() == 20
    why = town.get(f"/api/console/codes/{town.shelf.code(town.brand.id, 1)}/explanation", town.operator)
    assert any("暂停了这家经销商的返利" in step["text"] for step in why["steps"])
    town.ends(file_id, suspended)
    assert town.sells(2) == everybody
    mine = town.client.get("/api/dealer/exports/commissions.csv", headers=town.boss).get_data(as_text=True)
    assert (mine.count("已付"), mine.count("留存,")) == (2, 1)


def nothing_is_shipped_until_the_stop_ends(town, file_id: str) -> None:
    stopped = town.follows(file_id, "stop_supply")
    refused = town.ship("FH-2")
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "custody.supply_stopped")
    assert refused.json["error"]["details"] == {"since": today().isoformat()}
    town.ends(file_id, stopped)
    assert town.ship("FH-2").status_code == 201
    standing = [(stage, now) for stage, _, now in town.told_dealer(file_id)]
    assert standing == [("suspend_rebates", "ended"), ("stop_supply", "ended")]


def test_consequences_bite_and_end(town):
    file_id = a_case_is_upheld_for_good(town)
    the_dealers_rebates_wait_and_nobody_elses(town, file_id)
    nothing_is_shipped_until_the_stop_ends(town, file_id)
    town.work()
    with town.committed() as session:
        assert {name: wrong for name, wrong in prove(session).items() if wrong} == {}
