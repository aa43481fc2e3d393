from app.kit.errors import AppError


class WrongCode(AppError):
    """One text of a list is no code of this brand; `details.index` counts from 0. Nothing was recorded."""

    code = "custody.wrong_code"
    status = 422
    message = "清单中有不属于本品牌的码, 请核对后重新提交"
    message_en = "A code in the list was not issued by this brand; nothing was recorded"


class ShipmentNumberTaken(AppError):
    """The number was used for another dealer or other codes."""

    code = "custody.shipment_number_taken"
    status = 409
    message = "这个发货单号已用于其他货物"
    message_en = "This shipment number was used for other goods"


class NotACase(AppError):
    """`details.level` says what was scanned instead."""

    code = "custody.not_a_case"
    status = 409
    message = "这不是箱码, 请扫描箱子上的码来开箱"
    message_en = "This is not a case code, please scan the code on the case"


class AlreadyOpened(AppError):
    """Another terminal was first; `details.opened_at` says when, not who."""

    code = "custody.already_opened"
    status = 409
    message = "这箱已由其他门店开箱"
    message_en = "This case was already opened by another shop"
