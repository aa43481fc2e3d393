"""States of codes at the console: activate, withdraw, freeze and thaw by batch, range or list, now or later."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import codes, identity
from app.campaigns.actions import change_states, review_change
from app.campaigns.errors import CampaignUnknown, OtherBatch
from app.campaigns.routes.shell import WRITERS, audit, console
from app.campaigns.schemas import (
    FileQuery,
    NewPlanSchema,
    NewVoidSchema,
    PlanPageSchema,
    PlanQuery,
    PlanReviewSchema,
    PlanSchema,
)
from app.kit import clock, files
from app.kit.errors import TooLarge
from app.kit.http import brand_id, contract
from app.kit.ids import new_id
from app.kit.paging import Page
from app.kit.transaction import transaction
from app.kit.uploads import EmptyFile, receive

MOST_BYTES = 40_000_000
REFUSALS = (
    CampaignUnknown,
    OtherBatch,
    codes.AlreadyActivated,
    codes.RangeOutsideBatch,
    codes.states.DuePast,
    codes.states.ListRefused,
    codes.states.NotFrozen,
    codes.states.ReasonMissing,
)


@console.get("/plans")
@contract(query=PlanQuery, returns=PlanPageSchema)
def list_plans(*, state: str | None, cursor: str | None, limit: int) -> Page[dict[str, Any]]:
    """码状态的改动与计划"""
    with transaction(brand_id()) as session:
        found = codes.states.plan_page(session, state=state, cursor=cursor, limit=limit)
        return Page([_shown(session, row) for row in found.items], found.next_cursor)


@console.post("/plans")
@identity.requires_role(*WRITERS)
@contract(
    accepts=NewPlanSchema,
    returns=PlanSchema,
    errors=(*REFUSALS, codes.UnknownBatch, codes.states.NothingNamed),
    status=201,
)
def post_plan(
    *, kind: str, batch_id: int | None, ranges: list[dict[str, int]], texts: list[str], **change: Any
) -> dict[str, Any]:
    """按批次、码段或名单激活、冻结、解冻, 立即或定时; 作废由另一位同事审核后才执行"""
    if (batch_id is not None, bool(ranges), bool(texts)).count(True) != 1:
        raise codes.states.NothingNamed
    listed = _read(texts, kind) if texts else [(one["lo"], one["hi"]) for one in ranges]
    with transaction(brand_id()) as session:
        subject = f"名单 {len(texts)} 行" if texts else "码段"
        if batch_id is not None:
            batch = codes.batch(session, batch_id)
            subject, listed = f"批次 {batch.number}", [(batch.lo, batch.hi)]
        return _change(session, kind, subject, listed, **change)


@console.post("/voids")
@identity.requires_role(*WRITERS)
@contract(accepts=NewVoidSchema, returns=PlanSchema, errors=(codes.RangeOutsideBatch,), status=201)
def post_void(*, lo: int, hi: int, reason: str) -> dict[str, Any]:
    """申请作废一段码, 由另一位同事审核后执行, 不可恢复"""
    with transaction(brand_id()) as session:
        return _change(session, "void", "码段", [(lo, hi)], reason=reason)


@console.post("/plans/<int:plan_id>/review")
@identity.requires_role(*WRITERS)
@contract(
    accepts=PlanReviewSchema,
    returns=PlanSchema,
    errors=(codes.states.UnknownPlan, codes.states.OwnRequest, codes.states.PlanSettled),
)
def review_plan(*, plan_id: int, approve: bool, words: str | None) -> dict[str, Any]:
    """审核作废: 同意或驳回, 不能审核自己的申请; 同意后到期即执行"""
    at, by = clock.now(), identity.current_actor().person_id
    with transaction(brand_id()) as session:
        row = review_change(session, plan_id=plan_id, approve=approve, words=words, by=by, at=at)
        after = {"subject": row.subject, "count": row.count, "state": row.state, "words": words}
        audit(session, f"codes.review_{row.kind}", plan_id, after, at)
        return _shown(session, row)


@console.post("/activations/files")
@identity.requires_role(*WRITERS)
@contract(
    query=FileQuery, returns=PlanSchema, errors=(*REFUSALS, TooLarge, EmptyFile), status=201, upload="text/csv"
)
def activate_file(*, name: str, **change: Any) -> dict[str, Any]:
    """按文件激活: 一行一个码或网址, 有一行不对就全部不改"""
    return _change_file("activate", name, **change)


@console.post("/voids/files")
@identity.requires_role(*WRITERS)
@contract(
    query=FileQuery, returns=PlanSchema, errors=(*REFUSALS, TooLarge, EmptyFile), status=201, upload="text/csv"
)
def void_file(*, name: str, **change: Any) -> dict[str, Any]:
    """按文件申请作废: 一行一个码或网址, 有一行不对就全部不改; 由另一位同事审核后执行"""
    return _change_file("void", name, **change)


@console.post("/freezes/files")
@identity.requires_role(*WRITERS)
@contract(
    query=FileQuery, returns=PlanSchema, errors=(*REFUSALS, TooLarge, EmptyFile), status=201, upload="text/csv"
)
def freeze_file(*, name: str, **change: Any) -> dict[str, Any]:
    """按文件冻结, 一个人就能立即执行: 一行一个码或网址, 有一行不对就全部不改"""
    return _change_file("freeze", name, **change)


@console.delete("/plans/<int:plan_id>")
@identity.requires_role(*WRITERS)
@contract(returns=PlanSchema, errors=(codes.states.UnknownPlan, codes.states.PlanSettled))
def delete_plan(*, plan_id: int) -> dict[str, Any]:
    """取消还没有执行的计划或申请"""
    at = clock.now()
    with transaction(brand_id()) as session:
        row = codes.states.cancel_plan(session, plan_id, at=at)
        audit(session, "codes.plan_cancelled", plan_id, {"kind": row.kind, "subject": row.subject}, at)
        return _shown(session, row)


def _change_file(kind: str, name: str, **change: Any) -> dict[str, Any]:
    received = receive(brand_id(), f"lists/{new_id()}.csv", most_bytes=MOST_BYTES)
    try:
        with received.path.open(encoding="utf-8", errors="replace") as lines:
            listed = _read(lines, kind)
    finally:
        files.remove(brand_id(), received.name)
    with transaction(brand_id()) as session:
        return _change(session, kind, f"文件 {name or received.sha256[:12]}", listed, **change)


def _read(lines: Iterable[str], kind: str) -> list[tuple[int, int]]:
    """The ranges of a list, before the transaction; raises `ListRefused` with the first wrong lines."""
    on = clock.business_day(clock.now())
    return codes.states.require_list(brand_id(), lines, kind=kind, on=on).ranges


def _change(
    session: Session,
    kind: str,
    subject: str,
    listed: Sequence[tuple[int, int]],
    *,
    with_contents: bool = False,
    campaign_id: int | None = None,
    reason: str | None = None,
    due_at: datetime | None = None,
) -> dict[str, Any]:
    at, by = clock.now(), identity.current_actor().person_id
    if with_contents:
        listed, subject = codes.states.with_contents(session, listed), f"{subject}（含内装）"
    new = codes.states.NewPlan(kind, subject, listed, campaign_id, reason, due_at)
    row = change_states(session, new, by=by, at=at)
    after = {"subject": subject, "count": row.count, "reason": reason, "due_at": row.due_at.isoformat()}
    action = f"codes.request_{kind}" if row.state == "requested" else f"codes.{kind}"
    audit(session, action, row.id, after | {"campaign_id": campaign_id, "state": row.state}, at)
    return _shown(session, row)


def _shown(session: Session, row: codes.states.PlanRow) -> dict[str, Any]:
    shown = {name: getattr(row, name, None) for name in PlanSchema().fields}
    names = {
        "planned_by_name": identity.person(session, row.planned_by).nickname,
        "reviewed_by_name": identity.person(session, row.reviewed_by).nickname if row.reviewed_by else None,
    }
    return shown | names | {"ranges": len(row.los), "lo": row.los[0], "hi": row.his[-1]}
