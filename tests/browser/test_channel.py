"""A shop comes in: its owner scans a case and registers, the dealer looks, the owner goes to work."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, NewPage
from tests.browser.furnish import DEALER
from tests.browser.stage import Stage
from tests.browser.steps import enter_console, pick
from tests.browser.test_access import violations

pytestmark = pytest.mark.xdist_group("browser")
BUND = {"latitude": 31.2397, "longitude": 121.4998}
SHOP = "街角便利店"


def a_photo() -> dict[str, object]:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (30, 90, 200)).save(out, "JPEG")
    return {"name": "front.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_a_shop_comes_in_by_a_case_and_is_taken_in_by_its_dealer(stage: Stage, new_page: NewPage) -> None:
    desk = new_page(viewport=DESK)
    enter_console(desk, stage)
    dealer = a_dealer_joins(desk, new_page())
    owner = new_page(geolocation=BUND, permissions=["geolocation"])
    register(owner, stage)
    look_and_refuse(dealer, stage)
    owner.get_by_role("button", name="刷新进度").click()
    expect(owner.get_by_text("门头看不清")).to_be_visible()
    owner.get_by_role("button", name="修改后重新提交").click()
    owner.get_by_label("手机号").fill("13800005555")
    owner.get_by_role("button", name="修改后重新提交").last.click()
    expect(owner.get_by_role("heading", name="正在等待审核")).to_be_visible()
    approve_in_console(desk)
    owner.get_by_role("button", name="刷新进度").click()
    owner.get_by_role("link", name="进入门店工作台").click()
    expect(owner.get_by_role("heading", name="今天收入")).to_be_visible()
    owner.get_by_role("button", name="邀请店员").click()
    expect(owner.get_by_role("dialog").get_by_role("img")).to_be_visible()
    dealer.get_by_role("button", name="我的门店").click()
    expect(dealer.get_by_text(SHOP)).to_be_visible()


def a_dealer_joins(desk: Page, phone: Page) -> Page:
    """The console makes an invitation; whoever opens its link is a dealer's person afterwards."""
    desk.get_by_role("link", name="渠道").click()
    desk.get_by_role("button", name="邀请加入").click()
    drawer = desk.get_by_role("dialog", name="邀请加入")
    drawer.get_by_label("角色").select_option("dealer")
    drawer.get_by_label("经销商", exact=True).select_option(label=DEALER)
    drawer.get_by_role("button", name="邀请加入").click()
    link = drawer.get_by_text(re.compile(r"/join/")).inner_text()
    assert violations(desk) == []
    phone.goto(link)
    pick(phone, "dawei")
    phone.get_by_role("button", name="接受邀请").click()
    phone.get_by_role("link", name="进入经销商工作台").click()
    expect(phone.get_by_text("没有待审核的门店")).to_be_visible()
    for tab in ("邀请", "我的门店", "导出", "门店登记"):
        phone.get_by_role("button", name=tab, exact=True).click()
        assert violations(phone) == []
    return phone


def register(owner: Page, stage: Stage) -> None:
    owner.goto(stage.page(stage.goods["cases"][3]))
    owner.get_by_role("link", name="我是店主，登录开箱").click()
    pick(owner, "xiaoyu")
    owner.get_by_role("button", name="登记我的店").click()
    expect(owner.get_by_role("heading", name="登记我的店")).to_be_visible()
    assert violations(owner) == []
    owner.get_by_label("门店名称").fill(SHOP)
    owner.get_by_label("门头照片").set_input_files(a_photo())
    expect(owner.get_by_text("已上传")).to_be_visible()
    owner.get_by_role("button", name="用当前位置").click()
    expect(owner.get_by_text("已定位")).to_be_visible()
    owner.get_by_label("区县代码").fill("310101")
    owner.get_by_label("详细地址").fill("南京东路 9 号")
    owner.get_by_label("手机号").fill("13800005555")
    owner.get_by_role("button", name="提交登记").click()
    expect(owner.get_by_role("heading", name="正在等待审核")).to_be_visible()
    assert violations(owner) == []


def look_and_refuse(dealer: Page, stage: Stage) -> None:
    dealer.goto(f"{stage.url}/dealer")
    dealer.get_by_role("button", name=re.compile(SHOP)).click()
    sheet = dealer.get_by_role("dialog", name=SHOP)
    expect(sheet.get_by_role("img", name="门头照片")).to_be_visible()
    assert sheet.get_by_role("img", name="门头照片").evaluate("image => image.naturalWidth") == 640
    assert violations(dealer) == []
    sheet.get_by_role("button", name="驳回").click()
    sheet.get_by_label("驳回原因").fill("门头看不清")
    sheet.get_by_role("button", name="驳回").click()
    expect(dealer.get_by_text("已驳回，店主会看到原因")).to_be_visible()


def approve_in_console(desk: Page) -> None:
    desk.keyboard.press("Escape")
    desk.get_by_role("link", name="门店登记").click()
    desk.get_by_role("button", name=f"打开 {SHOP}").click()
    drawer = desk.get_by_role("dialog", name=SHOP)
    expect(drawer.get_by_role("img", name="门头照片")).to_be_visible()
    assert violations(desk) == []
    drawer.get_by_role("button", name="通过").click()
    expect(desk.get_by_role("status").filter(has_text="已保存")).to_have_count(1)


def test_staff_try_a_list_out_before_it_is_taken_in(stage: Stage, new_page: NewPage) -> None:
    desk = new_page(viewport=DESK)
    enter_console(desk, stage)
    desk.get_by_role("link", name="渠道").click()
    desk.get_by_role("button", name="批量导入").click()
    drawer = desk.get_by_role("dialog", name="批量导入")
    header = "经销商,门店名称,区县代码\n"
    wrong = f"{header}{DEALER},导入店甲,3101\n"
    send(drawer, wrong.encode("gb18030"))
    expect(drawer.get_by_role("cell", name="区县代码应为 6 位数字, 例如 310101")).to_be_visible()
    assert violations(desk) == []
    send(drawer, wrong.replace("3101", "310104").encode("gb18030"))
    drawer.get_by_role("button", name="导入 1 行").click()
    desk.get_by_label("按名称、区县代码或手机号查找").fill("310104")
    desk.get_by_role("search").get_by_role("button").click()
    desk.get_by_role("button", name="打开 导入店甲").click()
    shop = desk.get_by_role("dialog", name="导入店甲")
    expect(shop.get_by_text("还没有人员")).to_be_visible()
    assert violations(desk) == []
    shop.get_by_label("变更").select_option("close")
    shop.get_by_label("理由").fill("歇业")
    shop.get_by_role("button", name="执行").click()
    expect(shop.get_by_text("已关闭")).to_be_visible()


def send(drawer, body: bytes) -> None:
    file = {"name": "shops.csv", "mimeType": "text/csv", "buffer": body}
    drawer.get_by_label("CSV 文件").set_input_files(file)
    drawer.get_by_role("button", name="试运行").click()
