"""Somebody scratches the film off a bottle and types what is under it, with a thumb, a keyboard, or by ear."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.stage import Stage
from tests.browser.steps import press_until
from tests.browser.test_access import violations

pytestmark = pytest.mark.xdist_group("browser")
GUESSES = 5


def enter(page: Page, digits: str) -> None:
    page.get_by_label("6 位防伪码").fill(digits)
    page.get_by_role("button", name="核对").click()


def test_right_digits_are_told_and_a_second_reading_warns(stage: Stage, new_page: NewPage) -> None:
    bottle, page = stage.goods["film"][0], new_page(viewport={"width": 320, "height": 568})
    page.goto(stage.page(bottle["code"]))
    page.get_by_role("link", name="刮开涂层，核对防伪码").click()
    answer = page.get_by_role("status")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    enter(page, bottle["digits"][:5])
    expect(answer).to_contain_text("没有输完")
    expect(page.get_by_label("6 位防伪码")).to_have_attribute("aria-invalid", "true")
    enter(page, f"{bottle['digits'][:3]} {bottle['digits'][3:]}")
    expect(answer).to_contain_text("防伪码正确")
    expect(answer).to_contain_text("这件商品是正品")
    assert violations(page) == []
    enter(page, bottle["digits"])
    expect(answer).to_contain_text("这是第 2 次核对")
    page.get_by_role("link", name="看这个码的查询结果").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("正品")


def test_without_a_mouse_wrong_digits_count_down_to_a_lock(stage: Stage, new_page: NewPage) -> None:
    bottle, page = stage.goods["film"][1], new_page()
    page.goto(f"{stage.page(bottle['code'])}/film")
    guess = f"{(int(bottle['digits']) + 1) % 10**6:06}"
    answer = page.get_by_role("status")
    page.get_by_label("6 位防伪码").focus()
    page.keyboard.type(guess)
    press_until(page, "核对")
    for left in range(GUESSES - 1, 0, -1):
        page.keyboard.press("Enter")
        expect(answer).to_contain_text(f"还可以试 {left} 次")
    page.keyboard.press("Enter")
    expect(answer).to_contain_text("不能再试了")
    expect(page.get_by_role("button", name="核对")).to_be_disabled()
    assert violations(page) == []
