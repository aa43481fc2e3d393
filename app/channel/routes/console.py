from collections.abc import Sequence
from typing import Any

from app import identity
from app.channel import errors, schemas
from app.channel.actions import (
    close_dealer,
    create_dealer,
    create_terminal,
    edit_dealer,
    edit_terminal,
    reopen_dealer,
)
from app.channel.queries import (
    any_dealer,
    any_terminal,
    areas_of,
    dealer_page,
    describe_dealers,
    describe_terminals,
    require_scope,
    suppliers_of,
    terminal_page,
    terminals_like,
)
from app.channel.routes.records import WRITERS, audit, phone_or_none
from app.channel.rules import DealerFacts, Place, TerminalFacts
from app.kit import clock
from app.kit.http import blueprint, brand_id, contract
from app.kit.paging import Page, page_schema
from app.kit.transaction import transaction

console = blueprint("channel", __name__, "console")


@console.get("/dealers")
@contract(query=schemas.DealerQuery, returns=page_schema(schemas.DealerSchema))
def list_dealers(*, q: str | None, state: str | None, cursor: str | None, limit: int) -> Page[DealerFacts]:
    """经销商列表, 可按名称或区县查找"""
    with transaction(brand_id()) as session:
        return dealer_page(session, q=q, state=state, cursor=cursor, limit=limit)


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
        audit(session, "channel.dealer_created", f"dealer:{made.id}", facts, at)
        return describe_dealers(session, [made])[0]


@console.get("/dealers/<int:dealer_id>")
@contract(returns=schemas.ShownDealerSchema, errors=(errors.UnknownDealer,))
def show_dealer(*, dealer_id: int) -> dict[str, Any]:
    """一个经销商: 人员, 授权区县与历史"""
    with transaction(brand_id()) as session:
        dealer = any_dealer(session, dealer_id)
        return {
            "dealer": describe_dealers(session, [dealer])[0],
            "people": identity.holders(session, scope_kind="dealer", scope_id=dealer_id),
            "areas": areas_of(session, dealer_id),
        }


@console.post("/dealers/<int:dealer_id>")
@identity.requires_role(*WRITERS)
@contract(
    accepts=schemas.EditedDealerSchema,
    returns=schemas.DealerSchema,
    errors=(errors.UnknownDealer, errors.NameTaken, errors.CountyTaken),
)
def change_dealer(*, dealer_id: int, name: str | None, counties: Sequence[str] | None) -> DealerFacts:
    """修改经销商的名称与授权区县 (区县的变化留有历史)"""
    at = clock.now()
    with transaction(brand_id()) as session:
        changed = edit_dealer(session, dealer_id, name=name, counties=counties, at=at)
        subject = f"dealer:{dealer_id}"
        audit(session, "channel.dealer_edited", subject, changed.after, at, before=changed.before)
        return describe_dealers(session, [any_dealer(session, dealer_id)])[0]


@console.post("/dealers/<int:dealer_id>/state")
@identity.requires_role(*WRITERS)
@contract(
    accepts=schemas.DealerStateSchema,
    errors=(errors.UnknownDealer, errors.HouseDealerStays, errors.DealerHasTerminals),
    status=204,
)
def set_dealer_state(*, dealer_id: int, state: str, reason: str) -> None:
    """关闭或恢复经销商"""
    at = clock.now()
    with transaction(brand_id()) as session:
        if state == "closed":
            close_dealer(session, dealer_id, at=at)
        else:
            reopen_dealer(session, dealer_id)
        audit(session, f"channel.dealer_{state}", f"dealer:{dealer_id}", {"reason": reason}, at)


@console.get("/terminals")
@contract(query=schemas.TerminalQuery, returns=page_schema(schemas.TerminalSchema))
def list_terminals(
    *, q: str | None, state: str | None, dealer_id: int | None, cursor: str | None, limit: int
) -> Page[TerminalFacts]:
    """终端门店列表, 可按名称、区县或手机号查找"""
    with transaction(brand_id()) as session:
        found = terminals_like(session, q, dealer_id=dealer_id, state=state)
        return terminal_page(session, found, cursor=cursor, limit=limit)


@console.post("/terminals")
@identity.requires_role(*WRITERS)
@contract(
    accepts=schemas.NewTerminalSchema,
    returns=schemas.TerminalSchema,
    errors=(errors.UnknownDealer, errors.NameTaken, errors.PhoneRequired),
    status=201,
)
def add_terminal(
    *, latitude: float | None, longitude: float | None, phone: str | None, **facts: Any
) -> TerminalFacts:
    """新建终端门店"""
    at, number = clock.now(), phone_or_none(phone)
    place = None if latitude is None or longitude is None else Place.of(latitude, longitude)
    with transaction(brand_id()) as session:
        made = create_terminal(session, place=place, phone=number, at=at, **facts)
        after = facts | {"dealer_id": str(made.dealer_id)}
        audit(session, "channel.terminal_created", f"terminal:{made.id}", after, at)
        return describe_terminals(session, [made])[0]


@console.get("/terminals/<int:terminal_id>")
@contract(returns=schemas.ShownTerminalSchema, errors=(errors.UnknownTerminal,))
def show_terminal(*, terminal_id: int) -> dict[str, Any]:
    """一家门店: 人员, 供货经销商的历史"""
    with transaction(brand_id()) as session:
        terminal = any_terminal(session, terminal_id)
        return {
            "terminal": describe_terminals(session, [terminal])[0],
            "people": identity.holders(session, scope_kind="terminal", scope_id=terminal_id),
            "suppliers": suppliers_of(session, terminal),
        }


@console.post("/terminals/<int:terminal_id>")
@identity.requires_role(*WRITERS)
@contract(
    accepts=schemas.EditedTerminalSchema,
    returns=schemas.TerminalSchema,
    errors=(errors.UnknownTerminal, errors.NameTaken, errors.PhoneRequired),
)
def change_terminal(
    *, terminal_id: int, latitude: float | None, longitude: float | None, phone: str | None, **facts: str
) -> TerminalFacts:
    """修改门店资料"""
    at, number = clock.now(), phone_or_none(phone)
    place = None if latitude is None or longitude is None else Place.of(latitude, longitude)
    with transaction(brand_id()) as session:
        changed = edit_terminal(session, terminal_id, place=place, phone=number, **facts)
        subject = f"terminal:{terminal_id}"
        audit(session, "channel.terminal_edited", subject, changed.after, at, before=changed.before)
        return describe_terminals(session, [any_terminal(session, terminal_id)])[0]


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
