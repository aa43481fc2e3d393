from datetime import date
from typing import Any

from app import channel, codes, commissions, custody, identity
from app.commissions.schemas import EarningsQuery, EarningsSchema
from app.kit import clock
from app.kit.http import blueprint, brand_id, contract, language
from app.kit.transaction import transaction
from app.scans.queries import explain, known
from app.scans.schemas import ExplanationSchema

terminal = blueprint("scans", __name__, "terminal")


@terminal.get("/earnings")
@contract(query=EarningsQuery, returns=EarningsSchema, errors=(channel.UnknownTerminal,))
def earnings(*, day: date | None, terminal_id: int | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """门店某日返利明细与原因"""
    mine = _own_terminals(terminal_id)
    with transaction(brand_id()) as session:
        asked = day or clock.business_day(clock.now())
        found = commissions.earnings(session, mine, asked, cursor=cursor, limit=limit)
    return {
        "day": found.day,
        "total_fen": found.total_fen,
        "held_fen": found.held_fen,
        "count": found.count,
        "items": [_line(row) for row in found.lines.items],
        "next_cursor": found.lines.next_cursor,
    }


def _own_terminals(terminal_id: int | None) -> tuple[int, ...]:
    mine = identity.scope_ids(identity.current_actor(), "owner", "clerk")
    if terminal_id is None:
        return mine
    if terminal_id not in mine:
        raise channel.UnknownTerminal
    return (terminal_id,)


def _line(row: Any) -> dict[str, Any]:
    return {
        "at": row.at,
        "code": codes.text_of(brand_id(), int(row.source_id.partition(":")[0])) or "",
        "amount_fen": row.amount_fen if row.outcome != "refused" else 0,
        "state": row.outcome,
        "reason": commissions.reason_text(row.reason, language()),
    }


@terminal.get("/codes/<string:text>/explanation")
@contract(returns=ExplanationSchema, errors=(codes.UnknownCode,))
def explain_own(*, text: str) -> dict[str, Any]:
    """这个码为什么付了、为什么没付 (只限本店开箱的商品)"""
    found = known(brand_id(), text)
    if found is None:
        raise codes.UnknownCode
    mine = identity.scope_ids(identity.current_actor(), "owner", "clerk")
    with transaction(brand_id()) as session:
        if custody.lineage(session, found.read.code_no).terminal_id not in mine:
            raise codes.UnknownCode
        return explain(session, found, language=language(), at=clock.now(), for_staff=False)
