"""Plans of states are carried out here, because an activation may bind codes to a campaign."""

from datetime import datetime

from sqlalchemy.orm import Session

from app import codes
from app.campaigns.actions.activating import activate_ranges
from app.campaigns.errors import OtherBatch
from app.campaigns.queries import get_campaign


def change_states(session: Session, new: codes.states.NewPlan, *, by: int, at: datetime) -> codes.states.PlanRow:
    """Plan a change of state and, unless it is due later or needs a review, carry it out in the same transaction.

    What would be refused today is refused now, even for a later day. Raises `CampaignUnknown`, `OtherBatch`,
    and the refusals of `codes.states.plan`, `codes.states.activate_ranges` and `codes.states.thaw_ranges`.
    """
    row = codes.states.plan(session, new, by=by, at=at)
    if row.state == "requested":
        return row
    if new.due_at is None:
        carry_out(session, row.id, at=at)
    elif row.kind == "activate":
        _foresee(session, row)
    return row


def review_change(
    session: Session, *, plan_id: int, approve: bool, words: str | None, by: int, at: datetime
) -> codes.states.PlanRow:
    """A second person agrees to a requested change, which is carried out at once if it is due, or refuses it.

    Raises the refusals of `codes.states.review_plan` and of `carry_out`.
    """
    row = codes.states.review_plan(session, plan_id=plan_id, approve=approve, words=words, by=by, at=at)
    return carry_out(session, plan_id, at=at) or row


def _foresee(session: Session, row: codes.states.PlanRow) -> None:
    ranges = list(zip(row.los, row.his, strict=True))
    active = codes.states.first_active(session, [codes.states.Range(*one) for one in ranges])
    if active is not None:
        raise codes.AlreadyActivated(lo=active.lo, hi=active.hi)
    if row.campaign_id is not None:
        campaign = get_campaign(session, row.campaign_id)
        if not any(lo < campaign.first_no + campaign.codes and hi > campaign.first_no for lo, hi in ranges):
            raise OtherBatch


def carry_out(session: Session, plan_id: int, *, at: datetime) -> codes.states.PlanRow | None:
    """Do what a due plan says, once: None when somebody else did, or it was cancelled.

    A refusal undoes all of it; the caller keeps it with `codes.states.fail_plan`.
    """
    row = codes.states.take_plan(session, plan_id, at=at)
    if row is None:
        return None
    ranges, reason = list(zip(row.los, row.his, strict=True)), row.reason or ""
    if row.kind == "activate":
        activate_ranges(session, ranges=ranges, campaign_id=row.campaign_id, by=row.planned_by, at=at)
    elif row.kind == "thaw":
        codes.states.thaw_ranges(session, ranges=ranges, by=row.planned_by, at=at)
    else:
        kind = "void" if row.kind == "void" else "frozen"
        codes.states.block_ranges(session, kind=kind, ranges=ranges, reason=reason, by=row.planned_by, at=at)
    return row
