"""Refusals about WeChat's codes and plain links."""

from app.kit.errors import AppError


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
