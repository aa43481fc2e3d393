"""A consumer with a phone: from the code under the cap to the money in WeChat."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.stage import Stage
from tests.browser.steps import open_prize, packet, pick, press_until

pytestmark = pytest.mark.xdist_group("browser")


def test_a_scan_pays_and_the_money_arrives_in_wechat(stage: Stage, new_page: NewPage) -> None:
    page = new_page(reduced_motion="no-preference")
    page.goto(stage.page(stage.new_unit()))
    expect(page.get_by_role("heading", name="正品，首次查询")).to_be_visible()
    page.get_by_role("button", name="拆开红包").click()
    page.get_by_role("link", name="阿芳").click()
    expect(packet(page, "won")).to_be_visible()
    expect(page.locator("#amount")).to_have_text("¥0.88")
    expect(page.get_by_text("售出门店：老王便利店")).to_be_visible()
    page.get_by_role("link", name="去钱包提现").click()
    expect(page.get_by_test_id("balance")).to_have_text("¥0.88")
    page.get_by_role("button", name="提现", exact=True).click()
    sheet = page.get_by_role("dialog", name="提现到微信零钱")
    expect(sheet.get_by_label("金额（元）")).to_have_value("0.88")
    sheet.get_by_role("button", name="提交提现").click()
    page.get_by_role("button", name="确认收款").click()
    page.get_by_role("dialog", name="微信收款").get_by_role("button", name="确认收款").click()
    expect(page.get_by_role("status").filter(has_text="¥0.88 已到账")).to_be_visible()
    expect(page.get_by_test_id("balance")).to_have_text("¥0.00")


def test_the_same_person_again_finds_the_prize_already_theirs(stage: Stage, new_page: NewPage) -> None:
    page, code = new_page(), stage.new_unit()
    open_prize(page, stage, code, "xiaoyu")
    page.goto(stage.page(code))
    expect(packet(page, "won")).to_contain_text("您已领取")
    expect(page.locator("#amount")).to_have_text("¥0.88")


def test_a_second_person_on_the_same_code_is_told_that_it_is_taken(stage: Stage, new_page: NewPage) -> None:
    """Once with the page opened before the first claim, once after."""
    second, code = new_page(), stage.new_unit()
    second.goto(stage.page(code))
    expect(second.get_by_role("heading", name="正品，首次查询")).to_be_visible()
    open_prize(new_page(), stage, code, "xiaoyu")
    second.get_by_role("button", name="拆开红包").click()
    pick(second, "dawei")
    expect(second.get_by_text("红包已被他人领取")).to_be_visible()
    second.goto(stage.page(code))
    expect(second.get_by_role("heading", name="红包已被他人领取")).to_be_visible()
    expect(second.get_by_role("button", name="拆开红包")).to_have_count(0)


def test_a_snapshot_visitor_is_asked_to_open_the_full_page(stage: Stage, new_page: NewPage) -> None:
    page = new_page()
    page.goto(stage.page(stage.new_unit()))
    page.get_by_role("button", name="拆开红包").click()
    pick(page, "kuaizhao")
    expect(packet(page, "refused")).to_contain_text("请完整打开页面")


def test_a_link_preview_counts_nothing_and_the_page_itself_counts_once(stage: Stage, new_page: NewPage) -> None:
    phone, code = new_page(), stage.new_unit(opened=False)
    before = stage.rows()
    for _ in range(2):
        assert phone.request.get(stage.page(code)).ok
    assert stage.rows() == before
    scanned = phone.request.post(f"{stage.url}/api/consumer/scans", data={"code": code}).json()
    assert (scanned["state"], scanned["times"]) == ("first", 1)
    grown = {name for name, count in stage.rows().items() if count != before[name]}
    assert grown == {"codes_query", "custody_sighting"}


def test_the_packet_opens_by_keyboard_alone(stage: Stage, new_page: NewPage) -> None:
    page = new_page()
    page.goto(stage.page(stage.new_unit()))
    expect(page.get_by_role("heading", name="正品，首次查询")).to_be_visible()
    press_until(page, "拆开红包")
    page.keyboard.press("Enter")
    press_until(page, "小雨")
    page.keyboard.press("Enter")
    expect(packet(page, "won")).to_be_visible()
    expect(page.locator("#slip")).to_be_focused()
    expect(page.locator("#live")).to_contain_text("恭喜获得 ¥0.88")
    press_until(page, "去钱包提现")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("balance")).to_contain_text("¥")
    press_until(page, "提现")
    page.keyboard.press("Enter")
    expect(page.locator(".sheet")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="取消")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("金额（元）")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="提现", exact=True)).to_be_focused()
