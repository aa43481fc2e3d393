from app.kit.errors import AppError


class InsufficientBalance(AppError):
    code = "ledger.insufficient_balance"
    status = 409
    message = "余额不足"
    message_en = "The balance is not sufficient"


class AlreadyPosted(AppError):
    """A transaction of the same cause exists; the effect it stands for has happened."""

    code = "ledger.already_posted"
    status = 409
    message = "这笔款项已经入账"
    message_en = "This was posted before"
