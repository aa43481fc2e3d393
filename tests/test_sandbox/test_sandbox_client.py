"""The WeChat client in a real browser: the picker, the confirm sheet, the scanner."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from playwright.sync_api import expect

from tests.browser.conftest import find_chromium
from tests.sandbox.crypto import jssdk_signature

PHONE = {"viewport": {"width": 375, "height": 667}, "has_touch": True}


@pytest.fixture(scope="module")
def browser(playwright):
    browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture
def page(browser, sandbox):
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.set_default_timeout(5000)
    yield page
    context.close()


class _Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        html = f'<!doctype html><script src="{self.server.script}"></script><h1>shop</h1>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(html.encode())

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def shop(running_sandbox):
    """The address of a product whose pages load the client script. A browser lets only loopback reach loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Shop)
    server.script = f"{running_sandbox.base_url}/_client/jssdk.js"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def product_page(page, shop):
    page.goto(f"{shop}/wallet?a=1#top")
    return page


def test_one_picks_a_person_by_keyboard_or_finger(page, sandbox, shop, brand):
    fields = {"appid": brand["service"]["app_id"], "redirect_uri": f"{shop}/cb"}
    fields |= {"response_type": "code", "scope": "snsapi_base", "state": "s1"}
    address = f"{sandbox.base_url}/connect/oauth2/authorize?{urlencode(fields)}#wechat_redirect"
    page.goto(address)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["viewport"]["width"]
    page.locator("[data-user=laowang]").click()
    page.wait_for_url(f"{shop}/cb*")
    assert parse_qs(urlsplit(page.url).query)["state"] == ["s1"]
    page.goto(address)
    expect(page.locator("li").first).to_contain_text("上次使用")
    page.get_by_label("新身份的昵称").fill("小新")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{shop}/cb*")


INVOKE = """params => new Promise(resolve =>
    WeixinJSBridge.invoke('requestMerchantTransfer', params, answer => resolve(answer.err_msg)))"""


def ask_for_money(page, merchant, package):
    """Start the sheet; its answer is kept on the window until somebody has tapped."""
    params = {"mchId": merchant.mch_id, "appId": merchant.mini["app_id"], "package": package}
    page.evaluate(f"params => {{ window.answer = ({INVOKE})(params) }}", params)
    return page.locator("dialog[data-wechat=sheet]")


def test_the_user_confirms_a_transfer_on_a_sheet(product_page, sandbox, merchant, eventually):
    transfer = merchant.transfer(amount=8888).json()
    sheet = ask_for_money(product_page, merchant, transfer["package_info"])
    expect(sheet).to_contain_text("¥88.88")
    expect(sheet).to_contain_text("阿芳")
    sheet.get_by_role("button", name="确认收款").click()
    assert product_page.evaluate("window.answer") == "requestMerchantTransfer:ok"
    eventually(lambda: merchant.state_of(transfer["out_bill_no"]) == "SUCCESS")
    expect(sheet).to_have_count(0)


def test_the_user_may_close_the_sheet(product_page, merchant):
    transfer = merchant.transfer().json()
    sheet = ask_for_money(product_page, merchant, transfer["package_info"])
    sheet.get_by_role("button", name="取消").click()
    assert product_page.evaluate("window.answer") == "requestMerchantTransfer:cancel"
    sheet = ask_for_money(product_page, merchant, transfer["package_info"])
    expect(sheet).to_be_visible()
    product_page.keyboard.press("Escape")
    assert product_page.evaluate("window.answer") == "requestMerchantTransfer:cancel"
    assert merchant.state_of(transfer["out_bill_no"]) == "WAIT_USER_CONFIRM"


def test_a_dead_package_fails(product_page, merchant):
    sheet = ask_for_money(product_page, merchant, "nothing")
    sheet.get_by_role("button", name="知道了").click()
    assert product_page.evaluate("window.answer") == "requestMerchantTransfer:fail"


def jssdk_config(sandbox, app, url):
    fields = {"grant_type": "client_credential", "appid": app["app_id"], "secret": app["secret"]}
    base = sandbox.base_url
    token = requests.post(f"{base}/cgi-bin/stable_token", json=fields, timeout=5).json()["access_token"]
    asked = {"access_token": token, "type": "jsapi"}
    ticket = requests.get(f"{base}/cgi-bin/ticket/getticket", params=asked, timeout=5).json()["ticket"]
    timestamp = str(int(time.time()))
    claims = {"appId": app["app_id"], "timestamp": timestamp, "nonceStr": "n1"}
    return claims | {"signature": jssdk_signature(ticket, "n1", timestamp, url), "jsApiList": ["scanQRCode"]}


CONFIGURE = """claims => new Promise(resolve => {
    wx.ready(() => resolve('ready')); wx.error(answer => resolve(answer.errMsg)); wx.config(claims) })"""
SCAN = """() => { window.answer = new Promise(resolve => wx.scanQRCode({ needResult: 1,
    success: answer => resolve(answer.resultStr), cancel: () => resolve('cancelled'),
    fail: answer => resolve(answer.errMsg) })) }"""


def test_a_signed_page_may_scan(product_page, sandbox, shop, brand):
    claims = jssdk_config(sandbox, brand["service"], f"{shop}/wallet?a=1")
    assert product_page.evaluate(CONFIGURE, claims) == "ready"
    product_page.evaluate(SCAN)
    product_page.get_by_label("码或链接").fill("HTTPS://M.TEST/S/ABCDEFGH12345678")
    product_page.keyboard.press("Enter")
    assert product_page.evaluate("window.answer") == "HTTPS://M.TEST/S/ABCDEFGH12345678"
    product_page.evaluate(SCAN)
    product_page.get_by_role("button", name="取消").click()
    assert product_page.evaluate("window.answer") == "cancelled"


def test_a_page_signed_for_another_address_may_not_scan(product_page, sandbox, shop, brand):
    claims = jssdk_config(sandbox, brand["service"], f"{shop}/wallet")
    assert product_page.evaluate(CONFIGURE, claims) == "config:invalid signature"
    product_page.evaluate(SCAN)
    assert "permission" in product_page.evaluate("window.answer")


def test_the_script_announces_itself(product_page):
    assert product_page.evaluate("typeof WeixinJSBridge.invoke + typeof wx.config") == "functionfunction"
    unknown = "new Promise(resolve => WeixinJSBridge.invoke('fly', {}, answer => resolve(answer.err_msg)))"
    assert product_page.evaluate(unknown) == "system:function_not_exist"
