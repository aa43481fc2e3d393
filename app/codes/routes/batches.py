"""The console's part of batches: what there is."""

from typing import Any

from app import identity
from app.codes import errors, queries, schemas
from app.codes.routes.shell import READERS, console
from app.kit import http
from app.kit.paging import PageQuery
from app.kit.transaction import transaction


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
