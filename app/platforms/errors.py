"""Refusals of the outside world. Details carry the platform's own number, never its text, address or secret."""

from app.kit.errors import AppError


class PlatformBusy(AppError):
    """No usable answer, or "try again later"; nothing is wrong with the request."""

    code = "platforms.busy"
    status = 503
    message = "微信繁忙, 请稍后重试"
    message_en = "The platform is busy, please try again in a moment"


class PlatformRefused(AppError):
    """The platform said no for a reason the user cannot mend; `errcode` names it."""

    code = "platforms.refused"
    status = 502
    message = "微信拒绝了请求, 请联系客服"
    message_en = "The platform refused the request"


class TokenRejected(PlatformRefused):
    """The interface token is not, or no longer, valid; a fresh one mends it."""


class InvalidLoginCode(AppError):
    code = "platforms.invalid_login_code"
    status = 400
    message = "微信凭证无效或已过期, 请重新操作"
    message_en = "The platform's code is invalid or expired, please try again"


class LoginCodeUsed(AppError):
    code = "platforms.login_code_used"
    status = 409
    message = "微信凭证已使用过, 请重新操作"
    message_en = "The platform's code was used before, please try again"


class HighRiskUser(AppError):
    code = "platforms.high_risk_user"
    status = 403
    message = "微信认为该账号存在风险, 暂时不能登录"
    message_en = "The platform considers this account a risk"


class InvalidUserData(AppError):
    """Encrypted data that does not open under the session key, or belongs to another app."""

    code = "platforms.invalid_user_data"
    status = 400
    message = "微信用户数据校验失败, 请重新登录"
    message_en = "The user data could not be verified, please sign in again"


class InvalidCodeTicket(PlatformRefused):
    """The ticket of a scanned code is unknown, used, expired, or was given to somebody else."""

    code = "platforms.invalid_code_ticket"
    status = 409
    message = "这次扫码已失效或已使用, 请重新扫码"
    message_en = "This scan is no longer valid, please scan the code again"


class PackageExpired(PlatformRefused):
    """WeChat has thrown a file of codes away; asking how its application stands makes it anew."""


class UnreadablePackage(AppError):
    """A file of codes does not open under the account's key, or does not hold what it should."""

    code = "platforms.unreadable_package"
    status = 502
    message = "微信码包无法解开, 请核对码包密钥"
    message_en = "The file of codes cannot be read: check the key"


class InvalidMarketKey(AppError):
    code = "platforms.invalid_market_key"
    status = 422
    message = "码包密钥应为 16、24 或 32 个字符, 或 43 位 Base64"
    message_en = "The key has 16, 24 or 32 characters, or 43 of base64"


class NotificationUnverified(AppError):
    """Not proven to come from the platform: answer with an error, the true one is sent again."""

    code = "platforms.notification_unverified"
    status = 401
    message = "通知验签失败"
    message_en = "The notification's signature does not verify"


class NotificationUnreadable(AppError):
    """Signed by the platform, but not of a shape or for a merchant we know."""

    code = "platforms.notification_unreadable"
    status = 400
    message = "通知内容无法识别"
    message_en = "The notification cannot be read"
