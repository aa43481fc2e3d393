"""The console's part of codes: mint and print."""

import tempfile
from contextlib import ExitStack
from typing import Any

from flask import Response, current_app, send_file

from app import catalog, identity, tenancy
from app.codes import actions, errors, queries, schemas
from app.codes.routes.shell import READERS, WRITERS, audit, console
from app.kit import clock, http
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


@console.post("/batches")
@identity.requires_role(*WRITERS)
@http.contract(
    accepts=schemas.NewBatchSchema,
    returns=schemas.BatchSchema,
    errors=(errors.NumberTaken, errors.DatesReversed, errors.NumbersExhausted, errors.NoSlot, catalog.UnknownSku),
    status=201,
)
def mint_batch(face: str, **batch: Any) -> Any:
    """订制一批码: 只分配码号段, 不逐码落库。"""
    with transaction(http.brand_id()) as session:
        at = clock.now()
        minted = actions.mint_batch(session, has_inner=face == "pair", at=at, **batch)
        shape = {"number": minted.number, "level": minted.level, "lo": minted.lo, "hi": minted.hi}
        audit(session, "codes.mint", f"batch:{minted.id}", shape, at)
        return shown(queries.batch_row(session, minted.id), 0)


@console.get("/batches/<int:batch_id>")
@identity.requires_role(*READERS)
@http.contract(returns=schemas.BatchSchema, errors=(errors.UnknownBatch,))
def show_batch(batch_id: int) -> Any:
    """一个码批次。"""
    with transaction(http.brand_id()) as session:
        row = queries.batch_row(session, batch_id)
        return shown(row, queries.activated_counts(session, [batch_id]).get(batch_id, 0))


@console.post("/batches/<int:batch_id>/export")
@identity.requires_role(*WRITERS)
@http.contract(
    accepts=schemas.ExportSchema,
    errors=(errors.UnknownBatch, errors.InvalidRecipient, errors.NoSlot),
    media_type="application/octet-stream",
)
def export_batch(batch_id: int, recipient: str) -> Response:
    """导出印刷文件: 用工厂的 age 公钥加密, 留下导出记录。"""
    with transaction(http.brand_id()) as session:
        job = actions.prepare_print(session, batch_id=batch_id)
    with ExitStack() as closing:
        file = closing.enter_context(tempfile.TemporaryFile())
        result = actions.write_print_file(job, scheme_host=print_base(), recipient=recipient, target=file)
        with transaction(http.brand_id()) as session:
            at, by = clock.now(), identity.current_actor().person_id
            actions.record_export(session, job, result, recipient=recipient, by=by, at=at)
            told = {"sha256": result.sha256, "count": result.count, "recipient": recipient}
            audit(session, "codes.export", f"batch:{batch_id}", told, at)
        closing.pop_all()  # the response sends the file after this view, and closes it
    file.seek(0)
    name = f"codes-{job.batch.number}.csv.age".replace("/", "_")
    return send_file(file, "application/octet-stream", as_attachment=True, download_name=name, max_age=0)


def shown(row: Any, activated: int) -> dict[str, Any]:
    """A batch as the console shows it; ``activated`` is how many of its codes are."""
    count = row.hi - row.lo
    return {
        **{name: getattr(row, name) for name in ("id", "number", "sku_id", "level", "lo", "hi")},
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


def print_base() -> str:
    """Scheme and host that the brand's codes are printed with."""
    scheme = current_app.config["MALU_PUBLIC_SCHEME"]
    return f"{scheme}://{tenancy.brand(http.brand_id()).host}"
