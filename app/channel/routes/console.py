from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import identity
from app.channel import errors, schemas
from app.channel.actions import create_dealer, create_terminal
from app.channel.models import Terminal
from app.channel.queries import (
    dealer_page,
    describe_dealers,
    describe_terminals,
    require_scope,
    terminal_page,
)
from app.channel.rules import DealerFacts, Place, TerminalFacts
from app.kit import clock
from app.kit.http import blueprint, brand_id, contract
from app.kit.paging import Page, PageQuery, page_schema
from app.kit.transaction import transaction

console = blueprint("channel", __name__, "console")
WRITERS = ("brand_admin", "brand_operator")


@console.get("/dealers")
@contract(query=PageQuery, returns=page_schema(schemas.DealerSchema))
def list_dealers(*, cursor: str | None, limit: int) -> Page[DealerFacts]:
    """经销商列表"""
    with transaction(brand_id()) as session:
        return dealer_page(session, cursor=cursor, limit=limit)


@console.post("/dealers")
@identity.requires_role(*WRITERS)
@contract(
    accepts=schemas.NewDealerSchema,
    returns=schemas.DealerSchema,
    errors=(errors.NameTaken, errors.HouseDealerExists, errors.CountyTaken),
    status=201,
)
def add_dealer(*, name: str, counties: Sequence[str], house: bool) -> DealerFacts:
    """新建经销商"""
    at = clock.now()
    with transaction(brand_id()) as session:
        made = create_dealer(session, name=name, counties=counties, house=house, at=at)
        facts = {"name": name, "counties": list(counties), "house": house}
        _audit(session, "channel.dealer_created", f"dealer:{made.id}", facts, at)
        return describe_dealers(session, [made])[0]


@console.get("/terminals")
@contract(query=PageQuery, returns=page_schema(schemas.TerminalSchema))
def list_terminals(*, cursor: str | None, limit: int) -> Page[TerminalFacts]:
    """终端门店列表"""
    with transaction(brand_id()) as session:
        return terminal_page(session, select(Terminal), cursor=cursor, limit=limit)


@console.post("/terminals")
@identity.requires_role(*WRITERS)
@contract(
    accepts=schemas.NewTerminalSchema,
    returns=schemas.TerminalSchema,
    errors=(errors.UnknownDealer, errors.NameTaken),
    status=201,
)
def add_terminal(*, latitude: float | None, longitude: float | None, **facts: Any) -> TerminalFacts:
    """新建终端门店"""
    at = clock.now()
    place = None if latitude is None or longitude is None else Place.of(latitude, longitude)
    with transaction(brand_id()) as session:
        made = create_terminal(session, place=place, at=at, **facts)
        after = facts | {"dealer_id": str(made.dealer_id)}
        _audit(session, "channel.terminal_created", f"terminal:{made.id}", after, at)
        return describe_terminals(session, [made])[0]


@console.post("/roles")
@identity.requires_role(*WRITERS)
@contract(
    accepts=schemas.RoleSchema,
    returns=schemas.RoleSchema,
    errors=(errors.UnknownDealer, errors.UnknownTerminal, identity.UnknownPerson),
    status=201,
)
def grant_role(*, person_id: int, role: str, scope_kind: str, scope_id: int) -> dict[str, Any]:
    """授予门店或经销商的角色"""
    by, at = identity.current_actor(), clock.now()
    with transaction(brand_id()) as session:
        require_scope(session, scope_kind=scope_kind, scope_id=scope_id)
        identity.grant_role(session, person_id=person_id, role=role, scope_id=scope_id, by=by, at=at)
    return {"person_id": person_id, "role": role, "scope_kind": scope_kind, "scope_id": scope_id}


@console.delete("/roles")
@identity.requires_role(*WRITERS)
@contract(query=schemas.RoleSchema, errors=(identity.UnknownPerson,), status=204)
def end_role(*, person_id: int, role: str, scope_id: int, **_: str) -> None:
    """收回角色 (没有该角色时什么也不发生)"""
    by, at = identity.current_actor(), clock.now()
    with transaction(brand_id()) as session:
        identity.end_role(session, person_id=person_id, role=role, scope_id=scope_id, by=by, at=at)


def _audit(session: Session, action: str, subject: str, after: dict[str, Any], at: datetime) -> None:
    actor = identity.current_actor()
    identity.record(session, actor=actor, action=action, subject=subject, before=None, after=after, at=at)
