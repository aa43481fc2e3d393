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


class UnknownSpec(AppError):
    code = "codes.unknown_spec"
    status = 404
    message = "没有这个码规格"
    message_en = "There is no such code spec"


class SpecNameTaken(AppError):
    code = "codes.spec_name_taken"
    status = 409
    message = "已有同名的码规格在使用, 请先停用它或换个名称"
    message_en = "A spec of this name is in use; retire it first or choose another name"


class SpecRetired(AppError):
    code = "codes.spec_retired"
    status = 409
    message = "这个码规格已停用"
    message_en = "This code spec is retired"


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


class UnknownPack(AppError):
    code = "codes.unknown_pack"
    status = 404
    message = "没有这个码包"
    message_en = "There is no such pack order"


class OwnRequest(AppError):
    """Whoever asked for codes does not decide about them."""

    code = "codes.own_request"
    status = 409
    message = "不能审核自己提交的申请, 请由另一位同事审核"
    message_en = "You cannot review your own request; a colleague must"


class PackDecided(AppError):
    """The order is in a state that this step does not start from; ``details`` name it."""

    code = "codes.pack_decided"
    status = 409
    message = "这个码包已有结论, 不能再改"
    message_en = "This pack order has been decided"


class NotOrdered(AppError):
    """The batch was minted without a pack order, so nobody has agreed that it leaves the house."""

    code = "codes.not_ordered"
    status = 409
    message = "这批码不是按码包申请生成的, 不能交付"
    message_en = "This batch belongs to no pack order and cannot be delivered"


class UnknownDelivery(AppError):
    code = "codes.unknown_delivery"
    status = 404
    message = "没有这次交付"
    message_en = "There is no such delivery"


class PasswordGone(AppError):
    """Told before, or the file needs none."""

    code = "codes.password_gone"
    status = 409
    message = "密码只显示一次, 已经显示过了; 如果遗失, 请重新交付"
    message_en = "The password is shown once, and it was; deliver again if it is lost"


class UnknownLink(AppError):
    code = "codes.unknown_link"
    status = 404
    message = "这个下载链接不存在, 请核对是否复制完整"
    message_en = "There is no such download link; check that it was copied whole"


class NotReady(AppError):
    """``details`` say how many of how many lines are written."""

    code = "codes.not_ready"
    status = 409
    message = "文件正在生成, 请稍后再下载"
    message_en = "The file is being made, please come back later"


class LinkOver(AppError):
    """``details`` name the reason: revoked, used_up, expired."""

    code = "codes.link_over"
    status = 410
    message = "下载链接已失效 (已撤销, 已用完次数或已过期), 请向品牌方索取新的链接"
    message_en = "This link is over (revoked, used up or expired); ask the brand for a new one"


class NoSecurityCode(AppError):
    code = "codes.no_security_code"
    status = 404
    message = "这个码没有涂层防伪码"
    message_en = "This code has no security code under film"
