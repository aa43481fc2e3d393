"""WeChat's codes: the console has them made, printed and activated; a scan's ticket becomes a code of ours."""

import tempfile
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from flask import Response, send_file
from sqlalchemy.orm import Session

from app import catalog, identity, tenancy
from app.codes import errors, schemas
from app.codes.actions import market_printing as printing
from app.codes.actions import markets as actions
from app.codes.queries import batch
from app.codes.queries import markets as queries
from app.codes.routes.plain_links import MINI_PROGRAM_PAGE
from app.codes.routes.sources import MarketSource, code_answer
from app.kit import clock, http
from app.kit.errors import TooManyRequests, Unavailable
from app.kit.limits import Limit
from app.kit.paging import PageQuery
from app.kit.transaction import transaction
from app.platforms import (
    InvalidCodeTicket,
    InvalidMarketKey,
    PlatformBusy,
    PlatformRefused,
    UnreadablePackage,
)
from app.platforms.wechat import CodeTerms, read_key

console = http.blueprint("market_codes", __name__, "console")
consumer = http.blueprint("market_codes", __name__, "consumer")
READERS = ("brand_admin", "brand_operator", "auditor")
WRITERS = ("brand_admin", "brand_operator")
TICKET_LIMIT = Limit("codes.ticket", "30/minute")


@consumer.post("/code-tickets")
@http.contract(
    accepts=schemas.CodeTicketSchema,
    returns=schemas.CodeTextSchema,
    errors=(
        errors.NotInMiniProgram,
        errors.NoMarketAccount,
        errors.ForeignCode,
        InvalidCodeTicket,
        PlatformBusy,
        PlatformRefused,
        TooManyRequests,
        Unavailable,
    ),
)
def trade_ticket(code_ticket: str, app_id: str | None) -> Any:
    """微信一物一码: 用扫码得到的 code_ticket 换码"""
    actor = identity.current_actor()
    http.limiter().require_locally(TICKET_LIMIT, f"{actor.brand_id}:{actor.person_id}")
    return code_answer(MarketSource.of(actor, app_id), code_ticket)


@console.post("/market-codes/key")
@identity.requires_role("brand_admin")
@http.contract(accepts=schemas.MarketKeySchema, errors=(InvalidMarketKey, errors.NoMarketAccount))
def put_key(key: str) -> None:
    """登记微信站内信给的码包密钥"""
    read_key(key)
    with transaction(http.brand_id()) as session:
        app_id = queries.market_account(session).app_id
        tenancy.store_secret(session, name=queries.key_name(app_id), value=key.encode())
        _audit(session, "codes.market_key", f"app:{app_id}", {}, clock.now())


@console.get("/market-codes")
@identity.requires_role(*READERS)
@http.contract(query=PageQuery, returns=schemas.MarketPageSchema)
def list_markets(cursor: str | None, limit: int) -> Any:
    """微信一物一码申请列表"""
    with transaction(http.brand_id()) as session:
        return queries.market_page(session, cursor=cursor, limit=limit)


@console.post("/market-codes")
@identity.requires_role(*WRITERS)
@http.contract(
    accepts=schemas.NewMarketSchema,
    returns=schemas.MarketSchema,
    errors=(errors.UnknownBatch, errors.NotForMarket, errors.MarketRequested, errors.NoMarketAccount),
    status=201,
)
def request_market(batch_id: int) -> Any:
    """为一批码申请微信一物一码"""
    with transaction(http.brand_id()) as session:
        app_id = queries.market_account(session).app_id
        queries.market_key(session, app_id)
        queries.mini_program_id(http.brand_id())
        at, by = clock.now(), identity.current_actor().person_id
        row = actions.request_market_codes(session, batch_id=batch_id, app_id=app_id, by=by, at=at)
        _audit(session, "codes.market_request", f"market:{row.id}", {"batch_id": str(batch_id)}, at)
        return row


@console.get("/market-codes/<int:market_id>")
@identity.requires_role(*READERS)
@http.contract(returns=schemas.MarketSchema, errors=(errors.UnknownMarket,))
def show_market(market_id: int) -> Any:
    """一个微信一物一码申请"""
    with transaction(http.brand_id()) as session:
        return queries.market_row(session, market_id)


