"""A code's whole life at the console, from a photo; and the way of a bottle as its buyer reads it."""

import io
from urllib.parse import urlsplit

import pytest
import segno
from playwright.sync_api import expect

from tests.browser.conftest import DESK, NewPage
from tests.browser.stage import Stage
from tests.browser.steps import enter_console

pytestmark = pytest.mark.xdist_group("browser")
REPORT = b"%PDF-1.4\n%%EOF\n"


def photo_of(text: str) -> dict[str, object]:
    """A picture of a printed code, as a phone would send it."""
    picture = io.BytesIO()
    segno.make(text, micro=False).save(picture, kind="png", scale=6, border=4)
    return {"name": "photo.png", "mimeType": "image/png", "buffer": picture.getvalue()}


def test_staff_find_a_case_by_its_photo_and_a_report_reaches_the_buyer(stage: Stage, new_page: NewPage) -> None:
    desk, case = new_page(viewport=DESK), stage.goods["cases"][0]
    enter_console(desk, stage)
    desk.goto(f"{stage.url}/console#/explain")
    photo = photo_of(f"HTTP://{urlsplit(stage.url).netloc.upper()}/S/{case}")
    desk.locator("input[type=file][accept='image/*']").set_input_files(photo)
    expect(desk.get_by_text("里面有 24 件")).to_be_visible()
    expect(desk.locator("ol.steps")).to_contain_text("老王便利店")
    desk.get_by_text("里面有 24 件").click()
    desk.locator(".children a").first.click()
    expect(desk.get_by_role("row").filter(has_text="箱")).to_be_visible()
    desk.get_by_label("报告名称").fill("出厂检验报告")
    report = {"name": "report.pdf", "mimeType": "application/pdf", "buffer": REPORT}
    desk.locator("input[type=file][accept^='application/pdf']").set_input_files(report)
    desk.get_by_role("button", name="上传并公开").click()
    expect(desk.get_by_role("link", name="出厂检验报告")).to_be_visible()
    phone = new_page()
    phone.goto(stage.page(stage.new_unit()))
    phone.get_by_role("link", name="商品追溯").click()
    expect(phone.get_by_role("heading", name="流转记录")).to_be_visible()
    expect(phone.get_by_role("listitem").filter(has_text="门店开箱上架")).to_contain_text("老王便利店")
    expect(phone.get_by_role("link", name="出厂检验报告")).to_be_visible()


def test_a_photo_without_a_code_says_so(stage: Stage, new_page: NewPage) -> None:
    desk = new_page(viewport=DESK)
    enter_console(desk, stage)
    desk.goto(f"{stage.url}/console#/explain")
    picture = desk.screenshot(clip={"x": 0, "y": 0, "width": 80, "height": 80})
    blank = {"name": "blank.png", "mimeType": "image/png", "buffer": picture}
    desk.locator("input[type=file][accept='image/*']").set_input_files(blank)
    expect(desk.get_by_role("alert")).to_contain_text("没有认出二维码")
