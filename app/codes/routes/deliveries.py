"""Deliveries at the console: order one, tell its password, end its link, know its canaries."""

from datetime import datetime
from typing import Any

from flask import current_app, g
from sqlalchemy.orm import Session

from app import identity
from app.codes import actions, errors, queries, schemas
from app.codes.routes.shapes import shown_delivery
from app.kit import clock, http
from app.kit.transaction import transaction

console = http.blueprint("code_deliveries", __name__, "console")
READERS = ("brand_admin", "brand_operator", "auditor")
WRITERS = ("brand_admin", "brand_operator")
ADMINS = ("brand_admin",)


@console.post("/batches/<int:batch_id>/deliveries")
@identity.requires_role(*WRITERS)
@http.contract(
    accepts=schemas.NewDeliverySchema,
    returns=schemas.OrderedSchema,
    errors=(errors.UnknownBatch, errors.NotOrdered, errors.PrintedByMarket, errors.InvalidRecipient),
    status=201,
)
def order_delivery(*, batch_id: int, recipient: str | None) -> Any:
    """交付一批码: 生成加密文件和一次性链接, 链接只显示这一次。"""
    with transaction(http.brand_id()) as session:
        at, by = clock.now(), identity.current_actor().person_id
        ordered = actions.order_delivery(session, batch_id=batch_id, recipient=recipient, by=by, at=at)
        row = ordered.delivery
        after = {"batch_id": str(batch_id), "encryption": row.encryption, "recipient": row.recipient}
        _audit(session, "codes.deliver", f"delivery:{row.id}", after, at)
    link = f"{current_app.config['MALU_PUBLIC_SCHEME']}://{g.brand.host}/d/{ordered.token}"
    return shown_delivery(row, at) | {"downloaded": [], "link": link}


@console.post("/deliveries/<int:delivery_id>/password")
@identity.requires_role(*ADMINS)
@http.contract(returns=schemas.PasswordSchema, errors=(errors.UnknownDelivery, errors.PasswordGone))
def reveal_password(*, delivery_id: int) -> Any:
    """显示压缩包密码, 只显示一次。"""
    with transaction(http.brand_id()) as session:
        at, by = clock.now(), identity.current_actor().person_id
        password = actions.reveal_password(session, delivery_id=delivery_id, by=by, at=at)
        _audit(session, "codes.reveal_password", f"delivery:{delivery_id}", None, at)
    return {"password": password}


@console.delete("/deliveries/<int:delivery_id>")
@identity.requires_role(*WRITERS)
@http.contract(returns=schemas.DeliverySchema, errors=(errors.UnknownDelivery, errors.LinkOver))
def revoke_delivery(*, delivery_id: int) -> Any:
    """撤销下载链接; 正在生成的文件随之停止。"""
    with transaction(http.brand_id()) as session:
        at, by = clock.now(), identity.current_actor().person_id
        row = actions.revoke_delivery(session, delivery_id=delivery_id, by=by, at=at)
        downloaded = queries.downloads_of(session, [row.id])
        _audit(session, "codes.revoke_delivery", f"delivery:{delivery_id}", None, at)
    return shown_delivery(row, at) | {"downloaded": downloaded}


@console.get("/batches/<int:batch_id>/canaries")
@identity.requires_role(*ADMINS)
@http.contract(returns=schemas.CanariesSchema, errors=(errors.UnknownBatch,))
def list_canaries(*, batch_id: int) -> Any:
    """哨兵码在文件里的行号, 供产线剔除; 查看留痕。"""
    with transaction(http.brand_id()) as session:
        found = queries.canaries_of(session, batch_id)
        _audit(session, "codes.see_canaries", f"batch:{batch_id}", None, clock.now())
    return {"items": found}


@console.get("/batches/<int:batch_id>/lines")
@identity.requires_role(*READERS)
@http.contract(query=schemas.LinesQuery, returns=schemas.LinesSchema, errors=(errors.UnknownBatch,))
def find_lines(*, batch_id: int, first_seq: int, last_seq: int) -> Any:
    """文件中的行号换成码号段。"""
    with transaction(http.brand_id()) as session:
        lo, hi = queries.goods_between(session, batch_id, first_seq, last_seq)
    return {"lo": lo, "hi": hi}


def _audit(session: Session, action: str, subject: str, after: dict[str, Any] | None, at: datetime) -> None:
    actor = identity.current_actor()
    identity.record(session, actor=actor, action=action, subject=subject, before=None, after=after, at=at)
