"""Association files from the line: by the console and by the open API, the same story."""

from typing import Any

from flask import Response

from app import identity
from app.codes import actions, errors, queries, schemas
from app.codes.routes.shell import READERS, WRITERS, audit
from app.codes.rules.findings import error_list
from app.kit import clock, files, http, uploads
from app.kit.errors import TooLarge
from app.kit.ids import new_id
from app.kit.paging import PageQuery
from app.kit.transaction import transaction

console = http.blueprint("associations", __name__, "console")
open_api = http.blueprint("associations", __name__, "open")
MOST_BYTES = 400_000_000
takes_file = http.contract(
    query=schemas.NewAssociationQuery,
    returns=schemas.AssociationSchema,
    errors=(uploads.EmptyFile, TooLarge),
    upload="text/csv",
    status=202,
)


@console.post("/associations/files")
@identity.requires_role(*WRITERS)
@takes_file
def post_file(**given: Any) -> Any:
    """上传产线关联文件: 后台逐行核对, 全部无误才入库。"""
    return _receive("console", **given)


@open_api.post("/associations/files")
@identity.for_scope("codes.write")
@takes_file
def send_file(**given: Any) -> Any:
    """产线系统送来关联文件: 后台逐行核对, 全部无误才入库。"""
    return _receive("open", **given)


def _receive(source: str, *, name: str, dry_run: bool, **head: str | None) -> Any:
    brand_id, by = http.brand_id(), identity.current_actor().person_id
    received = uploads.receive(brand_id, f"associations/{new_id()}.csv", most_bytes=MOST_BYTES)
    at = clock.now()
    with transaction(brand_id) as session:
        row, is_new = actions.register_import(
            session, received, name=name, source=source, head=head, dry_run=dry_run, by=by, at=at
        )
        if is_new:
            told = {"name": name, "sha256": received.sha256, "size": received.size, "dry_run": dry_run}
            audit(session, "codes.import_file", f"import:{row.id}", told, at)
    if not is_new:
        files.remove(brand_id, received.name)
    return row


@console.get("/associations")
@identity.requires_role(*READERS)
@http.contract(query=PageQuery, returns=schemas.AssociationPageSchema)
def list_imports(cursor: str | None, limit: int) -> Any:
    """关联导入记录。"""
    with transaction(http.brand_id()) as session:
        return queries.import_page(session, cursor=cursor, limit=limit)


@console.get("/associations/<int:import_id>")
@identity.requires_role(*READERS)
@http.contract(returns=schemas.AssociationSchema, errors=(errors.UnknownImport,))
def show_import(import_id: int) -> Any:
    """一次关联导入, 及其进度。"""
    return _show(import_id)


@open_api.get("/associations/<int:import_id>")
@identity.for_scope("codes.read")
@http.contract(returns=schemas.AssociationSchema, errors=(errors.UnknownImport,))
def read_import(import_id: int) -> Any:
    """一次关联导入, 及其进度。"""
    return _show(import_id)


def _show(import_id: int) -> Any:
    with transaction(http.brand_id()) as session:
        return queries.import_row(session, import_id)


@console.get("/associations/<int:import_id>/errors")
@identity.requires_role(*READERS)
@http.contract(query=PageQuery, returns=schemas.AssociationErrorPageSchema, errors=(errors.UnknownImport,))
def list_errors(import_id: int, cursor: str | None, limit: int) -> Any:
    """出错的行, 按行号。"""
    return _errors(import_id, cursor, limit)


@open_api.get("/associations/<int:import_id>/errors")
@identity.for_scope("codes.read")
@http.contract(query=PageQuery, returns=schemas.AssociationErrorPageSchema, errors=(errors.UnknownImport,))
def read_errors(import_id: int, cursor: str | None, limit: int) -> Any:
    """出错的行, 按行号。"""
    return _errors(import_id, cursor, limit)


def _errors(import_id: int, cursor: str | None, limit: int) -> Any:
    with transaction(http.brand_id()) as session:
        queries.import_row(session, import_id)
        return queries.import_error_page(session, import_id, cursor=cursor, limit=limit)


@console.get("/associations/<int:import_id>/errors.csv")
@identity.requires_role(*READERS)
@http.contract(errors=(errors.UnknownImport,), media_type="text/csv")
def download_errors(import_id: int) -> Response:
    """下载出错的行。"""
    with transaction(http.brand_id()) as session:
        row = queries.import_row(session, import_id)
        found = queries.import_errors(session, import_id)
    body = error_list(found, wrong=row.wrong, language=http.language())
    name = f"association-{import_id}-errors.csv"
    return Response(body, mimetype="text/csv", headers={"Content-Disposition": f"attachment; filename={name}"})


@console.post("/associations/<int:import_id>/retry")
@identity.requires_role(*WRITERS)
@http.contract(returns=schemas.AssociationSchema, errors=(errors.UnknownImport, errors.ImportNotRefused))
def retry_import(import_id: int) -> Any:
    """被退回的文件, 处理好问题后重新核对。"""
    with transaction(http.brand_id()) as session:
        at = clock.now()
        row = actions.retry_import(session, import_id, at=at)
        audit(session, "codes.import_retry", f"import:{import_id}", {}, at)
    return row
