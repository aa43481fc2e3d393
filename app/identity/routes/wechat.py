"""The brand's WeChat apps with their credentials, read before any call goes out."""

from app import tenancy
from app.identity.errors import UnknownApp
from app.kit.http import brand_id
from app.kit.transaction import transaction
from app.platforms.wechat import MiniProgramApp, ServiceAccount

PLATFORM = "wechat"


def service_account() -> ServiceAccount:
    """The service account of the request's brand; raises `UnknownApp`. Opens a transaction of its own."""
    app, secret = _credentials("service", None)
    return ServiceAccount(app.app_id, secret, tenancy.endpoints(), app.open_account)


def mini_program(app_id: str | None = None) -> MiniProgramApp:
    """The brand's mini-program of this id, or its first; raises `UnknownApp`. Opens a transaction of its own."""
    app, secret = _credentials("mini", app_id)
    return MiniProgramApp(app.app_id, secret, tenancy.endpoints(), app.open_account)


def _credentials(kind: str, app_id: str | None) -> tuple[tenancy.PlatformApp, str]:
    for app in tenancy.apps(brand_id()):
        if (app.platform, app.kind) == (PLATFORM, kind) and app_id in {None, app.app_id}:
            with transaction(brand_id()) as session:
                return app, tenancy.secret(session, f"{PLATFORM}:{app.app_id}").decode()
    raise UnknownApp
