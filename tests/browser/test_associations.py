"""Staff bring in what the line has packed, see what is wrong with a file, and repair a case."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESK, NewPage
from tests.browser.stage import Stage
from tests.browser.steps import enter_console
from tests.browser.test_access import violations

pytestmark = pytest.mark.xdist_group("browser")


def test_staff_import_a_file_read_its_errors_and_repair_a_case(stage: Stage, new_page: NewPage) -> None:
    desk, case, units = new_page(viewport=DESK), stage.goods["empty_case"], stage.goods["loose"]
    enter_console(desk, stage)
    desk.get_by_role("link", name="关联导入").click()
    send(desk, "wrong.csv", [f"{case},{units[0]}", f"{case},NOTACODE"])
    expect(row_of(desk, "wrong.csv")).to_contain_text("已驳回")
    read_errors(desk)
    lines = [f"{case},{unit}" for unit in units[:23]]
    desk.get_by_label("只核对，不入库").check()
    send(desk, "try.csv", lines)
    expect(row_of(desk, "try.csv")).to_contain_text("核对无误")
    desk.get_by_label("只核对，不入库").uncheck()
    send(desk, "good.csv", lines)
    expect(row_of(desk, "good.csv")).to_contain_text("已入库")
    put_in(desk, case, units[23])
    expect(desk.get_by_role("status")).to_contain_text("已处理 1 件")


def read_errors(desk: Page) -> None:
    row_of(desk, "wrong.csv").get_by_role("button", name="出错的行").click()
    told = desk.get_by_role("dialog", name="出错的行 wrong.csv")
    expect(told.get_by_role("row").nth(1)).to_contain_text("下级码不是本品牌的码")
    with desk.expect_download() as download:
        told.get_by_role("link", name="下载出错的行").click()
    assert "NOTACODE" in download.value.path().read_text(encoding="utf-8-sig")
    assert violations(desk) == []
    desk.keyboard.press("Escape")


def put_in(desk: Page, case: str, unit: str) -> None:
    desk.get_by_role("button", name="拆箱与补换").click()
    drawer = desk.get_by_role("dialog", name="拆箱与补换")
    drawer.get_by_label("要做什么").select_option(label="装入几件")
    drawer.get_by_label("箱码或其他上级码").fill(case)
    drawer.get_by_label("下级码，一行一个").fill(unit)
    drawer.get_by_label("理由").fill("补一件")
    drawer.get_by_role("button", name="拆箱与补换").click()


def send(desk: Page, name: str, lines: list[str]) -> None:
    body = "\n".join(["parent,child", *lines]).encode()
    desk.get_by_label("文件", exact=True).set_input_files({"name": name, "mimeType": "text/csv", "buffer": body})
    desk.get_by_role("button", name="上传并核对").click()
    expect(row_of(desk, name)).to_be_visible()


def row_of(desk: Page, name: str) -> Locator:
    return desk.get_by_role("row").filter(has_text=name)
