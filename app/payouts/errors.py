from app.kit.errors import AppError
from app.payouts.rules import MAXIMUM_FEN, MINIMUM_FEN


class AmountTooSmall(AppError):
    """WeChat transfers 0.10 yuan or more; less stays in the wallet and accumulates."""

    code = "payouts.amount_too_small"
    status = 409
    message = "满 0.10 元才能提现"
    message_en = "0.10 yuan is the least that can be withdrawn"

    def __init__(self) -> None:
        super().__init__(minimum_fen=MINIMUM_FEN)


class AmountTooLarge(AppError):
    code = "payouts.amount_too_large"
    status = 409
    message = "单次提现最多 200 元"
    message_en = "200 yuan is the most that can be withdrawn at once"

    def __init__(self) -> None:
        super().__init__(maximum_fen=MAXIMUM_FEN)


class NoPayeeAccount(AppError):
    """The person has never signed in with an app of the brand that money can be sent to."""

    code = "payouts.no_payee_account"
    status = 409
    message = "请先用微信登录, 再提现"
    message_en = "Please sign in with WeChat before withdrawing"


class NotOffered(AppError):
    """The brand has no merchant account."""

    code = "payouts.not_offered"
    status = 409
    message = "品牌暂未开通提现"
    message_en = "The brand does not offer withdrawals yet"


class PayoutUnknown(AppError):
    code = "payouts.unknown"
    status = 404
    message = "没有找到这笔提现"
    message_en = "There is no such withdrawal"


class NotificationDisagrees(AppError):
    """Signed by the platform, but its amount, merchant or receiver is not the payout's."""

    code = "payouts.notification_disagrees"
    status = 400
    message = "通知与提现记录不一致"
    message_en = "The notification does not fit the withdrawal"
