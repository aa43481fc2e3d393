"""The pages as everybody can use them: without a mouse, without eyes, on a slow line."""

import gzip
import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, NewPage
from tests.browser.stage import Stage
from tests.browser.steps import enter_console, enter_workbench, open_prize, pick
from tests.conftest import ROOT

pytestmark = pytest.mark.xdist_group("browser")
AXE = ROOT / "h5" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HEAVIEST_DOCUMENT = 15 * 1024


def violations(page: Page) -> list[str]:
    """What axe-core finds serious or critical, each with where it is."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    return [f"{one['id']}: {json.dumps([node['target'] for node in one['nodes']])}" for one in grave]


def test_the_landing_page_has_no_serious_violation(stage: Stage, new_page: NewPage) -> None:
    page, code = new_page(), stage.new_unit()
    for text in (code, stage.goods["inactive"], "A" * 16, stage.goods["cases"][2]):
        page.goto(stage.page(text))
        for details in page.locator("summary").all():
            details.click()
        assert violations(page) == []
    open_prize(page, stage, code, "xiaoyu")
    assert violations(page) == []


def test_the_pages_behind_a_digital_link_have_no_serious_violation(stage: Stage, new_page: NewPage) -> None:
    page = new_page()
    for path in (f"/t/{stage.goods['cases'][0]}", f"/t/{'A' * 16}", f"/p/{stage.goods['gtin']}"):
        page.goto(stage.url + path)
        expect(page.get_by_role("heading").first).to_be_visible()
        assert violations(page) == []


def test_the_wallet_has_no_serious_violation(stage: Stage, new_page: NewPage) -> None:
    page = new_page()
    open_prize(page, stage, stage.new_unit(), "xiaoyu")
    page.get_by_role("link", name="去钱包提现").click()
    expect(page.get_by_text("扫码奖金").first).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="提现", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []


def test_the_workbench_has_no_serious_violation(stage: Stage, new_page: NewPage) -> None:
    code = stage.new_unit()
    open_prize(new_page(), stage, code, "xiaoyu")
    page = new_page()
    enter_workbench(page, stage)
    expect(page.locator(".reason").first).to_be_visible()
    assert violations(page) == []
    page.goto(f"{stage.url}/terminal#/codes/{code}")
    expect(page.locator("ol.steps")).to_be_visible()
    assert violations(page) == []


def test_the_console_has_no_serious_violation(stage: Stage, new_page: NewPage) -> None:
    desk = new_page(viewport=DESK)
    desk.goto(f"{stage.url}/console")
    expect(desk.get_by_label("邮箱")).to_be_visible()
    assert violations(desk) == []
    enter_console(desk, stage)
    assert violations(desk) == []
    for room in ("batches", "associations", "campaigns/new", f"explain/{stage.goods['units'][0]}"):
        desk.goto(f"{stage.url}/console#/{room}")
        expect(desk.get_by_role("main").get_by_role("heading").first).to_be_visible()
        assert violations(desk) == []


def test_the_landing_document_weighs_at_most_fifteen_kilobytes(stage: Stage, new_page: NewPage) -> None:
    phone, code = new_page(), stage.new_unit()
    for language in ("zh-CN", "en"):
        answer = phone.request.get(stage.page(code), headers={"Accept-Language": language})
        assert len(gzip.compress(answer.body(), 6)) <= HEAVIEST_DOCUMENT


def test_a_phone_of_320_points_scrolls_in_one_direction_only(stage: Stage, new_page: NewPage) -> None:
    page = new_page(viewport={"width": 320, "height": 568})
    page.goto(f"{stage.url}/wallet")
    pick(page, "xiaoyu")
    expect(page.get_by_test_id("balance")).to_be_visible()
    for path in (f"s/{stage.new_unit()}", "s/AAAAAAAAAAAAAAAA", "wallet", "terminal", "console"):
        page.goto(f"{stage.url}/{path}")
        expect(page.get_by_role("main")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
