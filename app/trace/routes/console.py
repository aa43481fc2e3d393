"""The console's part of trace: a code's whole life, and the quality reports of batches."""

from collections.abc import Iterator
from typing import Any

from app import catalog, channel, codes, identity
from app.kit import clock, files, regions, uploads
from app.kit.http import blueprint, brand_id, contract, language
from app.kit.ids import new_id
from app.kit.transaction import transaction
from app.trace import actions, errors, queries, schemas
from app.trace.routes.events import root
from app.trace.rules import telling
from app.trace.rules.reports import LONGEST_MARK, MOST_BYTES, media_type_of
from app.trace.rules.telling import Names, Step

console = blueprint("trace", __name__, "console")
READERS = ("brand_admin", "brand_operator", "auditor")


@console.get("/life")
@identity.requires_role(*READERS)
@contract(query=schemas.LifeQuery, returns=schemas.LifeSchema, errors=(codes.UnknownCode,))
def show_life(*, text: str | None, code_no: int | None) -> dict[str, Any]:
    """一个码的一生 (按码、照片读出的内容或码号查找; 由码号不能得到可领奖的码)"""
    wanted = text or queries.outer_text(brand_id(), code_no or 0)
    read = codes.read(brand_id(), wanted) if wanted else None
    if read is None:
        raise codes.UnknownCode
    with transaction(brand_id()) as session:
        whole = queries.whole(session, read)
        levels = {code_no: codes.batch_of(session, code_no) for code_no in whole.way.path}
    shown = read.text if text or not queries.wins_by_itself(read.batch) else None
    return _facts(read) | {
        "code": shown,
        "names": queries.standard_names(brand_id(), read.batch, shown, root=root()) if shown else None,
        "packs": [_pack(code_no, levels[code_no]) for code_no in whole.way.path[1:]],
        "contents": whole.contents,
        "children": [_pack(code_no, None) for code_no in whole.children],
        "pack": whole.history.pack,
        "queries": [
            {"face": face, "times": one.times, "first_at": one.first_at} for face, one in whole.queries.items()
        ],
        "reports": whole.way.reports,
        "steps": sorted(_steps(read, whole), key=lambda step: step.at),
    }


def _facts(read: codes.CodeRead) -> dict[str, Any]:
    facts = catalog.product_facts(brand_id(), read.batch.sku_id)
    return {
        "code_no": read.code_no,
        "canary": read.canary,
        "face": read.face,
        "state": read.state,
        "level": read.batch.level,
        "product": f"{facts.name} {facts.spec}".strip(),
        "gtin": facts.gtin,
        "batch": read.batch,
    }


def _pack(code_no: int, batch: codes.BatchInfo | None) -> dict[str, Any]:
    return {
        "code_no": code_no,
        "code": queries.tellable_text(brand_id(), code_no),
        "level": batch.level if batch else None,
    }


def _steps(read: codes.CodeRead, whole: queries.Whole) -> Iterator[Step]:
    chosen, names = language(), _names()
    yield from _canary(read, whole.history)
    for code_no, piece in whole.way.pieces:
        own = code_no == read.code_no
        if own and (piece.record.kind == "void" or piece.parent_no == code_no):
            continue
        if own or piece.record.kind not in {"minted", "activated"}:
            told = telling.record_text(piece.record, piece.parent_no, names, chosen)
            yield Step(piece.record.at, told if own else f"{names.code(code_no)}: {told}")
    for block in whole.history.blocks:
        yield Step(block.created_at, telling.block_text(block.kind, block.reason, chosen))
        if block.lifted_at:
            yield Step(block.lifted_at, telling.lifted_text(chosen))
    for export in whole.exports:
        yield Step(export.exported_at, telling.export_text(export.recipient, export.count, chosen))
    for seen in whole.sightings:
        yield Step(seen.at, telling.sighting_text(seen.kind, _place(seen), chosen))


def _canary(read: codes.CodeRead, history: codes.CodeHistory) -> Iterator[Step]:
    if read.canary:
        pack = history.pack.number if history.pack else None
        yield Step(history.minted_at, telling.canary_text(read.batch.number, pack, language()))


def _names() -> Names:
    directory, brand = channel.directory(brand_id()), brand_id()
    return Names(
        directory.dealer_name, directory.terminal_name, lambda code_no: queries.tellable_text(brand, code_no)
    )


def _place(seen: Any) -> str | None:
    """The county of a sighting, as noted then or by its position."""
    atlas = regions.atlas()
    found = atlas.by_code.get(seen.county) if seen.county else None
    if found is None and seen.latitude_e6 is not None and seen.longitude_e6 is not None:
        found = atlas.at(seen.latitude_e6, seen.longitude_e6)
    return f"{found.city} {found.name}" if found else None


@console.get("/batches/<int:batch_id>/reports")
@identity.requires_role(*READERS)
@contract(returns=schemas.ReportsSchema, errors=(codes.UnknownBatch,))
def list_reports(*, batch_id: int) -> dict[str, Any]:
    """一个批次的质检报告"""
    with transaction(brand_id()) as session:
        codes.batch(session, batch_id)
        return {"items": queries.reports_of(session, batch_id)}


@console.post("/batches/<int:batch_id>/reports/files")
@identity.requires_role("brand_admin", "brand_operator")
@contract(
    query=schemas.NewReportQuery,
    returns=schemas.ReportSchema,
    errors=(codes.UnknownBatch, errors.NotAReport, errors.TooManyReports, uploads.EmptyFile),
    status=201,
    upload="application/octet-stream",
)
def attach_report(*, batch_id: int, title: str) -> Any:
    """上传质检报告 (PDF、JPEG 或 PNG, 最大 10 MB), 上传后消费者即可查看"""
    received = uploads.receive(brand_id(), f"reports/{new_id()}", most_bytes=MOST_BYTES)
    try:
        return _attached(batch_id, title, received)
    except Exception:
        files.remove(brand_id(), received.name)
        raise


def _attached(batch_id: int, title: str, received: uploads.Received) -> Any:
    with received.path.open("rb") as file:
        media_type = media_type_of(file.read(LONGEST_MARK))
    if media_type is None:
        raise errors.NotAReport
    actor, at = identity.current_actor(), clock.now()
    with transaction(brand_id()) as session:
        row = actions.attach_report(
            session,
            batch_id=batch_id,
            title=title,
            media_type=media_type,
            file=received,
            by=actor.person_id,
            at=at,
        )
        told = {"title": title, "sha256": row.sha256, "media_type": media_type}
        _audit(session, "trace.attach_report", f"batch:{batch_id}", None, told)
        return row


@console.delete("/reports/<int:report_id>")
@identity.requires_role("brand_admin", "brand_operator")
@contract(errors=(errors.UnknownReport,))
def remove_report(*, report_id: int) -> None:
    """撤下一份质检报告"""
    with transaction(brand_id()) as session:
        row = actions.remove_report(session, report_id=report_id, at=clock.now())
        _audit(session, "trace.remove_report", f"batch:{row.batch_id}", {"title": row.title}, None)
    files.remove(brand_id(), row.file)


def _audit(session: Any, action: str, subject: str, before: Any, after: Any) -> None:
    actor = identity.current_actor()
    identity.record(
        session, actor=actor, action=action, subject=subject, before=before, after=after, at=clock.now()
    )
