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
