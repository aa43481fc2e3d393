from marshmallow import Schema, fields, validate

from app.kit.http import Identifier
from app.payouts.rules import STATES


class NewPayoutSchema(Schema):
    amount_fen = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=100_000_000))


class PackageSchema(Schema):
    mch_id = fields.String()
    app_id = fields.String()
    package = fields.String()


class PayoutSchema(Schema):
    id = Identifier()
    amount_fen = fields.Integer()
    state = fields.String(validate=validate.OneOf(STATES))
    package = fields.Nested(PackageSchema, allow_none=True)
    reason = fields.String(allow_none=True)
    created_at = fields.DateTime(format="iso")
    expires_at = fields.DateTime(format="iso", allow_none=True)


class WalletSchema(Schema):
    balance_fen = fields.Integer()
    in_transit_fen = fields.Integer()
    minimum_fen = fields.Integer()
    maximum_fen = fields.Integer()


class WalletEntrySchema(Schema):
    at = fields.DateTime(format="iso")
    amount_fen = fields.Integer()
    kind = fields.String()
    reason = fields.String()
