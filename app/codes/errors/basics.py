"""Refusals about codes and batches."""

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


class ExpiredCode(AppError):
    """Genuine, but past the last day on which codes of its batch could win."""

    code = "codes.expired"
    status = 410
    message = "这个码已过兑奖期"
    message_en = "This code has expired"


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


class ListedTwice(AppError):
    code = "codes.listed_twice"
    status = 422
    message = "这个码在名单里重复出现"
    message_en = "This code is on the list more than once"


class TooManyLines(AppError):
    code = "codes.too_many_lines"
    status = 422
    message = "名单最多 200,000 行, 请分开提交"
    message_en = "A list has at most 200,000 lines; split it"


class BrokenLevels(AppError):
    """``details`` name the fault: depth, same_name, lowest_holds_nothing."""

    code = "codes.broken_levels"
    status = 422
    message = "层级不成立: 应有 1 到 8 级, 名称不重复, 最低一级不再装下级"
    message_en = "The levels do not fit: 1 to 8 of them, each name once, and the lowest holds nothing"


class ForeignHost(AppError):
    code = "codes.foreign_host"
    status = 422
    message = "这个域名不属于本品牌"
    message_en = "This host does not belong to the brand"


class OwnRequest(AppError):
    """Whoever asked for codes does not decide about them."""

    code = "codes.own_request"
    status = 409
    message = "不能审核自己提交的申请, 请由另一位同事审核"
    message_en = "You cannot review your own request; a colleague must"
