from typing import Any

from sqlalchemy import select

from app import identity
from app.commissions.actions import add_rule
from app.commissions.models import RuleRow
from app.commissions.schemas import NewRuleSchema, RuleSchema
from app.kit import clock
from app.kit.http import blueprint, brand_id, contract
from app.kit.paging import Page, PageQuery, page, page_schema
from app.kit.transaction import transaction

console = blueprint("commissions", __name__, "console")
BLUEPRINTS = (console,)


@console.get("/commission-rules")
@contract(query=PageQuery, returns=page_schema(RuleSchema))
def list_rules(*, cursor: str | None, limit: int) -> Page[RuleRow]:
    """返利规则"""
    with transaction(brand_id()) as session:
        return page(session, select(RuleRow), RuleRow.id, cursor=cursor, limit=limit)


@console.post("/commission-rules")
@identity.requires_role("brand_admin", "brand_operator")
@contract(accepts=NewRuleSchema, returns=RuleSchema, status=201)
def create_rule(*, name: str, terminal_fen: int, dealer_fen: int) -> RuleRow:
    """新建返利规则 (同名即新版本)"""
    at = clock.now()
    with transaction(brand_id()) as session:
        rule = add_rule(session, name=name, terminal_fen=terminal_fen, dealer_fen=dealer_fen, at=at)
        after: dict[str, Any] = {"name": name, "terminal_fen": terminal_fen, "dealer_fen": dealer_fen}
        identity.record(
            session,
            actor=identity.current_actor(),
            action="commissions.rule_added",
            subject=f"commission_rule:{rule.id}",
            before=None,
            after=after,
            at=at,
        )
        return rule
