"""Taking apart and putting together what the line has packed: by the console and by the open API alike."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app import identity
from app.codes import actions, errors, queries, schemas
from app.codes.routes.shell import READERS, WRITERS, audit
from app.codes.rules.reading_many import code_in
from app.kit import clock, http
from app.kit.transaction import transaction

console = http.blueprint("repacking", __name__, "console")
open_api = http.blueprint("repacking", __name__, "open")
MISFITS = (
    errors.UnknownCode,
    errors.AlreadyPacked,
    errors.ParentClosed,
    errors.DoesNotFit,
    errors.VoidCode,
    errors.PackedInItself,
)
Verb = Callable[[Session, actions.Why], int]
takes_parent = http.contract(
    accepts=schemas.UnpackSchema,
    returns=schemas.RepackedSchema,
    errors=(errors.UnknownCode, errors.NothingPacked, errors.ParentClosed),
)
takes_children = http.contract(
    accepts=schemas.TakeOutSchema,
    returns=schemas.RepackedSchema,
    errors=(errors.UnknownCode, errors.NotPacked),
)
takes_both = http.contract(accepts=schemas.PutInSchema, returns=schemas.RepackedSchema, errors=MISFITS)
takes_pair = http.contract(
    accepts=schemas.ReplaceSchema, returns=schemas.RepackedSchema, errors=(*MISFITS, errors.NotPacked)
)


@console.post("/packing/unpack")
@identity.requires_role(*WRITERS)
@takes_parent
def unpack(parent: str, reason: str) -> Any:
    """拆箱: 箱里的码都不再属于它。"""
    return _unpack(parent, reason)


@open_api.post("/packing/unpack")
@identity.for_scope("codes.write")
@takes_parent
def send_unpack(parent: str, reason: str) -> Any:
    """拆箱: 箱里的码都不再属于它。"""
    return _unpack(parent, reason)


def _unpack(parent: str, reason: str) -> Any:
    (parent_no,) = _numbers([parent])
    return _do("codes.unpack", reason, parent_no, lambda s, why: actions.unpack(s, parent_no=parent_no, why=why))


@console.post("/packing/take-out")
@identity.requires_role(*WRITERS)
@takes_children
def take_out(children: list[str], reason: str) -> Any:
    """取出: 抽样、剔除若干件。"""
    return _take_out(children, reason)


@open_api.post("/packing/take-out")
@identity.for_scope("codes.write")
@takes_children
def send_take_out(children: list[str], reason: str) -> Any:
    """取出: 抽样、剔除若干件。"""
    return _take_out(children, reason)


def _take_out(children: list[str], reason: str) -> Any:
    numbers = _numbers(children)
    return _do("codes.take_out", reason, numbers[0], lambda s, why: actions.take_out(s, code_nos=numbers, why=why))


@console.post("/packing/put-in")
@identity.requires_role(*WRITERS)
@takes_both
def put_in(parent: str, children: list[str], reason: str) -> Any:
    """装入: 把散码装进上级码。"""
    return _put_in(parent, children, reason)


@open_api.post("/packing/put-in")
@identity.for_scope("codes.write")
@takes_both
def send_put_in(parent: str, children: list[str], reason: str) -> Any:
    """装入: 把散码装进上级码。"""
    return _put_in(parent, children, reason)


def _put_in(parent: str, children: list[str], reason: str) -> Any:
    parent_no, *numbers = _numbers([parent, *children])

    def verb(session: Session, why: actions.Why) -> int:
        return actions.put_in(session, parent_no=parent_no, code_nos=numbers, why=why)

    return _do("codes.put_in", reason, parent_no, verb)


@console.post("/packing/replace")
@identity.requires_role(*WRITERS)
@takes_pair
def replace_code(old: str, new: str, reason: str) -> Any:
    """替换: 用新码顶替箱里的旧码。"""
    return _replace(old, new, reason)


@open_api.post("/packing/replace")
@identity.for_scope("codes.write")
@takes_pair
def send_replace_code(old: str, new: str, reason: str) -> Any:
    """替换: 用新码顶替箱里的旧码。"""
    return _replace(old, new, reason)


def _replace(old: str, new: str, reason: str) -> Any:
    old_no, new_no = _numbers([old, new])

    def verb(session: Session, why: actions.Why) -> int:
        actions.replace_code(session, old_no=old_no, new_no=new_no, why=why)
        return 1

    return _do("codes.replace", reason, old_no, verb)


@console.post("/packing/close")
@identity.requires_role(*WRITERS)
@takes_parent
def close_parent(parent: str, reason: str) -> Any:
    """零头封箱: 不满也算装完。"""
    return _close(parent, reason)


@open_api.post("/packing/close")
@identity.for_scope("codes.write")
@takes_parent
def send_close_parent(parent: str, reason: str) -> Any:
    """零头封箱: 不满也算装完。"""
    return _close(parent, reason)


def _close(parent: str, reason: str) -> Any:
    (parent_no,) = _numbers([parent])
    return _do(
        "codes.close", reason, parent_no, lambda s, why: actions.close_parent(s, parent_no=parent_no, why=why)
    )


@console.get("/packing/history")
@identity.requires_role(*READERS)
@http.contract(
    query=schemas.PackingHistoryQuery, returns=schemas.PackingHistorySchema, errors=(errors.UnknownCode,)
)
def show_history(code: str) -> Any:
    """一个码现在装在哪里、装着多少, 以及动过哪些手。"""
    (code_no,) = _numbers([code])
    with transaction(http.brand_id()) as session:
        parents = queries.ancestors(session, code_no)[1:]
        children = queries.count_children(session, code_no)
        closed = bool(queries.closed_parents(session, [code_no]))
        events = queries.packing_events(session, code_no)
    told = [_told(event) for event in events]
    above = [_text(number) for number in parents]
    return {"code_no": code_no, "parents": above, "children": children, "closed": closed, "events": told}


def _told(event: Any) -> dict[str, Any]:
    names = ("kind", "lo", "hi", "packed_at", "reason", "at")
    return {name: getattr(event, name) for name in names} | {"parent": _text(event.parent_no)}


def _text(code_no: int | None) -> str | None:
    return queries.text_of(http.brand_id(), code_no) if code_no is not None else None


def _numbers(texts: Sequence[str]) -> list[int]:
    """The numbers of scanned goods; raises `UnknownCode` with the place of the first that is none, as a canary.

    Reads the process's memory: call it before the transaction.
    """
    numbers = []
    for index, scanned in enumerate(texts):
        read = queries.read(http.brand_id(), code_in(scanned.strip()))
        if read is None or read.canary:
            raise errors.UnknownCode(index=index)
        numbers.append(read.code_no)
    return numbers


def _do(action: str, reason: str, code_no: int, verb: Verb) -> dict[str, int]:
    with transaction(http.brand_id()) as session:
        at, by = clock.now(), identity.current_actor().person_id
        units = verb(session, actions.Why(reason, by, at))
        audit(session, action, f"code:{code_no}", {"reason": reason, "units": units}, at)
    return {"units": units}
