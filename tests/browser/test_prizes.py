"""再来一瓶: won by a scan, shown to a shop, handed over, and seen by both sides, the wallet and the console."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, NewPage
from tests.browser.stage import Stage
from tests.browser.steps import enter_console, enter_workbench, open_prize, pick, press_until
from tests.browser.test_access import violations

EIGHT_DIGITS = re.compile(r"^\d{4} \d{4}$")
pytestmark = pytest.mark.xdist_group("browser")


def show_to_shop(page: Page, stage: Stage, who: str) -> str:
    """Win a bottle, and show it; the digits on the screen."""
    open_prize(page, stage, stage.new_bottle(), who)
    expect(page.locator("#tier")).to_have_text("再来一瓶")
    page.get_by_role("link", name="查看奖品").click()
    page.get_by_role("button", name="去门店领取").first.click()
    sheet = page.get_by_role("dialog", name="再来一瓶")
    expect(sheet.get_by_role("img", name="给店主扫的核销码")).to_be_visible()
    digits = sheet.get_by_test_id("digits")
    expect(digits).to_have_text(EIGHT_DIGITS)
    return digits.inner_text()


def hand_over(owner: Page, digits: str) -> None:
    """At the shop: type what the customer's phone shows, see what it is, confirm."""
    owner.get_by_role("link", name="核销").click()
    owner.get_by_label("或输入顾客报的 8 位数").fill(digits)
    owner.get_by_role("button", name="查看奖品").click()
    sheet = owner.get_by_role("dialog")
    for told in ("清泉饮用天然水", "不收钱", "¥3.00"):
        expect(sheet).to_contain_text(told)
    assert violations(owner) == []
    sheet.get_by_role("button", name="给货，确认核销").click()
    expect(owner.get_by_role("dialog", name="已核销")).to_be_visible()


def test_a_free_bottle_is_handed_over_and_both_sides_see_it(stage: Stage, new_page: NewPage) -> None:
    consumer, owner, desk = new_page(), new_page(permissions=["camera"]), new_page(viewport=DESK)
    digits = show_to_shop(consumer, stage, "dawei")
    assert violations(consumer) == []
    enter_workbench(owner, stage)
    hand_over(owner, digits)
    expect(consumer.get_by_role("status").filter(has_text="已在「老王便利店」领取")).to_be_visible()
    owner.get_by_role("button", name="完成").click()
    owner.get_by_role("link", name="核销记录").click()
    owner.get_by_role("button", name="再来一瓶").first.click()
    expect(owner.locator("ol.steps")).to_contain_text("货款 ¥2.50 记入店主钱包")
    assert violations(owner) == []
    owner.goto(f"{stage.url}/wallet")
    for told in ("核销奖品的货款", "+¥2.50", "+¥0.50"):
        expect(owner.get_by_text(told).first).to_be_visible()
    enter_console(desk, stage)
    desk.get_by_role("link", name="奖品与核销").click()
    desk.get_by_text("核销记录").click()
    expect(desk.get_by_role("row").filter(has_text="再来一瓶").first).to_contain_text("老王便利店")
    assert violations(desk) == []


def test_a_shop_that_refuses_is_reported_with_a_keyboard(stage: Stage, new_page: NewPage) -> None:
    page = new_page()
    show_to_shop(page, stage, "xiaoyu")
    press_until(page, "这家店不给兑？")
    page.keyboard.press("Enter")
    page.get_by_label("店名（可不填）").fill("街角小店")
    press_until(page, "告诉品牌")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="已告诉品牌")).to_be_visible()
    assert violations(page) == []


def test_the_cabinet_fits_a_small_phone_and_speaks_english(stage: Stage, new_page: NewPage) -> None:
    page = new_page(viewport={"width": 320, "height": 568}, locale="en-US")
    page.goto(stage.page(stage.new_bottle()))
    page.get_by_role("button", name="Open").first.click()
    page.locator("[data-user='dawei']").click()
    page.get_by_role("link", name="See the prize").click()
    page.get_by_role("button", name="Show it to a shop").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("New in")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_dealer_sees_what_goods_are_owed(stage: Stage, new_page: NewPage) -> None:
    page = new_page(viewport={"width": 320, "height": 568})
    page.goto(f"{stage.url}/dealer")
    pick(page, "chenjie")
    page.get_by_role("link", name="补货").click()
    expect(page.get_by_text("没有要补的货")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_staff_send_goods_home_by_file(stage: Stage, new_page: NewPage) -> None:
    desk = new_page(viewport=DESK)
    enter_console(desk, stage)
    desk.goto(f"{stage.url}/console#/prizes")
    desk.get_by_text("寄出", exact=True).click()
    with desk.expect_download() as listed:
        desk.get_by_role("button", name="下载待寄清单（含地址）").click()
    head = listed.value.path().read_text(encoding="utf-8-sig").strip()
    assert head.startswith("奖品编号,")
    filled = {"name": "list.csv", "mimeType": "text/csv", "buffer": f"{head}\r\nG1,,,,,,顺丰,SF0001".encode()}
    desk.get_by_label("填好的清单").set_input_files(filled)
    assert violations(desk) == []
    desk.get_by_role("button", name="上传，标记寄出").click()
    expect(desk.get_by_text("第 2 行：没有这个奖品")).to_be_visible()
