"""Refusals about the states of codes."""

from app.kit.errors import AppError


class AlreadyActivated(AppError):
    """A part of the range is active; `details` names the span in the way."""

    code = "codes.already_activated"
    status = 409
    message = "码段中有已激活的码"
    message_en = "A part of this range is already active"


class UnknownFreeze(AppError):
    code = "codes.unknown_freeze"
    status = 404
    message = "没有这条冻结记录"
    message_en = "There is no such freeze"


class NotFrozen(AppError):
    """The freeze was lifted before, or the range lies outside of it."""

    code = "codes.not_frozen"
    status = 409
    message = "该码段已不在冻结中"
    message_en = "This range is not frozen by this record"


class ListRefused(AppError):
    """Nothing was done: `details` names the wrong lines, the first of ``total``."""

    code = "codes.list_refused"
    status = 422
    message = "名单有误, 没有做任何改动"
    message_en = "The list has errors; nothing was changed"


class NothingNamed(AppError):
    """Name a batch, or ranges, or codes: exactly one of them, and not nothing."""

    code = "codes.nothing_named"
    status = 422
    message = "请指定批次、码段或码名单, 三者选一"
    message_en = "Name a batch, ranges or a list of codes: exactly one of them"


class NotActive(AppError):
    """A part of the range is not active; `details` names the first such range."""

    code = "codes.not_active"
    status = 409
    message = "码段中有没有激活的码"
    message_en = "A part of this range is not active"


class AlreadyUsed(AppError):
    """Somebody has queried or claimed some of the codes; `details` names the first, and their lines in a list."""

    code = "codes.already_used"
    status = 409
    message = "其中有码已被查询或领奖, 不能撤销激活, 没有做任何改动; 需要时请冻结或作废"
    message_en = (
        "Some of these codes have been queried or claimed; nothing was changed. Freeze or withdraw instead"
    )


class UnknownPlan(AppError):
    code = "codes.unknown_plan"
    status = 404
    message = "没有这个计划"
    message_en = "There is no such plan"


class PlanSettled(AppError):
    """The plan is in a state that this step does not start from; `details` says which."""

    code = "codes.plan_settled"
    status = 409
    message = "这个计划已有结论, 不能再改"
    message_en = "This plan was decided, carried out or cancelled before"


class DuePast(AppError):
    code = "codes.due_past"
    status = 422
    message = "计划时间应在将来, 且不超过一年"
    message_en = "A plan is due in the future, within a year"


class ReasonMissing(AppError):
    code = "codes.reason_missing"
    status = 422
    message = "冻结、作废和撤销都要写明理由"
    message_en = "Say why: a freeze, a withdrawal and a revocation need a reason"


class ClaimDaysShrink(AppError):
    """What was promised to whoever holds a code is never shortened."""

    code = "codes.claim_days_shrink"
    status = 409
    message = "兑奖期只能延长, 不能缩短"
    message_en = "The time to claim may be extended, never shortened"
