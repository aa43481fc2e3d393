"""Sixteen hands on one code, and the one text that says who was paid and why."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import codes, custody, ledger
from app.books import prove
from app.kit import clock
from tests.builders.channel import a_dealer, a_terminal, an_owner, bearer, someone_with
from tests.builders.codes import an_active_batch, texts_of, void
from tests.builders.consequences import SUSPEND, is_ended, is_set, tomorrow
from tests.builders.console import staff_headers
from tests.builders.ledger import in_parallel
from tests.builders.scans import Shelf, a_shelf
from tests.conftest import TestBrand, client_of

Opener = Callable[[], AbstractContextManager[Session]]
Explain = Callable[..., dict]
SHOP, DEALER = "门店返利", "经销商返利"


@pytest.fixture
def shelf(brand: TestBrand, committed: Opener) -> Shelf:
    with committed() as session:
        return a_shelf(session)


@pytest.fixture
def explain(brand: TestBrand, client: FlaskClient) -> Explain:
    """The explanation of a code at the console."""
    headers = staff_headers(brand, "auditor")

    def ask(code: str, language="zh") -> dict:
        given = headers | {"Accept-Language": language}
        response = client.get(f"/api/console/codes/{code}/explanation", headers=given)
        assert response.status_code == 200, response.text
        return response.get_json()

    return ask


def claim(brand: TestBrand, committed: Opener, client: FlaskClient, shelf: Shelf, index=0) -> None:
    with committed() as session:
        headers = bearer(session, shelf.consumer_id)
    body = {"code": shelf.code(brand.id, index)}
    assert client.post("/api/consumer/claims", json=body, headers=headers).status_code == 200


def texts(told: dict) -> list[str]:
    return [step["text"] for step in told["steps"]]


def payments(told: dict) -> dict[str, tuple[str, int | None]]:
    """Outcome and amount of each party, by the first word of its step."""
    named = {"消费者领奖", SHOP, DEALER}
    steps = [(step["text"].replace(":", " ").split()[0], step) for step in told["steps"]]
    return {name: (step["outcome"], step["amount_fen"]) for name, step in steps if name in named}


def test_of_sixteen_people_who_claim_one_code_at_once_one_wins(
    app: Flask, brand: TestBrand, shelf: Shelf, committed: Opener, worker: Callable[[], int]
) -> None:
    with committed() as session:
        people = [someone_with(session) for _ in range(16)]
        headers = [bearer(session, person) for person in people]
    body = {"code": shelf.code(brand.id)}

    def claim_as(number: int) -> tuple[int, str]:
        answer = client_of(app, brand).post("/api/consumer/claims", json=body, headers=headers[number])
        return answer.status_code, answer.get_json().get("error", {}).get("code", "")

    assert Counter(in_parallel(app, 16, claim_as)) == {(200, ""): 1, (409, "rewards.already_claimed"): 15}
    worker()
    with committed() as session:
        assert sum(ledger.wallet_balance(session, person) for person in people) == 88
        assert ledger.wallet_balance(session, shelf.owner_id) == 10
        assert not any(prove(session).values())


def test_one_person_who_taps_sixteen_times_is_paid_once(
    app: Flask, brand: TestBrand, shelf: Shelf, committed: Opener
) -> None:
    with committed() as session:
        headers = bearer(session, shelf.consumer_id)
    body = {"code": shelf.code(brand.id)}

    def tap(_: int) -> tuple[int, bool]:
        answer = client_of(app, brand).post("/api/consumer/claims", json=body, headers=headers)
        return answer.status_code, answer.get_json()["repeated"]

    assert Counter(in_parallel(app, 16, tap)) == {(200, False): 1, (200, True): 15}
    with committed() as session:
        assert ledger.wallet_balance(session, shelf.consumer_id) == 88


def test_a_paid_code_tells_its_whole_story_with_rules_and_amounts(
    brand: TestBrand, shelf: Shelf, committed: Opener, client: FlaskClient, explain: Explain
) -> None:
    code = shelf.code(brand.id)
    client.post("/api/consumer/scans", json={"code": code})
    claim(brand, committed, client, shelf)
    told = explain(code)
    assert (told["code"], told["level"], told["state"]) == (code, "unit", "active")
    assert [place["level"] for place in told["path"]] == ["unit", "case"]
    assert told["path"][1]["holder"] == shelf.dealer.name
    expected = [
        f"码在批次 {shelf.units.number} 中生成",
        "码已激活",
        f"品牌发货给经销商「{shelf.dealer.name}」",
        f"门店「{shelf.terminal.name}」扫码开箱",
        "首次查询; 至今共查询 1 次",
        "消费者领奖: 畅饮红包, ¥0.88",
        "销售归属: 由扫码开箱的门店售出",
        "门店返利 ¥0.10: 顾客扫了本店开箱的商品",
        "经销商返利 ¥0.05: 顾客扫了本经销商供货的商品",
    ]
    assert texts(told) == expected
    assert payments(told) == {"消费者领奖": ("paid", 88), SHOP: ("paid", 10), DEALER: ("paid", 5)}
    rules = [step["rule"] for step in told["steps"] if step["rule"]]
    assert rules == ["campaign-1", "serving-1", "linked-2/联动返利 v1", "linked-2/联动返利 v1"]


def test_the_story_of_a_unit_of_an_unopened_case_says_why_shop_and_dealer_got_nothing(
    brand: TestBrand, shelf: Shelf, committed: Opener, client: FlaskClient, explain: Explain
) -> None:
    claim(brand, committed, client, shelf, index=24)
    told = explain(shelf.code(brand.id, 24))
    assert payments(told) == {"消费者领奖": ("paid", 88), SHOP: ("refused", 0), DEALER: ("refused", 0)}
    why = "这件商品所在的箱子还没有门店扫码开箱"
    assert texts(told)[-3:] == [
        "销售归属: 箱子未开箱, 归属收货的经销商",
        f"门店返利 ¥0.00: {why}",
        f"经销商返利 ¥0.00: {why}",
    ]


def test_the_story_of_a_foreign_opening_says_that_both_rewards_wait(
    brand: TestBrand, shelf: Shelf, committed: Opener, client: FlaskClient, explain: Explain
) -> None:
    with committed() as session:
        stranger = a_terminal(session, dealer=a_dealer(session), name="远方小店")
        owner = an_owner(session, stranger)
        opened = {"code_no": shelf.cases.lo + 1, "terminal_id": stranger.id, "person_id": owner}
        assert custody.open_case(session, **opened, at=clock.now()).foreign_opening
    claim(brand, committed, client, shelf, index=30)
    told = explain(shelf.code(brand.id, 30))
    assert payments(told) == {"消费者领奖": ("paid", 88), SHOP: ("held", 10), DEALER: ("held", 5)}
    assert "门店「远方小店」扫码开箱" in texts(told)
    assert "开箱门店不属于收货经销商, 等待品牌确认" in texts(told)
    with committed() as session:
        assert ledger.wallet_balance(session, owner) == 0
        assert not any(prove(session).values())


def test_the_story_of_a_suspended_dealer_says_why_its_share_waits_and_nobody_elses(
    brand: TestBrand, shelf: Shelf, committed: Opener, client: FlaskClient, explain: Explain
) -> None:
    is_set(brand.id, shelf.dealer.id, SUSPEND, starts_on=tomorrow(), number=1)
    claim(brand, committed, client, shelf, index=0)
    is_set(brand.id, shelf.dealer.id, SUSPEND, number=2)
    claim(brand, committed, client, shelf, index=1)
    is_ended(brand.id, shelf.dealer.id, SUSPEND, number=2)
    claim(brand, committed, client, shelf, index=2)

    paid = {"消费者领奖": ("paid", 88), SHOP: ("paid", 10), DEALER: ("paid", 5)}
    told = [explain(shelf.code(brand.id, index)) for index in range(3)]
    assert [payments(one) for one in told] == [paid, paid | {DEALER: ("held", 5)}, paid]
    assert "经销商返利 ¥0.05: 品牌因窜货处理暂停了这家经销商的返利, 款项留存" in texts(told[1])
    assert any("suspended this dealer's rebates" in one for one in texts(explain(shelf.code(brand.id, 1), "en")))
    with committed() as session:
        assert ledger.wallet_balance(session, shelf.owner_id) == 30
        assert not any(prove(session).values())


def test_an_unclaimed_code_says_that_nobody_was_paid(brand: TestBrand, shelf: Shelf, explain: Explain) -> None:
    told = explain(shelf.code(brand.id))
    assert texts(told)[-1] == "还没有人领奖, 因此没有任何一方入账"
    assert payments(told) == {}


def test_a_unit_without_a_case_says_so(brand: TestBrand, committed: Opener, explain: Explain) -> None:
    with committed() as session:
        batch = an_active_batch(session, count=1)
        (code,) = texts_of(session, batch)
    assert "这件商品没有关联箱码" in texts(explain(code))


def test_a_frozen_and_a_withdrawn_code_tell_the_reason(
    brand: TestBrand, shelf: Shelf, committed: Opener, explain: Explain
) -> None:
    with committed() as session:
        lo = shelf.units.lo
        codes.states.freeze(session, lo=lo, hi=lo + 2, reason="抽检", by=1, at=clock.now())
        void(session, lo=lo + 1, hi=lo + 2, reason="召回", by=1, at=clock.now())
    assert "被冻结: 抽检" in texts(explain(shelf.code(brand.id)))
    told = explain(shelf.code(brand.id, 1))
    assert {"被冻结: 抽检", "已作废: 召回"} <= set(texts(told))
    assert told["state"] == "void"


def test_the_story_is_told_in_english_too(
    brand: TestBrand, shelf: Shelf, committed: Opener, client: FlaskClient, explain: Explain
) -> None:
    claim(brand, committed, client, shelf)
    told = explain(shelf.code(brand.id), language="en")
    assert "Shop ¥0.10: A customer scanned a unit of a case this shop opened" in texts(told)
    for text in texts(told):
        named = text.replace(shelf.dealer.name, "").replace(shelf.terminal.name, "").replace("畅饮红包", "")
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in named), text


@pytest.mark.parametrize("index", [0, 1])
def test_the_owner_and_the_brand_read_the_same_text(
    brand: TestBrand, shelf: Shelf, committed: Opener, client: FlaskClient, explain: Explain, index: int
) -> None:
    claim(brand, committed, client, shelf)
    with committed() as session:
        headers = bearer(session, shelf.owner_id)
    code = shelf.code(brand.id, index)
    own = client.get(f"/api/terminal/codes/{code}/explanation", headers=headers)
    assert own.get_json() == explain(code)
