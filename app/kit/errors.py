"""Refusals: a stable code, an honest HTTP status, words in Chinese and English, and details."""

from typing import Any, ClassVar


class AppError(Exception):
    """A refusal a client can switch on by `code`, which never changes its meaning."""

    code: ClassVar[str] = "kit.refused"
    status: ClassVar[int] = 400
    message: ClassVar[str] = "请求被拒绝"
    message_en: ClassVar[str] = "The request was refused"

    def __init__(self, **details: Any) -> None:
        super().__init__(self.code)
        self.details = details

    def body(self, language: str = "zh") -> dict[str, Any]:
        message = self.message_en if language == "en" else self.message
        return {"error": {"code": self.code, "message": message, "details": self.details}}


class InvalidInput(AppError):
    """The body, query or path does not fit the contract; `details` names fields."""

    code = "kit.invalid_input"
    status = 422
    message = "提交的内容有误, 请检查标出的字段"
    message_en = "Some fields are not valid"


class NotFound(AppError):
    code = "kit.not_found"
    status = 404
    message = "没有找到"
    message_en = "Not found"


class TooLarge(AppError):
    code = "kit.too_large"
    status = 413
    message = "提交的内容太大"
    message_en = "The request is too large"


class TooManyRequests(AppError):
    code = "kit.too_many_requests"
    status = 429
    message = "操作太频繁, 请稍后再试"
    message_en = "Too many requests, please try again later"


class Unavailable(AppError):
    """A part of the system does not answer; the same request may be sent again."""

    code = "kit.unavailable"
    status = 503
    message = "系统繁忙, 请稍后重试"
    message_en = "Please try again in a moment"


class KeyReused(AppError):
    code = "kit.idempotency_key_reused"
    status = 409
    message = "同一个请求编号不能用于不同的内容"
    message_en = "This Idempotency-Key was used with other input"


class ForeignOrigin(AppError):
    code = "kit.foreign_origin"
    status = 403
    message = "请求来源不被信任"
    message_en = "The request came from another site"
