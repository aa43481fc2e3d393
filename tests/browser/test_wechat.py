"""The admin prepares WeChat: the rules to enter, the file that proves the host, the key of the codes."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, NewPage
from tests.browser.stage import Stage
from tests.browser.steps import enter_console
from tests.browser.test_access import violations

pytestmark = pytest.mark.xdist_group("browser")


def test_the_admin_proves_the_host_and_tells_the_key(stage: Stage, new_page: NewPage) -> None:
    desk = new_page(viewport=DESK)
    enter_console(desk, stage)
    desk.get_by_role("link", name="微信扫码").click()
    expect(desk.get_by_role("cell", name=f"{stage.url}/S/", exact=True)).to_be_visible()
    expect(desk.get_by_text("还没有上传校验文件")).to_be_visible()
    assert violations(desk) == []

    proof = {"name": "MP_verify_a1.txt", "mimeType": "text/plain", "buffer": b"a1b2c3"}
    desk.get_by_label("上传校验文件").set_input_files(proof)
    expect(desk.get_by_role("cell", name="a1b2c3")).to_be_visible()
    assert desk.request.get(f"{stage.url}/S/MP_verify_a1.txt").text() == "a1b2c3"

    desk.get_by_role("button", name="码包密钥").click()
    desk.get_by_role("dialog").get_by_label("码包密钥").fill("short")
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_role("alert")).to_contain_text("码包密钥应为")
    assert violations(desk) == []
