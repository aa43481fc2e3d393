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
