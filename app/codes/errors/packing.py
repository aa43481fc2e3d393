"""Refusals about who is packed in whom."""

from app.kit.errors import AppError


class AlreadyPacked(AppError):
    """A child of the request is in a parent; `details` names the run in the way."""

    code = "codes.already_packed"
    status = 409
    message = "码段中有已装箱的码"
    message_en = "A part of this range is already packed"


class TooFewParents(AppError):
    code = "codes.too_few_parents"
    status = 409
    message = "上级码的数量不够"
    message_en = "The parent batch has too few free codes"


class PackedInItself(AppError):
    """The packing would put a code, directly or over several levels, into itself."""

    code = "codes.packed_in_itself"
    status = 409
    message = "不能把上级码装进自己的下级"
    message_en = "A code cannot be packed into what it contains"


class RangesOverlap(AppError):
    """Two ranges of one request claim the same child."""

    code = "codes.ranges_overlap"
    status = 422
    message = "提交的码段互相重叠"
    message_en = "The ranges of the request overlap"


class UnknownImport(AppError):
    code = "codes.unknown_import"
    status = 404
    message = "没有这次关联导入"
    message_en = "There is no such import"


class ImportNotRefused(AppError):
    """Only a refused file is checked again; `details` names the state."""

    code = "codes.import_not_refused"
    status = 409
    message = "这个文件正在核对或已经导入"
    message_en = "This file is being checked or has been imported"


class NotPacked(AppError):
    code = "codes.not_packed"
    status = 409
    message = "这个码不在任何上级码中"
    message_en = "This code is packed in nothing"


class NothingPacked(AppError):
    code = "codes.nothing_packed"
    status = 409
    message = "这个上级码里没有任何码"
    message_en = "Nothing is packed in this code"


class ParentClosed(AppError):
    """Somebody said that this parent is complete; it opens by being unpacked."""

    code = "codes.parent_closed"
    status = 409
    message = "这个上级码已封箱, 不能再装"
    message_en = "This parent was closed; nothing can be added"


class DoesNotFit(AppError):
    """Another product, or a level that does not belong into this parent; `details` names the code."""

    code = "codes.does_not_fit"
    status = 409
    message = "商品规格或层级不符, 不能装在一起"
    message_en = "Product or level does not fit this parent"
