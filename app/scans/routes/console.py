from typing import Any

from app import codes, identity
from app.kit import clock
from app.kit.http import blueprint, brand_id, contract, language
from app.kit.transaction import transaction
from app.scans.actions import revoke_activation
from app.scans.queries import explain, known, overview
from app.scans.schemas import ExplanationSchema, NewRevocationSchema, OverviewSchema, RevokedSchema

console = blueprint("scans", __name__, "console")


@console.get("/codes/<string:text>/explanation")
@contract(returns=ExplanationSchema, errors=(codes.UnknownCode,))
def explain_any(*, text: str) -> dict[str, Any]:
    """解释一个码: 每一笔支付与拒付的原因"""
    found = known(brand_id(), text)
    if found is None:
        raise codes.UnknownCode
    with transaction(brand_id()) as session:
        return explain(session, found, language=language(), for_staff=True)


@console.post("/revocations")
@identity.requires_role("brand_admin", "brand_operator")
@contract(
    accepts=NewRevocationSchema,
    returns=RevokedSchema,
    errors=(codes.states.AlreadyUsed, codes.states.NotActive, codes.RangeOutsideBatch),
    status=201,
)
def post_revocation(*, lo: int, hi: int, reason: str) -> dict[str, Any]:
    """撤销激活: 只限还没有人查询或领奖的码"""
    at, actor = clock.now(), identity.current_actor()
    with transaction(brand_id()) as session:
        count = revoke_activation(session, ranges=[(lo, hi)], reason=reason, by=actor.person_id, at=at)
        identity.record(
            session,
            actor=actor,
            action="codes.revoke",
            subject=f"codes:{lo}-{hi}",
            before=None,
            after={"count": count, "reason": reason},
            at=at,
        )
    return {"lo": lo, "hi": hi, "count": count}


@console.get("/overview")
@contract(returns=OverviewSchema)
def show_overview() -> dict[str, Any]:
    """今日概览"""
    with transaction(brand_id()) as session:
        return overview(session, today=clock.business_day(clock.now()))
