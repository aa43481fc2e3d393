from app.kit.errors import AppError


class UnknownCode(AppError):
    """The text is no code of this brand."""

    code = "codes.unknown"
    status = 404
    message = "没有查到这个码, 请核对或谨防假冒"
    message_en = "This code was not issued by the brand"


class InactiveCode(AppError):
    """Minted, but never released for sale."""

    code = "codes.inactive"
    status = 409
    message = "这个码尚未激活"
    message_en = "This code is not active yet"


class FrozenCode(AppError):
    code = "codes.frozen"
    status = 409
    message = "这个码已被暂停使用"
    message_en = "This code is suspended"


class VoidCode(AppError):
    code = "codes.void"
    status = 410
    message = "这个码已作废"
    message_en = "This code has been withdrawn"


class UnknownBatch(AppError):
    code = "codes.unknown_batch"
    status = 404
    message = "没有这个码批次"
    message_en = "There is no such batch"


class NumberTaken(AppError):
    code = "codes.number_taken"
    status = 409
    message = "批次号已被使用"
    message_en = "This batch number is in use"


class BatchTooLarge(AppError):
    code = "codes.batch_too_large"
    status = 422
    message = "每批码数应在 1 到 20,000,000 之间"
    message_en = "A batch holds 1 to 20,000,000 codes"


class DatesReversed(AppError):
    code = "codes.dates_reversed"
    status = 422
    message = "有效期不能早于生产日期"
    message_en = "The expiry date lies before the production date"


class NumbersExhausted(AppError):
    """All 2^40 code numbers of the brand are taken."""

    code = "codes.numbers_exhausted"
    status = 409
    message = "码号已用完"
    message_en = "The brand has no code numbers left"


class NoSlot(AppError):
    """The brand has no key slot in the state that is needed."""

    code = "codes.no_slot"
    status = 409
    message = "没有可用的密钥槽"
    message_en = "No key slot is available for this face"


class RangeOutsideBatch(AppError):
    code = "codes.range_outside_batch"
    status = 422
    message = "码段不在批次范围内"
    message_en = "The range does not lie within one batch"


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


class AlreadyPacked(AppError):
    """A child of the request is in a parent; `details` names the run in the way."""

    code = "codes.already_packed"
    status = 409
    message = "码段中有已装箱的码"
    message_en = "A part of this range is already packed"


class TooFewParents(AppError):
    code = "codes.too_few_parents"
    status = 409
    message = "上级码的数量不够"
    message_en = "The parent batch has too few free codes"


class PackedInItself(AppError):
    """The packing would put a code, directly or over several levels, into itself."""

    code = "codes.packed_in_itself"
    status = 409
    message = "不能把上级码装进自己的下级"
    message_en = "A code cannot be packed into what it contains"


class RangesOverlap(AppError):
    """Two ranges of one request claim the same child."""

    code = "codes.ranges_overlap"
    status = 422
    message = "提交的码段互相重叠"
    message_en = "The ranges of the request overlap"


class InvalidRecipient(AppError):
    code = "codes.invalid_recipient"
    status = 422
    message = "接收方公钥无效, 应为 age1 开头的 age 公钥"
    message_en = "The recipient must be an age public key (age1…)"


class UnknownAlarm(AppError):
    code = "codes.unknown_alarm"
    status = 404
    message = "没有这条告警"
    message_en = "There is no such alarm"
