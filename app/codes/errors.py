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


class NotForMarket(AppError):
    """WeChat's codes are outer codes by the ten thousand, for numbers that were never printed as ours."""

    code = "codes.not_for_market"
    status = 409
    message = "微信一物一码的批次须为明码、数量为一万的整数倍、且从未导出"
    message_en = (
        "A batch for WeChat's codes is printed outside only, counts in ten thousands and was never exported"
    )


class PrintedByMarket(AppError):
    """The batch's labels carry WeChat's codes: a second print of the same numbers would be a second prize."""

    code = "codes.printed_by_market"
    status = 409
    message = "这批码已改用微信一物一码, 请导出微信码文件"
    message_en = "This batch is printed with WeChat's codes: export its file there"


class MarketRequested(AppError):
    code = "codes.market_requested"
    status = 409
    message = "这批码已申请过微信一物一码"
    message_en = "WeChat's codes were requested for this batch before"


class UnknownMarket(AppError):
    code = "codes.unknown_market"
    status = 404
    message = "没有这个微信一物一码申请"
    message_en = "There is no such application for WeChat's codes"


class MarketNotReady(AppError):
    """WeChat has not made the codes, or their files are not here yet."""

    code = "codes.market_not_ready"
    status = 409
    message = "微信还在生成这批码, 请稍后再试"
    message_en = "WeChat is still making these codes"


class MarketActive(AppError):
    """A part of the range was activated at WeChat, or is about to be."""

    code = "codes.market_active"
    status = 409
    message = "码段中有已在微信激活的码"
    message_en = "A part of this range is active at WeChat already"


class MarketCountDiffers(AppError):
    """WeChat made another number of codes than the batch has, or one of them twice."""

    code = "codes.market_count_differs"
    status = 502
    message = "微信给的码与批次数量不符"
    message_en = "WeChat's codes do not fit the batch"


class NoMarketAccount(AppError):
    """The brand has no service account, no mini-program, or was not told the key of its files."""

    code = "codes.no_market_account"
    status = 409
    message = "请先登记服务号、小程序和码包密钥"
    message_en = "Register the service account, the mini-program and the key of the files first"


class NotInMiniProgram(AppError):
    """The person never signed in by the mini-program that the ticket was given to."""

    code = "codes.not_in_mini_program"
    status = 409
    message = "请在微信小程序内扫码"
    message_en = "Please scan inside the mini-program"


class ForeignCode(AppError):
    """WeChat vouches for a code that this brand has no number for."""

    code = "codes.foreign_code"
    status = 404
    message = "这个码不属于本品牌"
    message_en = "This code does not belong to this brand"


class NotOurLink(AppError):
    """A link of another host or another form than the brand prints."""

    code = "codes.not_our_link"
    status = 422
    message = "这不是本品牌的码"
    message_en = "This is not a code of this brand"


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
    """Somebody has queried or claimed a code of the range; `details` names it."""

    code = "codes.already_used"
    status = 409
    message = "码段中已有码被查询或领奖, 不能撤销激活; 需要时请冻结或作废"
    message_en = "A code of this range has been queried or claimed; freeze or withdraw it instead"


class UnknownPlan(AppError):
    code = "codes.unknown_plan"
    status = 404
    message = "没有这个计划"
    message_en = "There is no such plan"


class PlanSettled(AppError):
    """The plan was carried out, cancelled or has failed; `details` says which."""

    code = "codes.plan_settled"
    status = 409
    message = "这个计划已经执行或取消"
    message_en = "This plan was carried out or cancelled before"


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


class UnknownImport(AppError):
    code = "codes.unknown_import"
    status = 404
    message = "没有这次关联导入"
    message_en = "There is no such import"


class ImportNotRefused(AppError):
    """Only a refused file is checked again; `details` names the state."""

    code = "codes.import_not_refused"
    status = 409
    message = "这个文件正在核对或已经导入"
    message_en = "This file is being checked or has been imported"


class NotPacked(AppError):
    code = "codes.not_packed"
    status = 409
    message = "这个码不在任何上级码中"
    message_en = "This code is packed in nothing"


class NothingPacked(AppError):
    code = "codes.nothing_packed"
    status = 409
    message = "这个上级码里没有任何码"
    message_en = "Nothing is packed in this code"


class ParentClosed(AppError):
    """Somebody said that this parent is complete; it opens by being unpacked."""

    code = "codes.parent_closed"
    status = 409
    message = "这个上级码已封箱, 不能再装"
    message_en = "This parent was closed; nothing can be added"


class DoesNotFit(AppError):
    """Another product, or a level that does not belong into this parent; `details` names the code."""

    code = "codes.does_not_fit"
    status = 409
    message = "商品规格或层级不符, 不能装在一起"
    message_en = "Product or level does not fit this parent"


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
