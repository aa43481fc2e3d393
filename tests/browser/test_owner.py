"""A shop's owner: opens cases with the camera, and reads why each commission was paid."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, Filmed, NewPage
from tests.browser.stage import Stage
from tests.browser.steps import enter_console, enter_workbench, open_prize

DECISIONS = 4  # the claim, the sale, and what shop and dealer got
pytestmark = pytest.mark.xdist_group("browser")


def test_the_owner_sees_the_commission_of_a_scan_and_why(stage: Stage, new_page: NewPage) -> None:
    code = stage.new_unit()
    open_prize(new_page(), stage, code, "dawei")
    owner = new_page()
    enter_workbench(owner, stage)
    mine = (
        owner.get_by_role("link").filter(has=owner.locator(".inkjet")).filter(has_text=f"{code[8:12]} {code[12:]}")
    )
    expect(mine).to_contain_text("+¥0.20")
    expect(mine).to_contain_text("已入账")
    why = mine.locator(".reason").inner_text()
    mine.click()
    story = owner.locator("ol.steps")
    expect(story).to_contain_text(f"门店返利 ¥0.20: {why}")
    expect(story).to_contain_text("门店「老王便利店」扫码开箱")
    told = story.get_by_role("listitem").locator(".said").all_inner_texts()
    desk = new_page(viewport=DESK)
    enter_console(desk, stage)
    desk.get_by_role("link", name="码追溯").click()
    desk.get_by_label("码、网址或码号").fill(code)
    desk.get_by_role("button", name="查", exact=True).click()
    whole_life = desk.locator("ol.steps")
    for line in told[-DECISIONS:]:  # about the money, shop and desk read the same words
        expect(whole_life).to_contain_text(line)


def test_a_bottle_of_an_unopened_case_pays_the_consumer_and_says_why_the_shop_is_not(
    stage: Stage, new_page: NewPage
) -> None:
    code, desk = stage.new_unit(opened=False), new_page(viewport=DESK)
    consumer = new_page()
    open_prize(consumer, stage, code, "dawei")
    expect(consumer.locator("#amount")).to_have_text("¥0.88")
    expect(consumer.get_by_text("售出门店")).to_have_count(0)
    enter_console(desk, stage)
    desk.goto(f"{stage.url}/console#/explain/{code}")
    expect(desk.locator("ol.steps li.refused")).to_have_count(2)


def test_the_owner_opens_a_case_by_filming_its_code(stage: Stage, new_page: NewPage, filmed: Filmed) -> None:
    owner = new_page(permissions=["camera"])
    enter_workbench(owner, stage)
    owner.get_by_role("link", name="扫箱码").click()
    sheet = owner.get_by_role("dialog", name="已开箱")
    expect(sheet).to_contain_text("24 件")
    expect(sheet).to_contain_text("老王便利店")
    owner.goto(stage.page(filmed.case))
    owner.get_by_role("button", name="为我的店开箱").click()
    expect(owner.get_by_text("这一箱您之前已经开过，不用再扫")).to_be_visible()


def test_a_stranger_may_look_at_a_case_but_not_open_it(stage: Stage, new_page: NewPage) -> None:
    page = new_page()
    page.goto(stage.page(stage.goods["cases"][2]))
    expect(page.get_by_role("heading", name="正品箱码")).to_be_visible()
    expect(page.get_by_role("button", name="为我的店开箱")).to_have_count(0)
    page.goto(f"{stage.url}/terminal")
    page.locator("[data-user='dawei']").click()
    expect(page.get_by_text("这个账号还不是店主或店员")).to_be_visible()
