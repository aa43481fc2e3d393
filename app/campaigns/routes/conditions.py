"""Who, where and when of a campaign at the console."""

from typing import Any

from app import channel, identity
from app.campaigns.actions import set_conditions, terms_of
from app.campaigns.errors import CampaignUnknown, ChangedMeanwhile, OnlyWider
from app.campaigns.routes.shell import WRITERS, audit, console
from app.campaigns.rules import Conditions
from app.campaigns.schemas import ConditionsSchema, NewConditionsSchema, conditions_from
from app.kit import clock
from app.kit.http import brand_id, contract
from app.kit.transaction import transaction

UNKNOWN = (channel.UnknownDealer, channel.UnknownTerminal)


@console.post("/campaigns/<int:campaign_id>/conditions")
@identity.requires_role(*WRITERS)
@contract(
    accepts=NewConditionsSchema,
    returns=ConditionsSchema,
    errors=(CampaignUnknown, ChangedMeanwhile, OnlyWider, *UNKNOWN),
)
def post_conditions(*, campaign_id: int, **terms: Any) -> dict[str, Any] | None:
    """设定活动的人、地、时条件; 码激活后只能放宽"""
    at, new = clock.now(), required_known(conditions_from(terms))
    with transaction(brand_id()) as session:
        conditions = set_conditions(session, campaign_id, new, at=at)
        audit(session, "campaigns.conditions_set", campaign_id, shown_conditions(conditions) or {}, at)
    return shown_conditions(conditions)


def required_known(conditions: Conditions) -> Conditions:
    """The same conditions; raises `channel.UnknownDealer` or `channel.UnknownTerminal` for ids the brand lacks."""
    directory = channel.directory(brand_id())
    strangers = [one for one in conditions.dealers if directory.dealer_name(one) is None]
    if strangers:
        raise channel.UnknownDealer(dealer_id=str(min(strangers)))
    strangers = [one for one in conditions.terminals if directory.terminal_name(one) is None]
    if strangers:
        raise channel.UnknownTerminal(terminal_id=str(min(strangers)))
    return conditions


def shown_conditions(conditions: Conditions | None) -> dict[str, Any] | None:
    return None if conditions is None else terms_of(conditions) | {"version": conditions.version}
