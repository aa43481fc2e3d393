from app import identity
from app.kit import clock
from app.kit.errors import TooManyRequests
from app.kit.http import blueprint, contract, limiter
from app.kit.limits import Limit
from app.kit.paging import Page, PageQuery, page_schema
from app.kit.transaction import transaction
from app.risk import errors, schemas
from app.risk.actions import lodge_appeal
from app.risk.models import Appeal
from app.risk.queries import appeal_page

consumer = blueprint("risk", __name__, "consumer")
APPEALS = Limit("risk.appeal", "10/day")


@consumer.post("/appeals")
@contract(
    accepts=schemas.NewAppealSchema,
    returns=schemas.AppealSchema,
    errors=(identity.SignInRequired, errors.HeldUnknown, errors.AppealExists, TooManyRequests),
    status=201,
)
def add_appeal(*, held: int, words: str) -> Appeal:
    """申诉: 奖励被拒绝或暂缓, 请品牌核对"""
    actor = identity.current_actor()
    limiter().require(APPEALS, f"{actor.brand_id}:{actor.person_id}")
    with transaction(actor.brand_id) as session:
        return lodge_appeal(session, held_id=held, person_id=actor.person_id, words=words, at=clock.now())


@consumer.get("/appeals")
@contract(query=PageQuery, returns=page_schema(schemas.AppealSchema), errors=(identity.SignInRequired,))
def my_appeals(*, cursor: str | None, limit: int) -> Page[Appeal]:
    """我的申诉"""
    actor = identity.current_actor()
    with transaction(actor.brand_id) as session:
        return appeal_page(session, open_only=False, person_id=actor.person_id, cursor=cursor, limit=limit)
