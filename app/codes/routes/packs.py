"""Pack orders at the console: ask, review, cancel, and follow them through."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import catalog, identity
from app.codes import actions, errors, queries, schemas
from app.codes.models import PackRow
from app.codes.routes.shapes import shown_batches, shown_pack
from app.kit import clock, http
from app.kit.paging import PageQuery
from app.kit.transaction import transaction

console = http.blueprint("code_packs", __name__, "console")
READERS = ("brand_admin", "brand_operator", "auditor")
WRITERS = ("brand_admin", "brand_operator")


@console.get("/packs")
@identity.requires_role(*READERS)
@http.contract(query=PageQuery, returns=schemas.PackPageSchema)
def list_packs(*, cursor: str | None, limit: int) -> Any:
    """码包列表。"""
    with transaction(http.brand_id()) as session:
        found = queries.pack_page(session, cursor=cursor, limit=limit)
        items = [shown_pack(session, row) for row in found.items]
    return {"items": items, "next_cursor": found.next_cursor}


@console.get("/packs/<int:pack_id>")
@identity.requires_role(*READERS)
@http.contract(returns=schemas.WholePackSchema, errors=(errors.UnknownPack,))
def show_pack(*, pack_id: int) -> Any:
    """一个码包: 各级批次, 交付与下载记录。"""
    with transaction(http.brand_id()) as session:
        row = queries.pack_row(session, pack_id)
        return shown_pack(session, row) | {"batches": shown_batches(session, row, clock.now())}


@console.post("/packs")
@identity.requires_role(*WRITERS)
@http.contract(
    accepts=schemas.NewPackSchema,
    returns=schemas.PackSchema,
    errors=(
        errors.UnknownSpec,
        errors.SpecRetired,
        errors.NumberTaken,
        errors.DatesReversed,
        catalog.UnknownSku,
    ),
    status=201,
)
def request_pack(**order: Any) -> Any:
    """申请码包; 由另一位同事审核后才会生成。"""
    with transaction(http.brand_id()) as session:
        at, by = clock.now(), identity.current_actor().person_id
        row = actions.request_pack(session, actions.NewPack(**order), by=by, at=at)
        answer = shown_pack(session, row)
        _audit(session, "codes.request_pack", row, {"number": row.number, "count": row.count}, at)
    return answer


@console.post("/packs/<int:pack_id>/review")
@identity.requires_role(*WRITERS)
@http.contract(
    accepts=schemas.ReviewSchema,
    returns=schemas.PackSchema,
    errors=(errors.UnknownPack, errors.OwnRequest, errors.PackDecided),
)
def review_pack(*, pack_id: int, approve: bool, words: str | None) -> Any:
    """审核码包: 同意或驳回, 不能审核自己的申请。"""
    with transaction(http.brand_id()) as session:
        at, by = clock.now(), identity.current_actor().person_id
        row = actions.review_pack(session, pack_id=pack_id, approve=approve, words=words, by=by, at=at)
        answer = shown_pack(session, row)
        _audit(session, "codes.review_pack", row, {"state": row.state, "words": words}, at)
    return answer


@console.post("/packs/<int:pack_id>/cancellation")
@identity.requires_role(*WRITERS)
@http.contract(returns=schemas.PackSchema, errors=(errors.UnknownPack, errors.PackDecided))
def cancel_pack(*, pack_id: int) -> Any:
    """取消还没有生成的码包。"""
    with transaction(http.brand_id()) as session:
        at, by = clock.now(), identity.current_actor().person_id
        row = actions.cancel_pack(session, pack_id=pack_id, by=by, at=at)
        answer = shown_pack(session, row)
        _audit(session, "codes.cancel_pack", row, {"number": row.number}, at)
    return answer


def _audit(session: Session, action: str, row: PackRow, after: dict[str, Any], at: datetime) -> None:
    actor, subject = identity.current_actor(), f"pack:{row.id}"
    identity.record(session, actor=actor, action=action, subject=subject, before=None, after=after, at=at)
