"""Staff at a desk: from an order of codes to codes that pay."""

import re

import pyrage
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, NewPage
from tests.browser.stage import Stage
from tests.browser.steps import enter_console
from tests.browser.test_access import violations

pytestmark = pytest.mark.xdist_group("browser")
MENU = (
    "概览",
    "商品",
    "码规格",
    "码包",
    "码批次",
    "返利规则",
    "活动",
    "渠道",
    "发货",
    "码追溯",
    "审计日志",
    "滞留任务",
)
NUMBER = "B20261123"
BATCH = f"{NUMBER}-unit"


def test_staff_order_codes_promise_a_campaign_and_activate_them(stage: Stage, new_page: NewPage) -> None:
    desk, colleague = new_page(viewport=DESK), new_page(viewport=DESK)
    enter_console(desk, stage)
    for room in MENU:
        expect(desk.get_by_role("navigation").get_by_role("link", name=room, exact=True)).to_be_visible()
    order(desk)
    enter_console(colleague, stage)
    review(colleague)
    deliver(colleague)
    promise(desk)
    desk.get_by_role("link", name="去激活这批码").click()
    desk.get_by_role("dialog", name=f"激活 {BATCH}").get_by_role("button", name="激活").click()
    expect(desk.get_by_role("status")).to_contain_text("已激活 50 个码")
    row = desk.get_by_role("row").filter(has_text=BATCH)
    expect(row).to_contain_text("已激活")
    follow(desk, int(re.findall(r"\d+–(\d+)", row.inner_text())[0]))
    desk.get_by_role("link", name="审计日志").click()
    for action in (
        "codes.request_pack",
        "codes.review_pack",
        "codes.deliver",
        "campaigns.created",
        "codes.activated",
    ):
        expect(desk.get_by_role("main")).to_contain_text(action)


def follow(desk: Page, end: int) -> None:
    """From a code to its order; the number after the last of the goods is a canary's, and the page says so."""
    desk.get_by_role("link", name="码追溯").click()
    for number in (end - 1, end):
        desk.get_by_label("码、网址或码号").fill(str(number))
        desk.get_by_role("button", name="查", exact=True).click()
        expect(desk.locator("ol.steps")).to_contain_text("哨兵码" if number == end else "码已激活")
    expect(desk.get_by_text("这是哨兵码")).to_be_visible()
    assert violations(desk) == []
    desk.get_by_role("link", name=NUMBER, exact=True).click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text(NUMBER)


def order(desk: Page) -> None:
    """A spec of single items only, and an order of fifty of them."""
    desk.get_by_role("link", name="码规格", exact=True).click()
    desk.get_by_role("button", name="新建码规格").click()
    spec = desk.get_by_role("dialog", name="新建码规格")
    spec.get_by_label("名称", exact=True).first.fill("单瓶")
    spec.get_by_role("button", name="删除第 2 级").click()
    expect(spec.get_by_label("样码")).to_contain_text(re.compile(r"二维码 \d+×\d+"))
    spec.get_by_role("button", name="保存").click()
    expect(desk.get_by_role("row").filter(has_text="单瓶")).to_contain_text("使用中")
    desk.get_by_role("link", name="码包", exact=True).click()
    desk.get_by_role("button", name="申请码包").click()
    pack = desk.get_by_role("dialog", name="申请码包")
    pack.get_by_label("码规格").select_option(label="单瓶")
    pack.get_by_label("商品").select_option(index=1)
    pack.get_by_label("批号").fill(NUMBER)
    pack.get_by_label("最里一级的数量").fill("50")
    pack.get_by_role("button", name="申请码包").click()
    expect(desk.get_by_role("row").filter(has_text=NUMBER)).to_contain_text("待审核")


def review(desk: Page) -> None:
    """As a colleague: agree, and see the worker mint."""
    desk.get_by_role("link", name="码包", exact=True).click()
    row = desk.get_by_role("row").filter(has_text=NUMBER)
    row.get_by_role("button", name="审核").click()
    form = desk.get_by_role("dialog", name=f"审核 {NUMBER}")
    form.get_by_label("结论").select_option(label="通过")
    form.get_by_role("button", name="保存").click()
    row.get_by_role("button", name="查看").click()
    expect(desk.get_by_role("main")).to_contain_text("单件 × 50")


def deliver(desk: Page) -> None:
    """The link is shown once; it leads to a page, and the page to the file."""
    desk.get_by_role("button", name="交付").click()
    form = desk.get_by_role("dialog", name=f"交付 {BATCH}")
    form.get_by_label("印厂的 age 公钥").fill(str(pyrage.x25519.Identity.generate().to_public()))
    form.get_by_role("button", name="生成文件和链接").click()
    link = form.get_by_label("下载链接").input_value()
    expect(desk.get_by_text("可下载", exact=True)).to_be_visible()
    desk.goto(link)
    with desk.expect_download() as download:
        desk.get_by_role("link", name="下载文件").click()
    assert download.value.suggested_filename == f"codes-{BATCH}.zip.age"


def promise(desk: Page) -> None:
    """One tier: 10 of the 50 codes win 1.88 yuan, and the shop is paid by the brand's everyday rule."""
    desk.get_by_role("link", name="活动", exact=True).click()
    desk.get_by_text("新建活动").click()
    desk.get_by_label("名称", exact=True).fill("开学季")
    desk.get_by_label("码批次").select_option(label=f"{BATCH} × 50")
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
