"""WeChat, played by the sandbox, and a brand that is registered there."""

import pytest

from app import tenancy
from app.kit.transaction import transaction
from app.platforms import WeChatEndpoints
from tests.builders.identity import a_member_of_staff
from tests.sandbox.process import start_sandbox


@pytest.fixture(scope="session")
def wechat(tmp_path_factory):
    sandbox = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    sandbox.stop()


class Shop:
    """A brand with a mini-program and a service account in one open-platform account."""

    def __init__(self, wechat, brand):
        self.wechat, self.brand = wechat, brand
        found = wechat.control("GET", "credentials?brand=1")
        self.mini, self.service = found["mini"]["app_id"], found["service"]["app_id"]
        with transaction(brand.id) as session:
            for kind in ("mini", "service"):
                app_id, secret = found[kind]["app_id"], found[kind]["secret"]
                app = tenancy.PlatformApp("wechat", app_id, kind, "open-1")
                tenancy.register_app(session, brand_id=brand.id, app=app)
                tenancy.store_secret(session, name=f"wechat:{app_id}", value=secret.encode())

    def somebody(self, **traits):
        return self.wechat.control("POST", "users", {"nickname": "阿芳", **traits})["id"]

    def js_code(self, user):
        return self.wechat.control("POST", "login", {"user": user, "app_id": self.mini})["js_code"]

    def oauth_code(self, user, scope="snsapi_base"):
        asked = {"user": user, "app_id": self.service, "scope": scope}
        return self.wechat.control("POST", "oauth", asked)["code"]

    def phone_code(self, user):
        return self.wechat.control("POST", "phone", {"user": user, "app_id": self.mini})["code"]


@pytest.fixture
def shop(wechat, brand):
    before = tenancy.endpoints()
    url = wechat.base_url
    tenancy.use_endpoints(WeChatEndpoints(api=url, open=url, pay=url))
    yield Shop(wechat, brand)
    tenancy.use_endpoints(before)


@pytest.fixture
def staff_email(brand):
    with transaction(brand.id) as session:
        return a_member_of_staff(session)[0]


@pytest.fixture
def own(brand):
    """What a browser adds to a write from a page of the brand."""
    return {"Origin": f"http://{brand.host}"}
