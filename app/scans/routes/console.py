from typing import Any

from app import codes
from app.kit import clock
from app.kit.http import blueprint, brand_id, contract, language
from app.kit.transaction import transaction
from app.scans.queries import explain, known, overview
from app.scans.schemas import ExplanationSchema, OverviewSchema

console = blueprint("scans", __name__, "console")


@console.get("/codes/<string:text>/explanation")
@contract(returns=ExplanationSchema, errors=(codes.UnknownCode,))
def explain_any(*, text: str) -> dict[str, Any]:
    """解释一个码: 每一笔支付与拒付的原因"""
    found = known(brand_id(), text)
    if found is None:
        raise codes.UnknownCode
    with transaction(brand_id()) as session:
        return explain(session, found, language=language())


@console.get("/overview")
@contract(returns=OverviewSchema)
def show_overview() -> dict[str, Any]:
    """今日概览"""
    with transaction(brand_id()) as session:
        return overview(session, today=clock.business_day(clock.now()))
