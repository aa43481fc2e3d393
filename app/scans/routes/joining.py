"""The first scan of a case by somebody who has no shop yet: an invitation to register one with its dealer."""

from datetime import timedelta

from app import channel, codes, custody, identity
from app.kit import clock
from app.kit.errors import TooManyRequests
from app.kit.http import blueprint, brand_id, contract, limiter
from app.kit.limits import Limit
from app.kit.transaction import transaction
from app.scans.errors import NoHouseDealer
from app.scans.schemas import CaseInvitationSchema, ClaimRequestSchema

joining = blueprint("scans_joining", __name__, "consumer")
CASE_LIMIT = Limit("scans.case_invitation", "20/hour")
LASTS = timedelta(days=30)


@joining.post("/case-invitations")
@contract(
    accepts=ClaimRequestSchema,
    returns=CaseInvitationSchema,
    errors=(
        codes.UnknownCode,
        codes.InactiveCode,
        codes.FrozenCode,
        codes.VoidCode,
        custody.NotACase,
        custody.AlreadyOpened,
        channel.UnknownDealer,
        NoHouseDealer,
        TooManyRequests,
    ),
    status=201,
)
def invite_by_scanned_case(*, code: str) -> dict[str, str]:
    """扫箱码登记我的店: 归属收货的经销商, 没有发货记录时归属品牌直营"""
    actor, at = identity.current_actor(), clock.now()
    limiter().require(CASE_LIMIT, f"{actor.brand_id}:{actor.person_id}")
    case = custody.read_case(brand_id(), code)
    with transaction(brand_id()) as session:
        found = custody.lineage(session, case.code_no)
        if found.opened_at is not None:
            raise custody.AlreadyOpened(opened_at=found.opened_at.isoformat())
        house = channel.house_dealer(session)
        dealer_id = found.dealer_id or (house.id if house else None)
        if dealer_id is None:
            raise NoHouseDealer
        invitation_id = channel.invite_by_case(
            session,
            case_no=case.code_no,
            dealer_id=dealer_id,
            person_id=actor.person_id,
            expires_at=at + LASTS,
            at=at,
        )
    return {"token": channel.token_of(brand_id(), invitation_id)}
