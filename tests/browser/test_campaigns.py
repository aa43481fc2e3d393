"""A campaign with conditions and a budget: tried, confirmed twice, watched, stopped and resumed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, NewPage
from tests.browser.furnish import PER_CASE
from tests.browser.stage import Stage
from tests.browser.steps import enter_console

pytestmark = pytest.mark.xdist_group("browser")
NAME = "周末夜场"


def test_a_campaign_is_tried_saved_watched_stopped_and_resumed(stage: Stage, new_page: NewPage) -> None:
    desk = new_page(viewport=DESK)
    enter_console(desk, stage)
    fill(desk)
    desk.get_by_role("button", name="试跑这个活动").click()
    told = desk.get_by_role("status").filter(has_text="试跑结果")
    expect(told).to_contain_text("预算首次不够")
    save(desk)
    watch(desk)


def fill(desk: Page) -> None:
    desk.get_by_role("link", name="活动", exact=True).click()
    desk.get_by_text("新建活动").click()
    desk.get_by_label("名称", exact=True).fill(NAME)
    batches = desk.get_by_label("码批次")
    batches.select_option(label=batches.get_by_text(re.compile(rf"× {PER_CASE}$")).first.inner_text())
    tier = desk.get_by_role("group", name="奖项 1")
    tier.get_by_label("奖项名称").fill("夜场红包")
    tier.get_by_label("金额（元）").fill("2")
    tier.get_by_label("个数").fill(str(PER_CASE))
    desk.get_by_text("周六").click()
    desk.get_by_text("周日").click()
    desk.get_by_label("从几点（0–23）").fill("18")
    desk.get_by_label("到几点（1–24）").fill("24")
    desk.get_by_role("button", name="添加预算").click()
    budget = desk.get_by_role("group", name="预算 1")
    budget.get_by_label("总额（元）").fill("10")


def save(desk: Page) -> None:
    """It ends before the shelf life and its budget is below its prizes: asked twice."""
    side = desk.get_by_role("complementary")
    side.get_by_role("button", name="保存并承诺").click()
    expect(side.get_by_role("alert")).to_contain_text("保质期")
    expect(side.get_by_role("alert")).to_contain_text("预算少于承诺的奖金")
    side.get_by_role("checkbox").check()
    side.get_by_label("再输入一次活动名称以确认").fill(NAME)
    side.get_by_role("button", name="保存并承诺").click()
    expect(desk.get_by_test_id("commitment")).to_have_text(re.compile(r"[0-9a-f]{64}"))


def watch(desk: Page) -> None:
    desk.get_by_role("link", name="活动", exact=True).click()
    desk.get_by_role("link", name=NAME).click()
    expect(desk.get_by_role("row").filter(has_text="夜场红包")).to_contain_text(str(PER_CASE))
    desk.get_by_role("button", name="增加预算").click()
    raised = desk.get_by_role("dialog", name=f"增加预算 {NAME}")
    raised.get_by_label("总额（元）").fill("100")
    raised.get_by_role("button", name="增加预算").click()
    expect(desk.get_by_role("row").filter(has_text="整个活动")).to_contain_text("100.00")
    desk.get_by_role("button", name="紧急停止").click()
    stop = desk.get_by_role("dialog", name=f"紧急停止 {NAME}")
    stop.get_by_label("活动名称").fill(NAME)
    stop.get_by_role("button", name="紧急停止").click()
    desk.get_by_role("button", name="恢复活动").click()
    again = desk.get_by_role("dialog", name=f"恢复活动 {NAME}")
    again.get_by_label("恢复的原因").fill("查清了")
    again.get_by_role("button", name="恢复活动").click()
    expect(desk.get_by_role("button", name="紧急停止")).to_be_visible()
