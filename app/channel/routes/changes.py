"""Transfers, closings and reopenings of shops: dealers propose, the brand decides."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import identity
from app.channel import errors, schemas
from app.channel.actions import accept_change, decline_change, lock_terminal, propose_change
from app.channel.models import Change
from app.channel.queries import any_terminal, changes, get_change, names_of
from app.channel.routes.records import WRITERS, audit, own_dealers
from app.kit import clock
from app.kit.http import blueprint, brand_id, contract
from app.kit.paging import page, page_schema
from app.kit.transaction import transaction

console = blueprint("channel_changes", __name__, "console")
dealer = blueprint("channel_changes", __name__, "dealer")
REFUSALS = (
    errors.UnknownTerminal,
    errors.UnknownDealer,
    errors.ChangeOpen,
    errors.ChangeDoesNotFit,
    errors.NameTaken,
)


@console.get("/terminal-changes")
@contract(query=schemas.ChangeQuery, returns=page_schema(schemas.ChangeSchema))
def list_changes(*, state: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """门店的转移、关闭与恢复"""
    return _listed(None, state, cursor, limit)


@dealer.get("/terminal-changes")
@contract(query=schemas.ChangeQuery, returns=page_schema(schemas.ChangeSchema))
def list_own_changes(*, state: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """与本经销商有关的门店变更"""
    return _listed(own_dealers("dealer", "salesman"), state, cursor, limit)


@console.post("/terminals/<int:terminal_id>/changes")
@identity.requires_role(*WRITERS)
@contract(accepts=schemas.ProposedChangeSchema, returns=schemas.ChangeSchema, errors=REFUSALS, status=201)
def change_terminal(*, terminal_id: int, effective_at: datetime | None, **change: Any) -> dict[str, Any]:
    """转移、关闭或恢复门店 (可定生效时间)"""
    by, at = identity.current_actor(), clock.now()
    with transaction(brand_id()) as session:
        terminal = lock_terminal(session, terminal_id)
        proposed = propose_change(
            session, terminal=terminal, effective_at=effective_at or at, by=by.person_id, at=at, **change
        )
        done = accept_change(session, proposed, by=by.person_id, at=at)
        _record(session, f"channel.terminal_{done.kind}", done, at)
        return _shown(session, [done])[0]


@dealer.post("/terminals/<int:terminal_id>/changes")
@identity.requires_role("dealer")
@contract(accepts=schemas.ProposedChangeSchema, returns=schemas.ChangeSchema, errors=REFUSALS, status=201)
def propose_own_change(*, terminal_id: int, effective_at: datetime | None, **change: Any) -> dict[str, Any]:
    """申请转移、关闭或恢复本经销商的门店 (由品牌审核)"""
    by, at = identity.current_actor(), clock.now()
    with transaction(brand_id()) as session:
        any_terminal(session, terminal_id, dealers=own_dealers("dealer"))
        terminal = lock_terminal(session, terminal_id)
        proposed = propose_change(
            session, terminal=terminal, effective_at=effective_at or at, by=by.person_id, at=at, **change
        )
        _record(session, "channel.terminal_change_proposed", proposed, at)
        return _shown(session, [proposed])[0]


@console.post("/terminal-changes/<int:change_id>/decision")
@identity.requires_role(*WRITERS)
@contract(
    accepts=schemas.DecisionSchema,
    returns=schemas.ChangeSchema,
    errors=(*REFUSALS, errors.UnknownChange, errors.ChangeDecided),
)
def decide_change(*, change_id: int, accept: bool, note: str) -> dict[str, Any]:
    """同意或驳回门店变更 (驳回要写原因; 未生效的可撤回)"""
    by, at = identity.current_actor(), clock.now()
    with transaction(brand_id()) as session:
        if accept:
            decided = accept_change(session, get_change(session, change_id), by=by.person_id, at=at)
        else:
            decided = decline_change(session, change_id, note=note, by=by.person_id, at=at)
        action = f"channel.terminal_{decided.kind}" if accept else "channel.terminal_change_declined"
        _record(session, action, decided, at)
        return _shown(session, [decided])[0]


def _record(session: Session, action: str, change: Change, at: datetime) -> None:
    after = {
        "change": str(change.id),
        "kind": change.kind,
        "state": change.state,
        "to_dealer": str(change.to_dealer_id) if change.to_dealer_id else None,
        "reason": change.note or change.reason,
        "effective_at": change.effective_at.isoformat(),
    }
    audit(session, action, f"terminal:{change.terminal_id}", after, at)


def _listed(dealers: tuple[int, ...] | None, state: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    with transaction(brand_id()) as session:
        found = page(session, changes(state=state, dealers=dealers), Change.id, cursor=cursor, limit=limit)
        return {"items": _shown(session, list(found.items)), "next_cursor": found.next_cursor}


def _shown(session: Session, rows: list[Change]) -> list[dict[str, Any]]:
    dealers = {each for row in rows for each in (row.from_dealer_id, row.to_dealer_id) if each}
    names = names_of(session, dealers=dealers, terminals={row.terminal_id for row in rows})
    plain = ("id", "kind", "dismiss", "reason", "state", "note", "effective_at", "proposed_at", "decided_at")
    return [
        {name: getattr(row, name) for name in plain}
        | {
            "terminal": names[row.terminal_id],
            "from_dealer": names[row.from_dealer_id],
            "to_dealer": names.get(row.to_dealer_id),
        }
        for row in rows
    ]
