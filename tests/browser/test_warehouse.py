"""A dealer's warehouse: goods are scanned with a PDA, in a cellar without a network."""

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.stage import Stage
from tests.browser.steps import pick
from tests.browser.test_access import violations

pytestmark = pytest.mark.xdist_group("browser")
DOCUMENTS = "SELECT number, codes, kind FROM custody_shipment WHERE kind <> 'shipped' ORDER BY id"
MOVED = """
SELECT m.kind, m.hi - m.lo FROM custody_movement m JOIN custody_shipment s ON s.id = m.shipment_id
WHERE s.kind <> 'shipped' ORDER BY m.id"""


def enter_warehouse(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/warehouse")
    page.get_by_role("button", name="微信登录").click()
    pick(page, "chenjie")
    expect(page.get_by_role("heading", name="开单")).to_be_visible()


def begin(page: Page, kind: str, partner: str, name: str) -> None:
    page.get_by_text(kind, exact=True).click()
    page.get_by_label(partner).select_option(label=name)
    page.get_by_role("button", name="开始扫码").click()


def fire(page: Page, code: str, end: str = "Enter") -> None:
    """As a PDA does: all letters in one burst, and a key that ends them."""
    page.keyboard.type(code)
    page.keyboard.press(end)


def rows(stage: Stage, statement: str) -> list[tuple]:
    with psycopg.connect(stage.database_url.replace("+psycopg", "")) as connection:
        return connection.execute(statement).fetchall()


def scan_two(page: Page, first: str, second: str) -> None:
    """One with a network, twice; another one without."""
    verdict = page.locator(".verdict")
    fire(page, f"HTTP://X/S/{first}")
    expect(verdict).to_contain_text("内含 24")
    fire(page, first)
    expect(verdict).to_contain_text("重复")
    expect(verdict.locator("strong")).to_have_text("1")
    page.context.set_offline(True)
    fire(page, second, end="Tab")
    expect(verdict).to_contain_text("离线，未核对")


def test_what_is_scanned_offline_arrives_once_whatever_happens_to_the_page(
    stage: Stage, new_page: NewPage
) -> None:
    page = new_page()
    enter_warehouse(page, stage)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    begin(page, "铺货", "铺到门店", "老王便利店")
    scan_two(page, *stage.goods["cases"][2:4])
    page.get_by_role("button", name="提交 2 码").click()
    expect(page.get_by_text("待上传 1")).to_be_visible()
    page.reload()
    expect(page.get_by_text("待上传 1")).to_be_visible()
    assert rows(stage, DOCUMENTS) == []

    page.context.set_offline(False)
    expect(page.get_by_text("全部已上传")).to_be_visible()
    page.reload()
    expect(page.get_by_text("全部已上传")).to_be_visible()
    ((number, codes, kind),) = rows(stage, DOCUMENTS)
    assert (codes, kind, rows(stage, MOVED)) == (2, "delivered", [("delivered", 2)])
    expect(page.locator("[data-state=done]")).to_contain_text(number)
    assert violations(page) == []
    page.get_by_role("button", name="撤销此单").click()
    expect(page.get_by_text("已撤销")).to_be_visible()
    assert [kind for *_, kind in rows(stage, DOCUMENTS)] == ["delivered", "reversed"]


def test_a_batch_in_hand_outlives_the_page_and_the_refused_codes_are_named(
    stage: Stage, new_page: NewPage
) -> None:
    page = new_page()
    enter_warehouse(page, stage)
    begin(page, "调拨", "发给经销商", "品牌直营")
    fire(page, "K" * 16)
    expect(page.locator(".verdict")).to_contain_text("不是本品牌的码")
    fire(page, stage.goods["inactive"])
    expect(page.locator(".verdict")).to_contain_text("不在发货方名下")
    assert violations(page) == []
    page.reload()
    expect(page.locator(".verdict strong")).to_have_text("1")
    page.get_by_role("button", name="提交 1 码").click()
    expect(page.locator("[data-state=refused]")).to_contain_text("不在发货方名下")
    page.get_by_role("button", name="修改后重交").click()
    page.get_by_role("button", name="撤销上一个").click()
    expect(page.locator(".verdict strong")).to_have_text("0")
    page.get_by_role("button", name="放弃本单").click()
    expect(page.get_by_role("heading", name="开单")).to_be_visible()
