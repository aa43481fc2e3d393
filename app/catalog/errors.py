from app.kit.errors import AppError


class UnknownProduct(AppError):
    code = "catalog.unknown_product"
    status = 404
    message = "没有这个产品"
    message_en = "There is no such product"


class UnknownSku(AppError):
    code = "catalog.unknown_sku"
    status = 404
    message = "没有这个规格"
    message_en = "There is no such SKU"


class InvalidGtin(AppError):
    """The barcode number has a wrong length or check digit."""

    code = "catalog.invalid_gtin"
    status = 422
    message = "商品条码无效, 请核对位数和校验码"
    message_en = "The GTIN has a wrong length or check digit"


class InvalidCompanyPrefix(AppError):
    code = "catalog.invalid_company_prefix"
    status = 422
    message = "厂商识别代码应为 6 到 12 位数字"
    message_en = "A GS1 company prefix has 6 to 12 digits"


class GtinTaken(AppError):
    code = "catalog.gtin_taken"
    status = 409
    message = "这个商品条码已登记"
    message_en = "This GTIN is registered already"


class UnknownLink(AppError):
    code = "catalog.unknown_link"
    status = 404
    message = "没有这个链接"
    message_en = "There is no such link"


class LinkTaken(AppError):
    """A SKU has one link for each type, language and media type."""

    code = "catalog.link_taken"
    status = 409
    message = "这个规格已有同类型、同语言的链接"
    message_en = "The SKU already has a link of this type and language"
