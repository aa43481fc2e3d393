from datetime import datetime, timedelta

from app import tenancy
from app.kit.shared_tokens import shared_tokens
from app.kit.transaction import transaction
from app.platforms import PlatformRefused
from app.platforms.wechat import MiniProgramApp, risk_rank
from app.risk import actions
from app.risk.queries import rank_asked_at

PLATFORM = "wechat"
ASKED_FOR = timedelta(days=7)


def ask_rank(*, brand_id: int, person_id: int, app_id: str, openid: str, address: str, at: datetime) -> None:
    """Ask WeChat what it thinks of somebody who has just signed in, once a week; busy is asked again, no is no."""
    with transaction(brand_id) as session:
        asked_at = rank_asked_at(session, person_id)
    if asked_at is not None and asked_at > at - ASKED_FOR:
        return
    try:
        rank = risk_rank(_app(brand_id, app_id), shared_tokens(), openid=openid, address=address)
    except PlatformRefused:
        return
    with transaction(brand_id) as session:
        actions.note_rank(session, person_id=person_id, rank=rank, at=at)


def _app(brand_id: int, app_id: str) -> MiniProgramApp:
    (app,) = (one for one in tenancy.apps(brand_id) if (one.platform, one.app_id) == (PLATFORM, app_id))
    with transaction(brand_id) as session:
        secret = tenancy.secret(session, f"{PLATFORM}:{app_id}").decode()
    return MiniProgramApp(app_id, secret, tenancy.endpoints(), app.open_account)


def join_records(*, brand_id: int, person_id: int, survivor_id: int) -> None:
    """After a merge of persons: observations and flags hold for the survivor."""
    with transaction(brand_id) as session:
        actions.join_persons(session, person_id=person_id, survivor_id=survivor_id)


def forget_observations(*, brand_id: int, at: datetime) -> None:
    """What no window reaches any more."""
    with transaction(brand_id) as session:
        actions.forget_old(session, at=at)
