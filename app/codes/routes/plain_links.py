"""Plain links that open the mini-program: the rules to enter at WeChat, verification files, the page's ``q``."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app

from app import identity, tenancy
from app.codes import errors, schemas
from app.codes.queries import markets
from app.codes.routes.sources import OwnCodes, code_answer
from app.kit import clock, http
from app.kit.errors import NotFound
from app.kit.paging import PageQuery
from app.kit.transaction import transaction

console = http.blueprint("plain_links", __name__, "console")
consumer = http.blueprint("plain_links", __name__, "consumer")
host_files = Blueprint("host_files", __name__)
host_files.audience = "public"  # type: ignore[attr-defined]  # read by the factory's guards
READERS = ("brand_admin", "brand_operator", "auditor")
MINI_PROGRAM_PAGE = "pages/scan/index"
FOLDERS = ("/S/", "/s/", "/01/")  # as printed, as typed, and as a GS1 Digital Link


@host_files.get("/<string:stem>.txt")
@host_files.get("/s/<string:stem>.txt")
@host_files.get("/S/<string:stem>.txt")
@host_files.get("/01/<string:stem>.txt")
def serve_host_file(stem: str) -> Response:
    """平台校验文件: 放在域名根目录和链接规则的最后一级目录"""
    content = tenancy.host_file(http.brand_id(), f"{stem}.txt")
    if content is None:
        raise NotFound
    return Response(content, content_type="text/plain; charset=utf-8")


@consumer.post("/links")
@identity.anonymous
@http.contract(accepts=schemas.LinkSchema, returns=schemas.LinkCodeSchema, errors=(errors.NotOurLink,))
def read_link(q: str, scancode_time: int | None) -> Any:
    """扫普通链接进入小程序: 从 q 读出码, 从 scancode_time 得知何时扫的 (从历史记录重开的页面不是新扫码)"""
    scanned_at = None if scancode_time is None else datetime.fromtimestamp(scancode_time, UTC)
    return code_answer(OwnCodes(http.brand_id()), q) | {"scanned_at": scanned_at}


@console.get("/link-rules")
@identity.requires_role(*READERS)
@http.contract(returns=schemas.LinkRulesSchema)
def show_rules() -> Any:
    """扫普通链接二维码打开小程序: 在微信公众平台要填的规则"""
    try:
        app_id = markets.mini_program_id(http.brand_id())
    except errors.NoMarketAccount:
        app_id = None
    printed_with = f"{current_app.config['MALU_PUBLIC_SCHEME']}://{tenancy.brand(http.brand_id()).host}"
    rules = [
        {"prefix": f"{printed_with}{folder}", "page": MINI_PROGRAM_PAGE, "folder": folder} for folder in FOLDERS
    ]
    return {"app_id": app_id, "rules": rules}


@console.get("/host-files")
@identity.requires_role(*READERS)
@http.contract(query=PageQuery, returns=schemas.HostFilePageSchema)
def list_host_files(cursor: str | None, limit: int) -> Any:
    """平台校验文件列表"""
    with transaction(http.brand_id()) as session:
        return tenancy.host_file_page(session, cursor=cursor, limit=limit)


@console.post("/host-files")
@identity.requires_role("brand_admin")
@http.contract(accepts=schemas.NewHostFileSchema)
def put_host_file(name: str, content: str) -> None:
    """上传平台校验文件 (同名覆盖)"""
    with transaction(http.brand_id()) as session:
        tenancy.put_host_file(session, name=name, content=content)
        _audit(session, "tenancy.put_host_file", name, {"content": content})


@console.delete("/host-files/<string:name>")
@identity.requires_role("brand_admin")
@http.contract(errors=(tenancy.UnknownHostFile,))
def remove_host_file(name: str) -> None:
    """删除平台校验文件"""
    with transaction(http.brand_id()) as session:
        tenancy.remove_host_file(session, name=name)
        _audit(session, "tenancy.remove_host_file", name, None)


def _audit(session: Any, action: str, name: str, after: dict[str, Any] | None) -> None:
    actor = identity.current_actor()
    identity.record(
        session, actor=actor, action=action, subject=f"host_file:{name}", before=None, after=after, at=clock.now()
    )
