"""The console's part of batches: list, pack, freeze and withdraw. Activation belongs to campaigns."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import identity
from app.codes import actions, errors, queries, schemas
from app.kit import clock, http
from app.kit.paging import PageQuery
from app.kit.transaction import transaction

console = http.blueprint("codes", __name__, "console")
BLUEPRINTS = (console,)
READERS = ("brand_admin", "brand_operator", "auditor")
WRITERS = ("brand_admin", "brand_operator")


@console.get("/batches")
@identity.requires_role(*READERS)
@http.contract(query=PageQuery, returns=schemas.BatchPageSchema)
def list_batches(cursor: str | None, limit: int) -> Any:
    """码批次列表。"""
    with transaction(http.brand_id()) as session:
        found = queries.batch_page(session, cursor=cursor, limit=limit)
        activated = queries.activated_counts(session, [row.id for row in found.items])
    items = [shown(row, activated.get(row.id, 0)) for row in found.items]
    return {"items": items, "next_cursor": found.next_cursor}


@console.get("/batches/<int:batch_id>")
@identity.requires_role(*READERS)
@http.contract(returns=schemas.BatchSchema, errors=(errors.UnknownBatch,))
def show_batch(batch_id: int) -> Any:
    """一个码批次。"""
    with transaction(http.brand_id()) as session:
        row = queries.batch_row(session, batch_id)
        return shown(row, queries.activated_counts(session, [batch_id]).get(batch_id, 0))


@console.post("/packing")
@identity.requires_role(*WRITERS)
@http.contract(
    accepts=schemas.NewPackingSchema,
    returns=schemas.RunSchema,
    errors=(errors.UnknownBatch, errors.TooFewParents, errors.AlreadyPacked, errors.PackedInItself),
    status=201,
)
def pack_batch(parents_batch_id: int, children_batch_id: int, per_parent: int) -> Any:
    """前关联: 按顺序把一批码装进上级批次。"""
    with transaction(http.brand_id()) as session:
        at = clock.now()
        run = actions.pack(
            session,
            parents_batch_id=parents_batch_id,
            children_batch_id=children_batch_id,
            per_parent=per_parent,
            at=at,
        )
        after = {"parents_batch_id": str(parents_batch_id), "per_parent": per_parent, "parent_lo": run.parent_lo}
        _audit(session, "codes.pack", f"batch:{children_batch_id}", after, at)
    return run


@console.post("/packing/ranges")
@identity.requires_role(*WRITERS)
@http.contract(
    accepts=schemas.NewPackedRangesSchema,
    returns=schemas.PackedSchema,
    errors=(errors.RangeOutsideBatch, errors.RangesOverlap, errors.AlreadyPacked, errors.PackedInItself),
    status=201,
)
def pack_ranges(ranges: list[dict[str, int]]) -> Any:
    """后关联: 产线采集到的装箱码段。"""
    with transaction(http.brand_id()) as session:
        at = clock.now()
        rows = [(one["lo"], one["hi"], one["parent_no"]) for one in ranges]
        runs = actions.pack_ranges(session, ranges=rows, at=at)
        after = {"ranges": len(ranges), "lo": min(rows)[0], "hi": max(row[1] for row in rows)}
        _audit(session, "codes.pack_ranges", "packing", after, at)
    return {"items": runs}


@console.get("/blocks")
@identity.requires_role(*READERS)
@http.contract(query=PageQuery, returns=schemas.BlockPageSchema)
def list_blocks(cursor: str | None, limit: int) -> Any:
    """冻结与作废记录。"""
    with transaction(http.brand_id()) as session:
        return queries.block_page(session, cursor=cursor, limit=limit)


@console.post("/freezes")
@identity.requires_role(*WRITERS)
@http.contract(
    accepts=schemas.NewBlockSchema, returns=schemas.BlockSchema, errors=(errors.RangeOutsideBatch,), status=201
)
def freeze(lo: int, hi: int, reason: str) -> Any:
    """冻结一段码。"""
    return _block("codes.freeze", actions.freeze, lo=lo, hi=hi, reason=reason)


@console.delete("/freezes/<int:freeze_id>")
@identity.requires_role(*WRITERS)
@http.contract(
    query=schemas.ThawQuery, returns=schemas.BlockSchema, errors=(errors.UnknownFreeze, errors.NotFrozen)
)
def thaw(freeze_id: int, lo: int | None, hi: int | None) -> Any:
    """解冻整段, 或其中一部分。"""
    return _block("codes.thaw", actions.thaw, freeze_id=freeze_id, lo=lo, hi=hi)


@console.post("/voids")
@identity.requires_role(*WRITERS)
@http.contract(
    accepts=schemas.NewBlockSchema, returns=schemas.BlockSchema, errors=(errors.RangeOutsideBatch,), status=201
)
def void(lo: int, hi: int, reason: str) -> Any:
    """作废一段码, 不可恢复。"""
    return _block("codes.void", actions.void, lo=lo, hi=hi, reason=reason)


def _block(action: str, verb: Any, **given: Any) -> Any:
    with transaction(http.brand_id()) as session:
        at = clock.now()
        row = verb(session, by=identity.current_actor().person_id, at=at, **given)
        told = {name: str(value) if name == "freeze_id" else value for name, value in given.items()}
        _audit(session, action, f"block:{row.id}", told, at)
    return row


def _audit(session: Session, action: str, subject: str, after: dict[str, Any], at: datetime) -> None:
    actor = identity.current_actor()
    identity.record(session, actor=actor, action=action, subject=subject, before=None, after=after, at=at)


def shown(row: Any, activated: int) -> dict[str, Any]:
    """A batch as the console shows it; ``activated`` is how many of its codes are."""
    count = row.hi - row.lo
    return {
        **{name: getattr(row, name) for name in ("id", "number", "sku_id", "pack_id", "level", "lo", "hi")},
        **{name: getattr(row, name) for name in ("made_on", "expires_on", "created_at", "exported_at")},
        "face": "pair" if row.has_inner else "outer",
        "count": count,
        "activated": activated,
        "state": _state(count, activated, exported=row.exported_at is not None),
    }


def _state(count: int, activated: int, *, exported: bool) -> str:
    if activated:
        return "active" if activated == count else "partly_active"
    return "exported" if exported else "minted"
