"""What suspends a range of codes: freeze, thaw. Activation and withdrawal are plans, see campaigns."""

from typing import Any

from app import identity
from app.codes import actions, errors, queries, schemas
from app.codes.routes.shell import READERS, WRITERS, audit, console
from app.kit import clock, http
from app.kit.paging import PageQuery
from app.kit.transaction import transaction


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


def _block(action: str, verb: Any, **given: Any) -> Any:
    with transaction(http.brand_id()) as session:
        at = clock.now()
        row = verb(session, by=identity.current_actor().person_id, at=at, **given)
        told = {name: str(value) if name == "freeze_id" else value for name, value in given.items()}
        audit(session, action, f"block:{row.id}", told, at)
    return row
