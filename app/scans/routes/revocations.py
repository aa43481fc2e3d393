"""Activations taken back at the console, by batch, range, list or file: of codes that nobody has used."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app import codes, identity
from app.kit import clock, files
from app.kit.errors import TooLarge
from app.kit.http import brand_id, contract
from app.kit.ids import new_id
from app.kit.transaction import transaction
from app.kit.uploads import EmptyFile, receive
from app.scans.actions import revoke_activation
from app.scans.routes.console import console
from app.scans.schemas.revocations import NewRevocationSchema, RevocationFileQuery, RevokedSchema

MOST_BYTES = 40_000_000
WRITERS = ("brand_admin", "brand_operator")
REFUSALS = (
    codes.RangeOutsideBatch,
    codes.states.AlreadyUsed,
    codes.states.ListRefused,
    codes.states.NotActive,
)
Ranges = Sequence[tuple[int, int]]


@console.post("/revocations")
@identity.requires_role(*WRITERS)
@contract(
    accepts=NewRevocationSchema,
    returns=RevokedSchema,
    errors=(*REFUSALS, codes.UnknownBatch, codes.states.NothingNamed),
    status=201,
)
def post_revocation(
    *, batch_id: int | None, ranges: list[dict[str, int]], texts: list[str], **change: Any
) -> dict[str, Any]:
    """按批次、码段或名单撤销激活: 只限还没有人查询或领奖的码, 有一个不行就全部不改"""
    if (batch_id is not None, bool(ranges), bool(texts)).count(True) != 1:
        raise codes.states.NothingNamed
    if texts:
        return _revoke_listed(texts, f"名单 {len(texts)} 行", **change)
    with transaction(brand_id()) as session:
        if batch_id is None:
            return _revoke(session, [(one["lo"], one["hi"]) for one in ranges], "码段", **change)
        batch = codes.batch(session, batch_id)
        return _revoke(session, [(batch.lo, batch.hi)], f"批次 {batch.number}", **change)


@console.post("/revocations/files")
@identity.requires_role(*WRITERS)
@contract(
    query=RevocationFileQuery,
    returns=RevokedSchema,
    errors=(*REFUSALS, TooLarge, EmptyFile),
    status=201,
    upload="text/csv",
)
def revoke_file(*, name: str, **change: Any) -> dict[str, Any]:
    """按文件撤销激活: 一行一个码或网址, 有一行不行就全部不改"""
    received = receive(brand_id(), f"lists/{new_id()}.csv", most_bytes=MOST_BYTES)
    try:
        with received.path.open(encoding="utf-8", errors="replace") as lines:
            return _revoke_listed(lines, f"文件 {name or received.sha256[:12]}", **change)
    finally:
        files.remove(brand_id(), received.name)


def _revoke_listed(lines: Iterable[str], subject: str, **change: Any) -> dict[str, Any]:
    """What was used since the list was read is named by its lines too."""
    listed = codes.states.require_list(brand_id(), lines, kind="revoke", on=clock.business_day(clock.now()))
    try:
        with transaction(brand_id()) as session:
            return _revoke(session, listed.ranges, subject, **change)
    except codes.states.AlreadyUsed as refusal:
        code_nos = refusal.details["code_nos"]
        errors = listed.refused(code_nos, codes.states.AlreadyUsed)
        raise codes.states.AlreadyUsed(code_nos=code_nos, errors=errors) from refusal


def _revoke(session: Session, ranges: Ranges, subject: str, *, with_contents: bool, reason: str) -> dict[str, Any]:
    at, actor = clock.now(), identity.current_actor()
    if with_contents:
        ranges, subject = codes.states.with_contents(session, ranges), f"{subject}（含内装）"
    count = revoke_activation(session, ranges=ranges, reason=reason, by=actor.person_id, at=at)
    lo, hi = min(lo for lo, _ in ranges), max(hi for _, hi in ranges)
    identity.record(
        session,
        actor=actor,
        action="codes.revoke",
        subject=f"codes:{lo}-{hi}",
        before=None,
        after={"subject": subject, "count": count, "reason": reason},
        at=at,
    )
    return {"subject": subject, "ranges": len(ranges), "lo": lo, "hi": hi, "count": count}
