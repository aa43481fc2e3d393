from marshmallow import Schema, fields, validate

from app.kit.http import Identifier

MAX_FEN = 100_000


class NewRuleSchema(Schema):
    name = fields.String(required=True, validate=validate.Length(min=1, max=60))
    terminal_fen = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=MAX_FEN))
    dealer_fen = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=MAX_FEN))


class RuleSchema(Schema):
    id = Identifier()
    name = fields.String()
    version = fields.Integer()
    terminal_fen = fields.Integer()
    dealer_fen = fields.Integer()


class EarningsQuery(Schema):
    day = fields.Date(load_default=None)
    terminal_id = Identifier(load_default=None)
    cursor = fields.String(load_default=None, validate=validate.Length(max=32))
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=100))


class EarningSchema(Schema):
    at = fields.DateTime(format="iso")
    code = fields.String()
    amount_fen = fields.Integer()
    state = fields.String(validate=validate.OneOf(("paid", "held", "refused")))
    reason = fields.String()


class EarningsSchema(Schema):
    day = fields.Date()
    total_fen = fields.Integer()
    held_fen = fields.Integer()
    count = fields.Integer()
    items = fields.List(fields.Nested(EarningSchema))
    next_cursor = fields.String(allow_none=True)
