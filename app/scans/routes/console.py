from datetime import datetime
from typing import Any

from app import attribution, channel, codes, commissions, identity
from app.kit import clock
from app.kit.http import blueprint, brand_id, contract, language
from app.kit.transaction import transaction
from app.scans.actions import Preview, Supposed, preview
from app.scans.queries import Known, explain, known, overview
from app.scans.schemas import ExplanationSchema, OverviewSchema, PreviewQuery, PreviewSchema

console = blueprint("scans", __name__, "console")
PREVIEWED = {
    "pays": {"zh": "可以领取: 按抽奖结果立即入账", "en": "It would be paid at once, as the draw says"},
    "repeats": {
        "zh": "这个人已领过, 会得到同样的回答",
        "en": "This person has it and would hear the same",
    },
}


@console.get("/codes/<string:text>/explanation")
@contract(returns=ExplanationSchema, errors=(codes.UnknownCode,))
def explain_any(*, text: str) -> dict[str, Any]:
    """解释一个码: 每一笔支付与拒付的原因"""
    found = known(brand_id(), text)
    if found is None:
        raise codes.UnknownCode
    with transaction(brand_id()) as session:
        return explain(session, found, language=language(), at=clock.now(), for_staff=True)


@console.get("/codes/<string:text>/preview")
@contract(
    query=PreviewQuery,
    returns=PreviewSchema,
    errors=(codes.UnknownCode, identity.UnknownPerson, channel.UnknownTerminal),
)
def preview_claim(
    *, text: str, person_id: int | None, terminal_id: int | None, at: datetime | None
) -> dict[str, Any]:
    """试算: 这个人此时此地扫这个码会怎样, 为什么 (只读, 不揭示奖项)"""
    found = known(brand_id(), text)
    if found is None:
        raise codes.UnknownCode
    supposed = Supposed(person_id, terminal_id, at or clock.now())
    with transaction(brand_id()) as session:
        told = preview(session, found, supposed)
    return _previewed(found, supposed, told)


def _previewed(found: Known, supposed: Supposed, told: Preview) -> dict[str, Any]:
    body = told.refusal.body(language())["error"] if told.refusal else None
    path, campaign, directory = told.path, found.campaign, found.directory
    return {
        "code": found.read.text,
        "at": supposed.at,
        "answer": told.answer,
        "refusal": body["code"] if body else None,
        "message": body["message"] if body else PREVIEWED[told.answer][language()],
        "details": body["details"] if body else {},
        "campaign": campaign.name if campaign else None,
        "rule": campaign.rule_version if campaign else None,
        "shop": directory.terminal_name(path.terminal_id) if path.terminal_id else None,
        "dealer": directory.dealer_name(path.dealer_id) if path.dealer_id else None,
        "sale": attribution.reason_text(told.sale.reason, language()) if told.sale else None,
        "shares": [_share(share) for share in told.shares],
        "budgets": told.purses,
        "dearest_fen": told.dearest_fen,
    }


def _share(share: commissions.Share) -> dict[str, str]:
    words = commissions.reason_text(share.reason, language())
    return {"role": share.role, "outcome": share.outcome, "reason": words}


@console.get("/overview")
@contract(returns=OverviewSchema)
def show_overview() -> dict[str, Any]:
    """今日概览"""
    with transaction(brand_id()) as session:
        return overview(session, today=clock.business_day(clock.now()))
