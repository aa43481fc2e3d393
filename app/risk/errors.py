from app.kit.errors import AppError
from app.risk.rules import KIND_WORDS


class Refused(AppError):
    """The claim is not paid. `details.held` names the refusal, for an appeal; which rule it was is not said."""

    code = "risk.refused"
    status = 403
    message, message_en = KIND_WORDS["refuse"]


class VerifyFirst(AppError):
    """Paid as soon as the person's phone number is verified (`POST /api/consumer/phone`)."""

    code = "risk.verify_first"
    status = 403
    message, message_en = KIND_WORDS["verify_first"]


class Deferred(AppError):
    """Not paid yet; the code stays claimable. `details.held` names the refusal, for an appeal."""

    code = "risk.deferred"
    status = 409
    message, message_en = KIND_WORDS["defer"]


class FlagUnknown(AppError):
    code = "risk.flag_unknown"
    status = 404
    message = "没有这条名单"
    message_en = "There is no such entry"


class AlreadyLifted(AppError):
    code = "risk.already_lifted"
    status = 409
    message = "这条名单已解除"
    message_en = "This entry was lifted before"


class SubjectUnknown(AppError):
    """The person, case or code that an entry names is not one of this brand."""

    code = "risk.subject_unknown"
    status = 422
    message = "没有这个用户或码, 请核对"
    message_en = "There is no such person or code"


class HeldUnknown(AppError):
    """There is no such refusal, or it is somebody else's: the answer does not say which."""

    code = "risk.held_unknown"
    status = 404
    message = "没有这条记录"
    message_en = "There is no such refusal"


class AppealExists(AppError):
    code = "risk.appeal_exists"
    status = 409
    message = "这条记录已经申诉过"
    message_en = "This refusal was appealed before"


class AppealUnknown(AppError):
    code = "risk.appeal_unknown"
    status = 404
    message = "没有这条申诉"
    message_en = "There is no such appeal"


class AppealDecided(AppError):
    code = "risk.appeal_decided"
    status = 409
    message = "这条申诉已经处理过"
    message_en = "This appeal was decided before"