@console.post("/market-codes/<int:market_id>/export")
@identity.requires_role(*WRITERS)
@http.contract(
    accepts=schemas.MarketExportSchema,
    errors=(
        errors.UnknownMarket,
        errors.MarketNotReady,
        errors.NoMarketAccount,
        errors.InvalidRecipient,
        UnreadablePackage,
    ),
    media_type="application/octet-stream",
)
def export_market(market_id: int, recipient: str) -> Response:
    """导出微信码的印刷文件: 用工厂的 age 公钥加密, 留下导出记录"""
    with transaction(http.brand_id()) as session:
        job = printing.prepare_market_print(session, market_id=market_id)
    with ExitStack() as closing:
        file = closing.enter_context(tempfile.TemporaryFile())
        result = printing.write_market_file(job, recipient=recipient, target=file)
        with transaction(http.brand_id()) as session:
            at, by = clock.now(), identity.current_actor().person_id
            printing.record_market_export(session, job, result, recipient=recipient, by=by, at=at)
            told = {"sha256": result.sha256, "count": result.count, "recipient": recipient}
            _audit(session, "codes.market_export", f"market:{market_id}", told, at)
        closing.pop_all()  # the response sends the file after this view, and closes it
    file.seek(0)
    name = f"wechat-codes-{job.batch.number}.csv.age".replace("/", "_")
    return send_file(file, "application/octet-stream", as_attachment=True, download_name=name, max_age=0)


@console.get("/market-codes/<int:market_id>/activations")
@identity.requires_role(*READERS)
@http.contract(query=PageQuery, returns=schemas.ActivationPageSchema, errors=(errors.UnknownMarket,))
def list_activations(market_id: int, cursor: str | None, limit: int) -> Any:
    """在微信的激活记录"""
    with transaction(http.brand_id()) as session:
        queries.market_row(session, market_id)
        return queries.activation_page(session, market_id, cursor=cursor, limit=limit)


@console.post("/market-codes/<int:market_id>/activations")
@identity.requires_role(*WRITERS)
@http.contract(
    accepts=schemas.NewActivationSchema,
    returns=schemas.ActivationSchema,
    errors=(
        errors.UnknownMarket,
        errors.MarketNotReady,
        errors.RangeOutsideBatch,
        errors.MarketActive,
        errors.NoMarketAccount,
    ),
    status=201,
)
def activate_market(
    market_id: int, activity_name: str, lo: int | None, hi: int | None, wxa_path: str | None
) -> Any:
    """在微信激活一段码: 扫码打开小程序页面 (能不能领奖由活动激活决定)"""
    with transaction(http.brand_id()) as session:
        own = batch(session, queries.market_row(session, market_id).batch_id)
        terms = _terms(session, own.sku_id, activity_name, wxa_path or MINI_PROGRAM_PAGE)
        at, by = clock.now(), identity.current_actor().person_id
        lo, hi = own.lo if lo is None else lo, own.hi if hi is None else hi
        row = actions.request_activation(session, market_id=market_id, lo=lo, hi=hi, terms=terms, by=by, at=at)
        told = {"lo": row.lo, "hi": row.hi, "activity_name": activity_name, "wxa_path": terms.wxa_path}
        _audit(session, "codes.market_activate", f"market:{market_id}", told, at)
        return row


def _terms(session: Session, sku_id: int, activity_name: str, wxa_path: str) -> CodeTerms:
    brand_id, sku = http.brand_id(), catalog.sku(session, sku_id)
    return CodeTerms(
        activity_name,
        tenancy.brand(brand_id).name,
        sku.name,
        sku.gtin,
        queries.mini_program_id(brand_id),
        wxa_path,
    )


def _audit(session: Session, action: str, subject: str, after: dict[str, Any], at: datetime) -> None:
    actor = identity.current_actor()
    identity.record(session, actor=actor, action=action, subject=subject, before=None, after=after, at=at)
