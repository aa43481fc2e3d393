"""A case file between the desk of the brand and the phone of the dealer."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, NewPage
from tests.browser.stage import Stage
from tests.browser.steps import enter_console, pick, press_until
from tests.browser.test_access import violations

pytestmark = pytest.mark.xdist_group("browser")


def decide(desk: Page, action: str, words: str) -> None:
    desk.get_by_role("button", name=action, exact=True).click()
    drawer = desk.get_by_role("dialog", name=action)
    assert violations(desk) == []
    drawer.get_by_label("理由（经销商可见）").fill(words)
    drawer.get_by_role("button", name="确认").click()
    expect(drawer).to_be_hidden()


def a_photo() -> dict:
    made = BytesIO()
    Image.new("RGB", (300, 200), (7, 120, 63)).save(made, "JPEG")
    return {"name": "delivery-note.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def test_a_diverted_pallet_is_notified_answered_with_a_photo_and_dismissed(
    stage: Stage, new_page: NewPage
) -> None:
    desk, phone = new_page(viewport=DESK), new_page()
    enter_console(desk, stage)
    notify(desk, "江海食品")
    answer(phone, stage)
    desk.reload()
    expect(desk.get_by_role("main")).to_contain_text("二批商转卖，附出库单")
    expect(desk.get_by_role("img", name="照片 1")).to_be_visible()
    decide(desk, "撤销", "出库单属实")
    expect(desk.get_by_role("main")).to_contain_text("已撤销")
    phone.reload()
    expect(phone.get_by_text("出库单属实")).to_be_visible()
    look_at_the_map(desk)
    inspect(desk, stage.goods["cases"][2])


def test_a_consequence_is_set_shown_to_the_dealer_and_ended_for_a_reason(stage: Stage, new_page: NewPage) -> None:
    desk, phone = new_page(viewport=DESK), new_page()
    enter_console(desk, stage)
    notify(desk, "湖滨商行")
    answer(phone, stage)
    desk.reload()
    decide(desk, "认定成立", "出库单与码不符")
    set_notice(desk)
    phone.reload()
    expect(phone.get_by_text("生效中")).to_be_visible()
    assert violations(phone) == []
    end_notice(desk)
    phone.reload()
    expect(phone.get_by_text("结束：整改完成")).to_be_visible()
    assert violations(phone) == []


def set_notice(desk: Page) -> None:
    desk.get_by_role("button", name="记录处理决定").click()
    drawer = desk.get_by_role("dialog", name="记录处理决定")
    drawer.get_by_label("处理").select_option(label="书面警示")
    drawer.get_by_label("理由").fill("窜货属实")
    drawer.get_by_role("button", name="保存").click()
    expect(drawer).to_be_hidden()


def end_notice(desk: Page) -> None:
    desk.get_by_role("button", name="结束处理 书面警示").click()
    drawer = desk.get_by_role("dialog", name="结束处理 · 书面警示")
    assert violations(desk) == []
    drawer.get_by_label("理由（经销商可见）").fill("整改完成")
    drawer.get_by_role("button", name="结束处理").click()
    expect(drawer).to_be_hidden()
    expect(desk.get_by_role("main")).to_contain_text("结束：整改完成")
    expect(desk.get_by_role("button", name="结束处理 书面警示")).to_have_count(0)


def notify(desk: Page, dealer: str) -> None:
    desk.get_by_role("link", name="窜货案件").click()
    row = desk.get_by_role("row").filter(has_text=dealer)
    expect(row).to_contain_text("疑似")
    assert violations(desk) == []
    row.get_by_role("link", name="查看").click()
    expect(desk.get_by_role("main")).to_contain_text("20 位消费者中 15 位在授权区及相邻区县之外")
    assert violations(desk) == []
    decide(desk, "通知经销商", "外地为何有这一垛的消费者？")
    expect(desk.get_by_role("main")).to_contain_text("已通知")


def answer(phone: Page, stage: Stage) -> None:
    phone.goto(f"{stage.url}/dealer")
    pick(phone, "liuzong")
    phone.get_by_role("link", name="窜货").click()
    expect(phone.get_by_text("待您申辩")).to_be_visible()
    assert violations(phone) == []
    phone.get_by_role("link").filter(has_text="待您申辩").click()
    expect(phone.get_by_text("外地为何有这一垛的消费者？")).to_be_visible()
    phone.get_by_label("添加照片").set_input_files(a_photo())
    expect(phone.get_by_role("img", name="照片 1")).to_be_visible()
    phone.get_by_label("您的说明").fill("二批商转卖，附出库单")
    assert violations(phone) == []
    phone.get_by_role("button", name="提交申辩").click()
    expect(phone.get_by_text("已申辩，等待品牌")).to_be_visible()


def look_at_the_map(desk: Page) -> None:
    desk.get_by_role("link", name="流向地图").click()
    expect(desk.locator("svg[role=img] path").first).to_be_visible()
    expect(desk.get_by_role("row").filter(has_text="西湖区").first).to_contain_text("15")
    assert violations(desk) == []
    press_until(desk, "杭州市 西湖区")
    desk.keyboard.press("Enter")
    expect(desk.locator("path.chosen")).to_have_count(1)


def inspect(desk: Page, code: str) -> None:
    desk.get_by_role("link", name="稽查扫码").click()
    desk.get_by_label("码（16 位）").fill(code)
    desk.get_by_role("button", name="稽查", exact=True).press("Enter")
    expect(desk.get_by_text("无法判断区域")).to_be_visible()
    expect(desk.get_by_role("button", name="稽查", exact=True)).to_be_enabled()
    assert violations(desk) == []
