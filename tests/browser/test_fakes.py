"""A doubtful bottle: a shopper reports it with a photo; the brand sees it, answers, and changes states."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.kit import clock
from tests.browser.conftest import DESK, NewPage
from tests.browser.stage import Stage
from tests.browser.steps import enter_console
from tests.browser.test_access import violations

pytestmark = pytest.mark.xdist_group("browser")


def a_photo() -> dict:
    written = BytesIO()
    Image.new("RGB", (3000, 2000), (200, 40, 30)).save(written, "JPEG")
    return {"name": "cap.jpg", "mimeType": "image/jpeg", "buffer": written.getvalue()}


def test_a_code_that_never_left_is_reported_seen_and_answered(stage: Stage, new_page: NewPage) -> None:
    phone, code = new_page(), stage.goods["inactive"]
    phone.goto(stage.page(code))
    expect(phone.get_by_role("heading", name="此码尚未激活")).to_be_visible()
    report(phone)
    desk = new_page(viewport=DESK)
    enter_console(desk, stage)
    desk.get_by_role("link", name="防伪", exact=True).click()
    expect(desk.get_by_role("row").filter(has_text="从未导出")).to_be_visible()
    expect(desk.get_by_text("瓶盖颜色不对")).to_be_visible()
    assert violations(desk) == []
    desk.get_by_role("button", name="查看").first.click()
    drawer = desk.get_by_role("dialog", name="假货举报")
    expect(drawer.get_by_role("img", name="照片")).to_be_visible()
    expect(drawer).to_contain_text("13800138000")
    assert violations(desk) == []
    drawer.get_by_label("答复").fill("感谢，我们正在核查")
    drawer.get_by_role("button", name="答复", exact=True).click()
    expect(desk.get_by_role("row").filter(has_text="瓶盖颜色不对")).to_contain_text("已答复")


def report(phone: Page) -> None:
    phone.get_by_text("投诉与举报").click()
    phone.get_by_label("哪里不对").fill("瓶盖颜色不对")
    phone.get_by_label("联系方式").fill("13800138000")
    phone.get_by_label("照片").set_input_files(a_photo())
    phone.get_by_role("button", name="举报假货").click()
    expect(phone.get_by_text("已收到，谢谢您")).to_be_visible()


def test_staff_are_shown_the_wrong_lines_of_a_list_and_plan_what_is_right(stage: Stage, new_page: NewPage) -> None:
    desk = new_page(viewport=DESK)
    enter_console(desk, stage)
    desk.get_by_role("link", name="码状态").click()
    desk.get_by_role("button", name="改变状态").click()
    drawer = desk.get_by_role("dialog", name="改变状态")
    drawer.get_by_label("做什么").select_option("freeze")
    drawer.get_by_label("按什么").select_option("list")
    drawer.get_by_label("码或网址").fill(f"{stage.goods['inactive']}\nxyz")
    drawer.get_by_label("理由").fill("质量检查")
    drawer.get_by_label("什么时候").fill("2099-01-01T00:00")
    drawer.get_by_role("button", name="执行").click()
    expect(drawer.get_by_role("alert").first).to_contain_text("第 2 行")
    assert violations(desk) == []
    drawer.get_by_label("码或网址").fill(stage.goods["inactive"])
    drawer.get_by_label("什么时候").fill(f"{clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M}")
    drawer.get_by_role("button", name="执行").click()
    planned = desk.get_by_role("row").filter(has_text="质量检查")
    expect(planned).to_contain_text("待执行")
    assert violations(desk) == []
    planned.get_by_role("button", name="取消").click()
    expect(desk.get_by_role("row").filter(has_text="质量检查")).to_contain_text("已取消")


def test_a_withdrawal_waits_for_a_colleague(stage: Stage, new_page: NewPage) -> None:
    code, desk, colleague = stage.new_unit(), new_page(viewport=DESK), new_page(viewport=DESK)
    for page in (desk, colleague):
        enter_console(page, stage)
    desk.get_by_role("link", name="码状态").click()
    expect(desk.get_by_role("main")).to_contain_text("召回时先冻结")
    desk.get_by_role("button", name="改变状态").click()
    drawer = desk.get_by_role("dialog", name="改变状态")
    drawer.get_by_label("做什么").select_option("void")
    drawer.get_by_label("按什么").select_option("list")
    drawer.get_by_label("码或网址").fill(code)
    drawer.get_by_label("理由").fill("整批召回")
    drawer.get_by_role("button", name="申请: 作废").click()
    row = desk.get_by_role("row").filter(has_text="整批召回")
    expect(row).to_contain_text("待审核")
    agree(desk)
    expect(desk.get_by_role("dialog", name="审核").get_by_role("alert")).to_contain_text("由另一位同事审核")
    assert violations(desk) == []
    colleague.get_by_role("link", name="码状态").click()
    agree(colleague)
    expect(colleague.get_by_role("row").filter(has_text="整批召回")).to_contain_text("已执行")
    assert violations(colleague) == []
    phone = new_page()
    phone.goto(stage.page(code))
    expect(phone.get_by_role("heading", level=1)).to_contain_text("作废")


def test_an_activation_is_taken_back_by_a_list_whose_used_lines_are_named(stage: Stage, new_page: NewPage) -> None:
    used, unused, desk, phone = stage.new_unit(), stage.new_unit(), new_page(viewport=DESK), new_page()
    phone.goto(stage.page(used))
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    enter_console(desk, stage)
    desk.get_by_role("link", name="码状态").click()
    desk.get_by_role("button", name="撤销激活").click()
    drawer = desk.get_by_role("dialog", name="撤销激活")
    drawer.get_by_label("按什么").select_option("list")
    drawer.get_by_label("码或网址").fill(f"{unused}\n{used}")
    drawer.get_by_label("理由").fill("排产有变")
    drawer.get_by_role("button", name="撤销激活").click()
    expect(drawer.get_by_role("alert").filter(has_text="第 2 行")).to_contain_text("已被查询或领奖")
    assert violations(desk) == []
    drawer.get_by_label("码或网址").fill(unused)
    drawer.get_by_role("button", name="撤销激活").click()
    expect(desk.get_by_text("已撤销 1 个码")).to_be_visible()


def agree(desk: Page) -> None:
    desk.get_by_role("row").filter(has_text="整批召回").get_by_role("button", name="审核").click()
    form = desk.get_by_role("dialog", name="审核")
    form.get_by_label("结论").select_option(label="通过")
    form.get_by_role("button", name="保存").click()
