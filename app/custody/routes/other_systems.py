"""ERP and warehouse systems: report movements as JSON or as a file, and fetch what has moved."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy.orm import Session

from app import channel, codes, identity
from app.custody import errors, queries, schemas
from app.custody.actions.files import Numbered, read_codes, record_file
from app.custody.routes import desk, shown
from app.custody.rules import Document, Kind, NewDocument, Run
from app.custody.rules.files import MOST_ERRORS, LineError, read_file
from app.kit import clock, files, uploads
from app.kit.errors import TooLarge
from app.kit.http import blueprint, brand_id, contract, language
from app.kit.ids import new_id
from app.kit.paging import decode_cursor, encode_cursor
from app.kit.transaction import transaction

other_systems = blueprint("custody", __name__, "open")
MOST_BYTES = 4_000_000
NUMBER_OF_FILE = "F-{}"


class _DryRun(Exception):
    """Takes back everything that a trial has written."""


@other_systems.post("/movements")
@identity.for_scope("custody.write")
@contract(
    accepts=schemas.NewMovementSchema,
    returns=schemas.DocumentSchema,
    errors=(*desk.RECORD_ERRORS, *desk.RECEIVE_ERRORS),
    status=201,
)
def report_movement(*, kind: str, of: str | None, **new: Any) -> dict[str, Any]:
    """上报发货、调拨、铺货、退货或收货; 同一单号重复上报不会重复记录"""
    if kind == "received":
        return desk.confirm(
            lambda session: _numbered(session, of),
            lambda _: None,
            codes=new["codes"],
            number=new["number"],
            reference=new["reference"],
        )
    from_ids = {name: new.pop(name) for name in ("from_dealer_id", "from_terminal_id")}
    return desk.record(lambda session: queries.sender_of(session, **from_ids), kind=kind, **new)  # type: ignore[arg-type]  # the schema checks it


def _numbered(session: Session, number: str | None) -> Document:
    row = queries.shipment_by_number(session, number) if number is not None else None
    if row is None:
        raise errors.UnknownDocument
    return queries.document(session, row.id)


@other_systems.post("/movements/files")
@identity.for_scope("custody.write")
@contract(
    query=schemas.FileQuery,
    returns=schemas.FileReportSchema,
    errors=(errors.FileRefused, uploads.EmptyFile, TooLarge, *desk.RECORD_ERRORS),
    upload="text/csv",
)
def report_file(*, number: str | None, dry_run: bool, **new: Any) -> dict[str, Any]:
    """上报 CSV 文件 (code, 或 document,code): 全部记录或全部拒绝; 同一文件重复上报不会重复记录"""
    content = _received()
    lines, wrong = read_file(
        content, document=number or NUMBER_OF_FILE.format(hashlib.sha256(content).hexdigest()[:32])
    )
    documents, unread = read_codes(brand_id(), lines)
    _refuse([*wrong, *unread])
    names, made = channel.directory(brand_id()), list[Document]()
    with suppress(_DryRun), transaction(brand_id()) as session:
        made += _record(session, documents, **new)
        _take_back_if(dry_run)
    return {
        "dry_run": dry_run,
        "lines": len(lines),
        "documents": [shown.document(names, document) for document in made],
    }


def _take_back_if(dry_run: bool) -> None:  # noqa: FBT001  # the question is the argument
    if dry_run:
        raise _DryRun


def _received() -> bytes:
    """The uploaded file, which need not stay: its documents say all that it said."""
    name = f"custody/{new_id()}.csv"
    try:
        return uploads.receive(brand_id(), name, most_bytes=MOST_BYTES).path.read_bytes()
    finally:
        files.remove(brand_id(), name)


def _record(
    session: Session,
    documents: Numbered,
    *,
    kind: Kind,
    from_dealer_id: int | None,
    from_terminal_id: int | None,
    dealer_id: int | None,
    terminal_id: int | None,
    reference: str | None,
) -> list[Document]:
    actor, at = identity.current_actor(), clock.now()
    sender = queries.sender_of(session, from_dealer_id=from_dealer_id, from_terminal_id=from_terminal_id)
    receiver = queries.receiver_of(session, kind, sender, dealer_id=dealer_id, terminal_id=terminal_id)
    new = NewDocument(kind, "", sender, receiver, actor.person_id, reference)
    recorded = record_file(session, new, documents, at=at)
    _refuse(recorded.wrong, recorded.unsaid)
    for document in recorded.documents:
        desk.audit(session, actor, document, at)
    return recorded.documents


def _refuse(wrong: Sequence[LineError], unsaid: int = 0) -> None:
    if wrong:
        ordered = sorted(wrong, key=lambda error: error.line)
        named = [error.shown(language()) for error in ordered[:MOST_ERRORS]]
        raise errors.FileRefused(errors=named, more=len(ordered) - len(named) + unsaid)


@other_systems.get("/movements")
@identity.for_scope("custody.read")
@contract(query=schemas.MovedQuery, returns=schemas.MovedPageSchema)
def list_movements(*, cursor: str | None, limit: int) -> dict[str, Any]:
    """按发生顺序取流向记录; 下次从 next_cursor 继续"""
    after, names = decode_cursor(cursor) if cursor else None, channel.directory(brand_id())
    with transaction(brand_id()) as session:
        found = queries.movements(session, after=after, limit=limit)
    items = [_shown(moved, names) for moved in found]
    return {"items": items, "next_cursor": encode_cursor(found[-1].id) if found else cursor}


def _shown(moved: queries.Moved, names: channel.Directory) -> dict[str, Any]:
    return {
        "id": moved.id,
        "kind": moved.kind,
        "sender": shown.party(names, moved.sender),
        "receiver": shown.party(names, moved.receiver),
        "document_id": moved.document_id,
        "number": moved.number,
        "reference": moved.reference,
        "at": moved.at,
        "codes": shown.texts([Run(moved.lo, moved.hi)], most=moved.hi - moved.lo),
    }


@other_systems.get("/codes/<string:text>/custody")
@identity.for_scope("custody.read")
@contract(returns=schemas.WaySchema, errors=(codes.UnknownCode,))
def show_custody(*, text: str) -> dict[str, Any]:
    """这个码现在在谁手里, 怎么到的"""
    return desk.way_of(text, lambda _: None)
