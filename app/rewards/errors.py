from app.kit.errors import AppError


class AlreadyClaimed(AppError):
    """Another person holds the prize of this code."""

    code = "rewards.already_claimed"
    status = 409
    message = "这个码的奖励已被他人领取"
    message_en = "Somebody else has claimed the prize of this code"


class NotARewardCode(AppError):
    """The outer face of a pair, or a case: the prize is under the cap."""

    code = "rewards.not_a_reward_code"
    status = 409
    message = "这个码不兑奖, 请扫瓶盖内的码"
    message_en = "This code carries no prize; scan the one inside the cap"


class UnknownGrant(AppError):
    code = "rewards.unknown_grant"
    status = 404
    message = "没有这个奖品"
    message_en = "There is no such prize"


class NotForShops(AppError):
    """Points and goods sent home are not handed over at a shop."""

    code = "rewards.not_for_shops"
    status = 409
    message = "这个奖品不在门店领取"
    message_en = "This prize is not handed over by shops"


class UnknownPresentation(AppError):
    """Digits or a code that no phone shows now."""

    code = "rewards.unknown_presentation"
    status = 404
    message = "核销码不对或已过期, 请顾客刷新后再试"
    message_en = "The code is wrong or out of date; ask the customer to show a fresh one"


class AlreadyRedeemed(AppError):
    """`details` name the shop and the time."""

    code = "rewards.already_redeemed"
    status = 409
    message = "这个奖品已经核销过, 请不要再给货"
    message_en = "This prize was handed over already; do not give it again"


class GrantExpired(AppError):
    code = "rewards.grant_expired"
    status = 409
    message = "这个奖品已过期, 不能核销"
    message_en = "This prize has expired"


class NotOpen(AppError):
    """The prize is in another state than this act needs."""

    code = "rewards.not_open"
    status = 409
    message = "奖品的状态已变, 请刷新"
    message_en = "The prize is in another state by now; please reload"


class LostRedemption(AppError):
    """Somebody was first between the look and the write: the shell looks again."""

    code = "rewards.lost_redemption"
    status = 409
    message = "请再试一次"
    message_en = "Please try again"


class TerminalLimitReached(AppError):
    code = "rewards.terminal_limit"
    status = 409
    message = "本店今天的核销次数已到上限, 请联系品牌"
    message_en = "This shop has reached its limit of today; please ask the brand"


class NoOwner(AppError):
    """Nobody could be credited, so nothing is redeemed."""

    code = "rewards.no_owner"
    status = 409
    message = "本店还没有店主, 品牌无法付款, 请先登记店主"
    message_en = "The shop has no owner to be credited; register one first"


class TooLate(AppError):
    """What was scanned without a network was told after the grace."""

    code = "rewards.too_late"
    status = 409
    message = "离线核销上传太晚, 已不能入账, 请联系品牌"
    message_en = "This came too late to be credited; please ask the brand"


class UnknownDay(AppError):
    code = "rewards.unknown_day"
    status = 404
    message = "没有这一天的补货单"
    message_en = "There is no such day of goods owed"


class NotShipped(AppError):
    code = "rewards.not_shipped"
    status = 409
    message = "奖品还没有寄出"
    message_en = "The prize was not shipped yet"


class FileRefused(AppError):
    """`details.errors` name the lines; nothing of the file was done."""

    code = "rewards.file_refused"
    status = 422
    message = "文件有错, 一行也没有处理"
    message_en = "The file has errors; nothing of it was done"
