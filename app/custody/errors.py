from app.kit.errors import AppError


class WrongCode(AppError):
    """One text of a list is no code of this brand; `details.index` counts from 0. Nothing was recorded."""

    code = "custody.wrong_code"
    status = 422
    message = "清单中有不属于本品牌的码, 请核对后重新提交"
    message_en = "A code in the list was not issued by this brand; nothing was recorded"


class ShipmentNumberTaken(AppError):
    """The number was used for other parties or other codes."""

    code = "custody.shipment_number_taken"
    status = 409
    message = "这个单号已用于其他货物"
    message_en = "This document number was used for other goods"


class PartiesDoNotFit(AppError):
    """Goods do not go this way: a shop deals with the dealer that supplies it, a dealer not with itself."""

    code = "custody.parties_do_not_fit"
    status = 409
    message = "这种单据不能开给这个对象"
    message_en = "A document of this kind does not go from this sender to this receiver"


class SupplyStopped(AppError):
    """The brand has stopped the receiver's supply, from the business day `details.since` on."""

    code = "custody.supply_stopped"
    status = 409
    message = "品牌已停止向该经销商供货, 不能发货或调拨给它"
    message_en = "The brand has stopped the supply of this dealer; nothing can be shipped or transferred to it"


class NotHeld(AppError):
    """Some codes are not the sender's to move; nothing was recorded.

    `details.index` is the first of them, `details.refused` up to fifty, each with its index and a reason
    ("elsewhere", or "apart" for a pack of which a part went elsewhere); `details.more` counts the rest. Who
    holds them is not said.
    """

    code = "custody.not_held"
    status = 409
    message = "清单中有不在发货方名下的货, 请取出标出的码后重新提交"
    message_en = "Some codes in the list are not held by the sender; nothing was recorded"


class UnknownDocument(AppError):
    """There is no such document, or it is not the caller's: the answer does not say which."""

    code = "custody.unknown_document"
    status = 404
    message = "没有找到这张单据"
    message_en = "This document was not found"


class AlreadyReceived(AppError):
    """`details.number` is the receipt that stands."""

    code = "custody.already_received"
    status = 409
    message = "这张单据已经收过货"
    message_en = "This document was received before"


class AlreadyReversed(AppError):
    """The document was taken back: there is nothing to receive."""

    code = "custody.already_reversed"
    status = 409
    message = "这张单据已被撤销"
    message_en = "This document was taken back"


class NotReversible(AppError):
    """Only whoever recorded a movement may take it back, within 24 hours."""

    code = "custody.not_reversible"
    status = 409
    message = "只有开单人可以在 24 小时内撤销, 且收货确认不能撤销"
    message_en = "Only who recorded a document may take it back, within 24 hours; receipts stand"


class MovedSince(AppError):
    """Goods of the document were received, moved on or taken apart; a new document must correct it."""

    code = "custody.moved_since"
    status = 409
    message = "这张单据的货已签收或再次移动, 不能撤销, 请另开单据更正"
    message_en = "Goods of this document were received or moved since; record a new document instead"


class TooManyHalves(AppError):
    """More packs were scanned in part than can be compared; scan them as they were sent."""

    code = "custody.too_many_halves"
    status = 422
    message = "拆开扫描的箱或垛太多, 请按发货时的层级扫描"
    message_en = "Too many packs were scanned in part; scan them as they were sent"


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


class FileRefused(AppError):
    """Nothing was recorded; `details.errors` names up to fifty lines, `details.more` counts the rest."""

    code = "custody.file_refused"
    status = 422
    message = "文件有误, 没有记录任何货物, 请按行修改后重新上传"
    message_en = "Some lines of the file are wrong; nothing of it was recorded"
