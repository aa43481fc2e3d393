from app.kit.errors import AppError


class UnknownBrand(AppError):
    """No brand answers under the host of the request."""

    code = "tenancy.unknown_brand"
    status = 404
    message = "这个网址没有对应的品牌"
    message_en = "No brand answers under this address"


class UnknownHostFile(AppError):
    code = "tenancy.unknown_host_file"
    status = 404
    message = "没有这个校验文件"
    message_en = "There is no such verification file"


class NoSlotsLeft(AppError):
    """All 32 characters name keys of this brand; a slot whose codes have expired may be closed and forgotten."""

    code = "tenancy.no_slots_left"
    status = 409
    message = "密钥槽已用完"
    message_en = "The brand has no key slots left"
