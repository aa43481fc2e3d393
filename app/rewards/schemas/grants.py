from marshmallow import Schema, fields, validate

from app.kit.http import Identifier
from app.kit.paging import PageQuery

STATES = validate.OneOf(("won", "ordered", "received", "expired"))
KINDS = validate.OneOf(("another", "one_yuan", "points", "goods"))


class GoodsSchema(Schema):
    name = fields.String()
    spec = fields.String()


class FactSchema(Schema):
    at = fields.DateTime(format="iso")
    text = fields.String()
    rule = fields.String(allow_none=True)
    amount_fen = fields.Integer(allow_none=True)
    outcome = fields.String(validate=validate.OneOf(("info", "paid", "held", "refused")))


class HandedOverSchema(Schema):
    shop = fields.String()
    at = fields.DateTime(format="iso")
    price_fen = fields.Integer()


class OnItsWaySchema(Schema):
    state = fields.String()
    place = fields.String()
    carrier = fields.String(allow_none=True)
    tracking = fields.String(allow_none=True)
    shipped_at = fields.DateTime(format="iso", allow_none=True)


class MyGrantQuery(PageQuery):
    which = fields.String(load_default="all", validate=validate.OneOf(("all", "usable", "expiring")))


class MyGrantSchema(Schema):
    """A prize as its winner sees it."""

    id = Identifier()
    kind = fields.String(validate=KINDS)
    tier = fields.String()
    goods = fields.Nested(GoodsSchema, allow_none=True)
    price_fen = fields.Integer()
    points = fields.Integer()
    state = fields.String(validate=STATES)
    state_text = fields.String()
    won_at = fields.DateTime(format="iso")
    expires_at = fields.DateTime(format="iso")
    expires_soon = fields.Boolean()
    redemption = fields.Nested(HandedOverSchema, allow_none=True)
    delivery = fields.Nested(OnItsWaySchema, allow_none=True)


class GrantDetailSchema(MyGrantSchema):
    facts = fields.List(fields.Nested(FactSchema))


class GrantQuery(PageQuery):
    state = fields.String(load_default=None, validate=STATES)
    kind = fields.String(load_default=None, validate=KINDS)


class GrantSchema(MyGrantSchema):
    """A prize as staff see it."""

    code = fields.String(allow_none=True)
    campaign_id = Identifier()
    value_fen = fields.Integer()
    goods_fen = fields.Integer()
    service_fen = fields.Integer()
    restock = fields.Boolean()


class GrantFactsSchema(GrantSchema):
    facts = fields.List(fields.Nested(FactSchema))


class EndingPointsSchema(Schema):
    at = fields.DateTime(format="iso")
    points = fields.Integer()


class PointsSchema(Schema):
    """``ending``: the lot that ends next, as it was won."""

    balance = fields.Integer()
    ending = fields.Nested(EndingPointsSchema, allow_none=True)


class AddressSchema(Schema):
    name = fields.String(required=True, validate=validate.Length(min=1, max=40))
    phone = fields.String(required=True, validate=validate.Regexp(r"^1[0-9]{10}$"))
    region = fields.String(required=True, validate=validate.Length(min=2, max=60))
    street = fields.String(required=True, validate=validate.Length(min=2, max=120))


class ParcelSchema(Schema):
    carrier = fields.String(required=True, validate=validate.Length(min=1, max=40))
    tracking = fields.String(required=True, validate=validate.Regexp(r"^[0-9A-Za-z-]{4,60}$"))


class DeliveryQuery(PageQuery):
    state = fields.String(load_default=None, validate=validate.OneOf(("ordered", "shipped", "received")))


class DeliverySchema(OnItsWaySchema):
    """Goods to be sent home, as staff see them in a list: of the address only what tells one from another."""

    grant_id = Identifier()
    tier = fields.String()
    goods = fields.Nested(GoodsSchema, allow_none=True)
    ordered_at = fields.DateTime(format="iso")
    received_at = fields.DateTime(format="iso", allow_none=True)


class FileResultSchema(Schema):
    shipped = fields.Integer()
