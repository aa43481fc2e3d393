from app.kit.errors import AppError


class UnknownReport(AppError):
    code = "trace.unknown_report"
    status = 404
    message = "没有这份质检报告"
    message_en = "There is no such report"


class NotAReport(AppError):
    """The file is no PDF, JPEG or PNG, whatever its name says."""

    code = "trace.not_a_report"
    status = 422
    message = "质检报告请使用 PDF、JPEG 或 PNG 文件"
    message_en = "A report is a PDF, JPEG or PNG file"


class TooManyReports(AppError):
    code = "trace.too_many_reports"
    status = 409
    message = "一个批次最多附 20 份质检报告"
    message_en = "A batch carries at most 20 reports"


class InvalidToken(AppError):
    """The page token is not one that this query gave out."""

    code = "trace.invalid_token"
    status = 400
    message = "翻页标记无效"
    message_en = "This page token is not valid"
