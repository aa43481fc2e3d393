"""Refusals about orders, files and their links."""

from app.kit.errors import AppError


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


class UnknownPack(AppError):
    code = "codes.unknown_pack"
    status = 404
    message = "没有这个码包"
    message_en = "There is no such pack order"


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
