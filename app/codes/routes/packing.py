"""Association at the console: what is packed in what."""

from typing import Any

from app import identity
from app.codes import actions, errors, schemas
from app.codes.routes.shell import WRITERS, audit
from app.kit import clock, http
from app.kit.transaction import transaction

console = http.blueprint("packing", __name__, "console")


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
        audit(session, "codes.pack", f"batch:{children_batch_id}", after, at)
    return run


@console.post("/packing/ranges")
@identity.requires_role(*WRITERS)
@http.contract(
    accepts=schemas.NewPackedRangesSchema,
    returns=schemas.PackedSchema,
    errors=(
        errors.RangeOutsideBatch,
        errors.RangesOverlap,
        errors.AlreadyPacked,
        errors.PackedInItself,
        errors.ParentClosed,
    ),
    status=201,
)
def pack_ranges(ranges: list[dict[str, int]]) -> Any:
    """后关联: 产线采集到的装箱码段。"""
    with transaction(http.brand_id()) as session:
        at = clock.now()
        rows = [(one["lo"], one["hi"], one["parent_no"]) for one in ranges]
        runs = actions.pack_ranges(session, ranges=rows, at=at)
        after = {"ranges": len(ranges), "lo": min(rows)[0], "hi": max(row[1] for row in rows)}
        audit(session, "codes.pack_ranges", "packing", after, at)
    return {"items": runs}
