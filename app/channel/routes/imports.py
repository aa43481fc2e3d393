"""Files of dealers, shops and people, by the console and by other systems."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from app import identity
from app.channel import errors, schemas
from app.channel.actions import ReadList, TakenIn, read_list, take_in
from app.channel.routes.records import WRITERS, audit
from app.channel.rules import template
from app.kit import clock, csv_text, files, uploads
from app.kit.errors import TooLarge
from app.kit.http import blueprint, brand_id, contract, language
from app.kit.ids import new_id
from app.kit.transaction import transaction

console = blueprint("channel_imports", __name__, "console")
open_api = blueprint("channel_imports", __name__, "open")
MOST_BYTES = 8_000_000
REFUSALS = (
    uploads.EmptyFile,
    TooLarge,
    csv_text.NotText,
    errors.UnfitHeader,
    errors.TooManyLines,
    errors.ListRefused,
    errors.ImportOutrun,
)


@console.get("/channel/imports/template")
@contract(query=schemas.TemplateQuery, media_type="text/csv")
def show_template(*, kind: str) -> Response:
    """导入模板: 经销商, 门店或人员"""
    text = csv_text.BOM + "".join(map(csv_text.line, template(kind)))
    headers = {"Content-Disposition": f'attachment; filename="{kind}.csv"'}
    return Response(text, content_type="text/csv; charset=utf-8", headers=headers)


@console.post("/channel/imports/files")
@identity.requires_role(*WRITERS)
@contract(query=schemas.ImportQuery, returns=schemas.ImportSchema, errors=REFUSALS, upload="text/csv")
def import_file(*, kind: str, dry_run: bool) -> dict[str, Any]:
    """导入经销商、门店或人员: 先试运行, 有错误时一行也不导入"""
    return _take_in(kind, dry_run=dry_run)


@open_api.post("/channel/imports/files")
@identity.for_scope("channel.write")
@contract(query=schemas.ImportQuery, returns=schemas.ImportSchema, errors=REFUSALS, upload="text/csv")
def import_file_of_system(*, kind: str, dry_run: bool) -> dict[str, Any]:
    """其他系统导入经销商、门店或人员"""
    return _take_in(kind, dry_run=dry_run)


def _take_in(kind: str, *, dry_run: bool) -> dict[str, Any]:
    at, by = clock.now(), identity.current_actor().person_id
    name = f"channel_imports/{new_id()}.csv"
    received = uploads.receive(brand_id(), name, most_bytes=MOST_BYTES)
    try:
        file = read_list(kind, received.path.read_bytes())
    finally:
        files.remove(brand_id(), name)  # it names people: the hash is all that is kept
    with transaction(brand_id()) as session:
        taken = take_in(session, file, sha256=received.sha256, dry_run=dry_run, by=by, at=at)
        if file.findings.count and not dry_run and not taken.repeated:
            raise errors.ListRefused(error_count=file.findings.count, errors=_errors(file))
        if not dry_run and not taken.repeated:
            _record(session, file, received.sha256, at)
    return _report(file, taken, dry_run=dry_run)


def _record(session: Session, file: ReadList, sha256: str, at: Any) -> None:
    after = {"kind": file.kind, "lines": file.count, "sha256": sha256}
    audit(session, "channel.file_imported", f"channel_import:{file.kind}", after, at)


def _report(file: ReadList, taken: TakenIn, *, dry_run: bool) -> dict[str, Any]:
    """A file that was taken in before has no errors to speak of: its lines exist because of it."""
    quiet = taken.repeated
    return {
        "lines": taken.lines,
        "repeated": taken.repeated,
        "dry_run": dry_run,
        "error_count": 0 if quiet else file.findings.count,
        "errors": [] if quiet else _errors(file),
    }


def _errors(file: ReadList) -> list[dict[str, Any]]:
    return [
        {"line": each.line, "column": each.column, "code": each.code, "message": each.words(language())}
        for each in file.findings.shown
    ]
