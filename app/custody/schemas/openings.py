from marshmallow import Schema, fields, validate

from app.kit.http import Identifier

MAX_CODES = 5000
CODE = validate.Length(min=1, max=200)


class NewShipmentSchema(Schema):
    dealer_id = Identifier(required=True)
    number = fields.String(required=True, validate=validate.Length(min=1, max=64))
    codes = fields.List(
        fields.String(validate=CODE), required=True, validate=validate.Length(min=1, max=MAX_CODES)
    )


class ShipmentSchema(Schema):
    id = Identifier()
    number = fields.String()
    dealer_id = Identifier()
    codes = fields.Integer()
    shipped_at = fields.AwareDateTime(format="iso")
    repeated = fields.Boolean()


class NewOpeningSchema(Schema):
    code = fields.String(required=True, validate=CODE)
    terminal_id = Identifier(load_default=None)


class ProductSchema(Schema):
    name = fields.String()
    spec = fields.String()
    gtin = fields.String()


class NamedSchema(Schema):
    id = Identifier()
    name = fields.String()


class OpeningSchema(Schema):
    code = fields.String()
    product = fields.Nested(ProductSchema)
    units = fields.Integer()
    terminal = fields.Nested(NamedSchema)
    dealer = fields.Nested(NamedSchema)
    opened_at = fields.AwareDateTime(format="iso")
    repeated = fields.Boolean()
    foreign = fields.Boolean()
    reason = fields.String(allow_none=True)
