from app.kit.errors import AppError


class FileUnknown(AppError):
    """There is no such case file, or it is not the caller's to see: the answer does not say which."""

    code = "diversion.file_unknown"
    status = 404
    message = "没有这个窜货案件"
    message_en = "There is no such diversion case"


class WrongState(AppError):
    """`details.state` says where the file is now: somebody else may have moved it meanwhile."""

    code = "diversion.wrong_state"
    status = 409
    message = "案件当前状态不能进行这一步, 请刷新后再看"
    message_en = "The case is in another state, please look again"


class AnswerAwaited(AppError):
    """The dealer may still answer, until `details.answer_by`."""

    code = "diversion.answer_awaited"
    status = 409
    message = "经销商的申辩期还没有结束, 请先等待答复"
    message_en = "The dealer may still answer; wait until the time has passed"


class SamePerson(AppError):
    """Whoever upheld a case does not decide whether that was right."""

    code = "diversion.same_person"
    status = 409
    message = "认定此案的人不能裁定它的申诉, 请由另一位同事裁定"
    message_en = "You upheld this case, so a colleague must decide its appeal"


class AppealTooLate(AppError):
    code = "diversion.appeal_too_late"
    status = 409
    message = "申诉期限已过"
    message_en = "The time to appeal has passed"


class NotStanding(AppError):
    """Nothing may follow yet: the file is not upheld, or the dealer may still appeal."""

    code = "diversion.not_standing"
    status = 409
    message = "案件尚未成立, 或申诉期未结束, 不能执行这项处理"
    message_en = "The case is not upheld, or may still be appealed; this cannot follow yet"


class EvidenceTooThin(AppError):
    """One scan opens a file; it takes a pattern, or two packs, before anything may follow."""

    code = "diversion.evidence_too_thin"
    status = 409
    message = "仅凭一次扫码不能处理经销商, 需要更多证据"
    message_en = "A single scan is never enough for a consequence"


class ConsequenceExists(AppError):
    code = "diversion.consequence_exists"
    status = 409
    message = "这项处理已经记录过"
    message_en = "This consequence was recorded before"


class ConsequenceUnknown(AppError):
    code = "diversion.consequence_unknown"
    status = 404
    message = "案件中没有这项处理"
    message_en = "The case has no such consequence"


class AlreadyEnded(AppError):
    """A consequence ends once: `details.ended_at` says when it did."""

    code = "diversion.already_ended"
    status = 409
    message = "这项处理已经结束"
    message_en = "This consequence has ended before"


class TooManyPhotos(AppError):
    code = "diversion.too_many_photos"
    status = 409
    message = "照片最多 9 张"
    message_en = "There may be nine photos at most"


class PhotoUnknown(AppError):
    code = "diversion.photo_unknown"
    status = 404
    message = "没有这张照片"
    message_en = "There is no such photo"
