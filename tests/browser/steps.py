"""What people do on the pages, step by step, as they would say it."""

import pyotp
from playwright.sync_api import Locator, Page, expect

from tests.browser.stage import Stage

MOST_TABS = 30


def pick(page: Page, who: str) -> None:
    """On WeChat's page of the sandbox: be this person."""
    page.locator(f"[data-user='{who}']").click()


def packet(page: Page, state: str) -> Locator:
    return page.locator(f"#packet[data-state={state}]")


def open_prize(page: Page, stage: Stage, code: str, who: str) -> None:
    """Scan, tap, sign in, and see the prize."""
    page.goto(stage.page(code))
    page.get_by_role("button", name="拆开红包").click()
    pick(page, who)
    expect(packet(page, "won")).to_be_visible()


def enter_workbench(page: Page, stage: Stage, who: str = "laowang") -> None:
    page.goto(f"{stage.url}/terminal")
    pick(page, who)
    expect(page.get_by_role("heading", name="今天收入")).to_be_visible()


def enter_console(page: Page, stage: Stage) -> None:
    login = stage.new_staff()
    page.goto(f"{stage.url}/console")
    page.get_by_label("邮箱").fill(login["email"])
    page.get_by_label("密码").fill(login["password"])
    page.get_by_label("动态口令").fill(pyotp.TOTP(login["totp_secret"]).now())
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("link", name="码追溯")).to_be_visible()


def press_until(page: Page, name: str) -> None:
    """Press Tab until the thing of this name has the focus, as somebody without a mouse does."""
    focused = page.locator("*:focus")
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if focused.count() and name in _words(focused):
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


def _words(element: Locator) -> list[str]:
    return (element.get_attribute("aria-label") or element.inner_text()).splitlines()
