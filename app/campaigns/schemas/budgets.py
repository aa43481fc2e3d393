from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.kit.http import Identifier

SCOPES = ("all", "county", "dealer")
KEYS = {"all": r"\Z", "county": r"[0-9]{6}\Z", "dealer": r"[0-9]{1,18}\Z"}
FEN = validate.Range(min=1, max=10**15)


class NewBudgetSchema(Schema):
    """Fen in all, a day, or both; ``key`` is empty for all, a county's code, or a dealer's id."""

    scope = fields.String(required=True, validate=validate.OneOf(SCOPES))
    key = fields.String(load_default="", validate=validate.Length(max=20))
    total_fen = fields.Integer(load_default=None, allow_none=True, strict=True, validate=FEN)
    daily_fen = fields.Integer(load_default=None, allow_none=True, strict=True, validate=FEN)
    low_percent = fields.Integer(load_default=20, strict=True, validate=validate.Range(min=0, max=100))

    @validates_schema
    def _is_whole(self, data: dict[str, Any], **_: Any) -> None:
        if data["total_fen"] is None and data["daily_fen"] is None:
            raise ValidationError("an amount in all, a day, or both", "total_fen")
        validate.Regexp(KEYS[data["scope"]])(data["key"])


class BudgetSchema(Schema):
    """``allowed_fen`` is what may have been spent by the end of today."""

    id = Identifier()
    scope = fields.String(validate=validate.OneOf(SCOPES))
    key = fields.String()
    name = fields.String(allow_none=True)
    total_fen = fields.Integer(allow_none=True)
    daily_fen = fields.Integer(allow_none=True)
    low_percent = fields.Integer()
    is_alarmed = fields.Boolean()
    spent_fen = fields.Integer()
    allowed_fen = fields.Integer()


class ResumeSchema(Schema):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=200))
