from app.kit.errors import AppError


class SignInRequired(AppError):
    """No token, or one that is expired, revoked, of another brand or of another audience."""

    code = "identity.sign_in_required"
    status = 401
    message = "请先登录"
    message_en = "Please sign in"


class Forbidden(AppError):
    """The person is known and may not do this."""

    code = "identity.forbidden"
    status = 403
    message = "您没有这项权限"
    message_en = "You may not do this"


class SnapshotUser(AppError):
    """A preview page's throw-away account: it belongs to nobody and gets no identity."""

    code = "identity.snapshot_user"
    status = 403
    message = "请点击右下角“使用完整服务”后再试"
    message_en = "Please open the full page and try again"


class WrongCredentials(AppError):
    """The same answer for an unknown e-mail, a wrong password, a wrong or used code and a locked login."""

    code = "identity.wrong_credentials"
    status = 401
    message = "邮箱、密码或动态码不正确"
    message_en = "E-mail, password or code is wrong"


class SignInExpired(AppError):
    """The journey through the platform did not begin in this browser, took too long or was used before."""

    code = "identity.sign_in_expired"
    status = 400
    message = "登录已过期, 请重新打开页面"
    message_en = "The sign-in has expired, please open the page again"


class UnknownApp(AppError):
    code = "identity.unknown_app"
    status = 404
    message = "这个品牌没有该平台应用"
    message_en = "The brand has no such app"


class UnknownApiKey(AppError):
    code = "identity.unknown_api_key"
    status = 404
    message = "没有这个密钥, 或已停用"
    message_en = "There is no such key, or it was revoked"


class UnknownPerson(AppError):
    code = "identity.unknown_person"
    status = 404
    message = "没有找到该用户"
    message_en = "There is no such person"


class WrongScope(AppError):
    """A role was asked for over something it cannot be held over."""

    code = "identity.wrong_scope"
    status = 422
    message = "角色与范围不匹配"
    message_en = "This role is not held over such a scope"


class WeakPassword(AppError):
    code = "identity.weak_password"
    status = 422
    message = "密码长度须为 12 到 128 个字符"
    message_en = "A password has 12 to 128 characters"
