"""Staff at a desk: from an order of codes to codes that pay."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, NewPage
from tests.browser.stage import Stage
from tests.browser.steps import enter_console

pytestmark = pytest.mark.xdist_group("browser")
MENU = ("概览", "商品", "码批次", "关联导入", "返利规则", "活动", "渠道", "发货", "码追溯", "审计日志", "滞留任务")
NUMBER = "B20261123"


def test_staff_mint_a_batch_promise_a_campaign_and_activate_it(stage: Stage, new_page: NewPage) -> None:
    desk = new_page(viewport=DESK)
    enter_console(desk, stage)
    for room in MENU:
        expect(desk.get_by_role("navigation").get_by_role("link", name=room, exact=True)).to_be_visible()
    mint(desk)
    promise(desk)
    desk.get_by_role("link", name="去激活这批码").click()
    desk.get_by_role("dialog", name=f"激活 {NUMBER}").get_by_role("button", name="激活").click()
    expect(desk.get_by_role("status")).to_contain_text("已激活 50 个码")
    expect(desk.get_by_role("row").filter(has_text=NUMBER)).to_contain_text("已激活")
    desk.get_by_role("link", name="审计日志").click()
    for action in ("codes.mint", "campaigns.created", "codes.activated"):
        expect(desk.get_by_role("main")).to_contain_text(action)


def mint(desk: Page) -> None:
    desk.get_by_role("link", name="码批次").click()
    desk.get_by_role("button", name="生成码批次").click()
    drawer = desk.get_by_role("dialog", name="生成码批次")
    drawer.get_by_label("批号").fill(NUMBER)
    drawer.get_by_label("商品").select_option(index=1)
    drawer.get_by_label("数量").fill("50")
    drawer.get_by_role("button", name="生成码批次").click()
    expect(desk.get_by_role("row").filter(has_text=NUMBER)).to_contain_text("已生成")


def promise(desk: Page) -> None:
    """One tier: 10 of the 50 codes win 1.88 yuan, and the shop is paid by the brand's everyday rule."""
    desk.get_by_role("link", name="活动", exact=True).click()
    desk.get_by_text("新建活动").click()
    desk.get_by_label("名称", exact=True).fill("开学季")
    desk.get_by_label("码批次").select_option(label=f"{NUMBER} × 50")
    tier = desk.get_by_role("group", name="奖项 1")
    tier.get_by_label("奖项名称").fill("开学红包")
    tier.get_by_label("金额（元）").fill("1.88")
    tier.get_by_label("个数").fill("10")
    tier.get_by_label("返利规则").select_option(label="日常联动 v1")
    budget = desk.get_by_role("complementary")
    expect(budget.get_by_test_id("total")).to_have_text("¥21.80")
    expect(budget).to_contain_text("中奖 10 / 50 个码，概率 20.00%")
    budget.get_by_role("button", name="保存并承诺").click()
    expect(desk.get_by_test_id("commitment")).to_have_text(re.compile(r"[0-9a-f]{64}"))
