"""A brand that is registered at the sandbox, and the mini-program of it as a phone would drive it."""

from app import tenancy
from app.kit.transaction import transaction
from app.platforms import WeChatEndpoints


def use_sandbox(sandbox) -> None:
    url = sandbox.base_url
    tenancy.use_endpoints(WeChatEndpoints(api=url, open=url, pay=url))


class Registered:
    """The brand with the apps, and the key of code files, that the sandbox knows as brand 1."""

    def __init__(self, sandbox, brand):
        self.sandbox, self.brand = sandbox, brand
        self.found = sandbox.control("GET", "credentials?brand=1")
        self.mini, self.service = self.found["mini"]["app_id"], self.found["service"]["app_id"]
        with transaction(brand.id) as session:
            for kind in ("mini", "service"):
                app_id, secret = self.found[kind]["app_id"], self.found[kind]["secret"]
                app = tenancy.PlatformApp("wechat", app_id, kind, "open-1")
                tenancy.register_app(session, brand_id=brand.id, app=app)
                tenancy.store_secret(session, name=f"wechat:{app_id}", value=secret.encode())
            key = self.found["market_key"].encode()
            tenancy.store_secret(session, name=f"wechat:{self.service}:marketcode", value=key)

    def advance(self, seconds):
        self.sandbox.control("POST", "advance", {"seconds": seconds})

    def fault(self, name, **options):
        self.sandbox.control("POST", "faults", {"name": name, **options})

    def calls(self, match):
        return self.sandbox.control("GET", f"calls?match={match}")["items"]

    def printed(self, application_id, index):
        return self.sandbox.control("GET", f"market/{application_id}/codes/{index}")["printed"]

    def phone(self, client, **traits):
        return MiniProgram(
            self, client, self.sandbox.control("POST", "users", {"nickname": "阿芳", **traits})["id"]
        )


class MiniProgram:
    """One WeChat user with the brand's mini-program open."""

    def __init__(self, registered, client, user):
        self.registered, self.client, self.user = registered, client, user
        self.headers: dict[str, str] = {}

    def sign_in(self):
        asked = {"user": self.user, "app_id": self.registered.mini}
        js_code = self.registered.sandbox.control("POST", "login", asked)["js_code"]
        body = {"app_id": self.registered.mini, "js_code": js_code}
        answer = self.client.post("/api/consumer/sessions/wechat", json=body).get_json()
        self.headers = {"Authorization": f"Bearer {answer['access_token']}"}
        return self

    def scan(self, printed):
        """What WeChat opens for a printed code, and with what."""
        return self.registered.sandbox.control("POST", "scan", {"user": self.user, "printed": printed})

    def post(self, path, body):
        return self.client.post(f"/api/consumer/{path}", json=body, headers=self.headers)

    def get(self, path):
        return self.client.get(f"/api/consumer/{path}", headers=self.headers).get_json()
