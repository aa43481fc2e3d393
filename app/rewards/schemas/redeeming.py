from marshmallow import Schema, fields, validate

from app.kit.http import Identifier
from app.kit.paging import PageQuery
from app.rewards.rules import REFUSAL_REASONS
from app.rewards.schemas.grants import FactSchema, GoodsSchema, HandedOverSchema

MOST_OFFLINE = 50
LATITUDE = validate.Range(min=-90, max=90)
LONGITUDE = validate.Range(min=-180, max=180)


class FaceSchema(Schema):
    """What the phone shows now; ``digits`` and ``qr`` are None when there is nothing more to show."""

    state = fields.String()
    digits = fields.String(allow_none=True)
    qr = fields.String(allow_none=True)
    seconds = fields.Integer()
    redemption = fields.Nested(HandedOverSchema, allow_none=True)


class LookSchema(Schema):
    code = fields.String(required=True, validate=validate.Length(min=8, max=80))
    terminal_id = Identifier(load_default=None, allow_none=True)


class LookedAtSchema(Schema):
    """What the shop is about to hand over, what it collects, and what it is credited with."""

    ticket = fields.String()
    kind = fields.String()
    tier = fields.String()
    goods = fields.Nested(GoodsSchema)
    price_fen = fields.Integer()
    goods_fen = fields.Integer()
    service_fen = fields.Integer()
    restock = fields.Boolean()
    expires_at = fields.DateTime(format="iso")


class NewRedemptionSchema(Schema):
    ticket = fields.String(required=True, validate=validate.Length(min=8, max=80))
    terminal_id = Identifier(load_default=None, allow_none=True)


class RedemptionSchema(Schema):
    id = Identifier()
    terminal = fields.String(allow_none=True)
    tier = fields.String()
    goods = fields.Nested(GoodsSchema)
    price_fen = fields.Integer()
    goods_fen = fields.Integer()
    service_fen = fields.Integer()
    restock = fields.Boolean()
    way = fields.String()
    at = fields.DateTime(format="iso")
    repeated = fields.Boolean()


class RedemptionDetailSchema(RedemptionSchema):
    facts = fields.List(fields.Nested(FactSchema))


class OfflineSchema(Schema):
    """Texts of QR codes that a shop has read without a network, oldest first."""

    terminal_id = Identifier(load_default=None, allow_none=True)
    codes = fields.List(
        fields.String(validate=validate.Length(min=8, max=80)),
        required=True,
        validate=validate.Length(min=1, max=MOST_OFFLINE),
    )


class RefusedHereSchema(Schema):
    code = fields.String()
    message = fields.String()
    details = fields.Dict()


class OfflineLineSchema(Schema):
    code = fields.String()
    redemption = fields.Nested(RedemptionSchema, allow_none=True)
    error = fields.Nested(RefusedHereSchema, allow_none=True)


class OfflineAnswerSchema(Schema):
    items = fields.List(fields.Nested(OfflineLineSchema))


class TerminalPageQuery(PageQuery):
    terminal_id = Identifier(load_default=None)


class NewRefusalSchema(Schema):
    terminal_id = Identifier(load_default=None, allow_none=True)
    shop_name = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=80))
    reason = fields.String(required=True, validate=validate.OneOf(tuple(REFUSAL_REASONS)))
    words = fields.String(load_default="", validate=validate.Length(max=500))
    latitude = fields.Float(load_default=None, allow_none=True, validate=LATITUDE)
    longitude = fields.Float(load_default=None, allow_none=True, validate=LONGITUDE)


class ShopsQuery(Schema):
    latitude = fields.Float(load_default=None, validate=LATITUDE)
    longitude = fields.Float(load_default=None, validate=LONGITUDE)


class NearShopSchema(Schema):
    """``map`` opens the place on a map; None where the brand does not know it."""

    id = Identifier()
    name = fields.String()
    address = fields.String()
    metres = fields.Integer(allow_none=True)
    lately = fields.Integer()
    map = fields.String(allow_none=True)


class ShopsSchema(Schema):
    items = fields.List(fields.Nested(NearShopSchema))


class RefusedSchema(ShopsSchema):
    id = Identifier()


class RefusalSchema(Schema):
    id = Identifier()
    grant_id = Identifier()
    tier = fields.String()
    shop = fields.String(allow_none=True)
    terminal_id = Identifier(allow_none=True)
    reason = fields.String()
    words = fields.String()
    place = fields.String(allow_none=True)
    at = fields.DateTime(format="iso")


class ConflictSchema(Schema):
    id = Identifier()
    grant_id = Identifier()
    shop = fields.String(allow_none=True)
    winner = fields.String(allow_none=True)
    shown_at = fields.DateTime(format="iso")
    uploaded_at = fields.DateTime(format="iso")


class DayQuery(PageQuery):
    state = fields.String(load_default=None, validate=validate.OneOf(("open", "owed", "settled")))


class DaySchema(Schema):
    id = Identifier()
    day = fields.Date()
    terminal = fields.String(allow_none=True)
    dealer = fields.String(allow_none=True)
    times = fields.Integer()
    restock_units = fields.Integer()
    restock_fen = fields.Integer()
    paid_fen = fields.Integer()
    collected_fen = fields.Integer()
    state = fields.String()
    settled_at = fields.DateTime(format="iso", allow_none=True)


class SettlementQuery(Schema):
    day = fields.Date(load_default=None)


class DayTotalSchema(Schema):
    dealer = fields.String(allow_none=True)
    shops = fields.Integer()
    times = fields.Integer()
    restock_units = fields.Integer()
    restock_fen = fields.Integer()
    owed_fen = fields.Integer()
    paid_fen = fields.Integer()
    collected_fen = fields.Integer()


class SettlementSchema(Schema):
    day = fields.Date()
    whole = fields.Nested(DayTotalSchema)
    dealers = fields.List(fields.Nested(DayTotalSchema))


class SettingsSchema(Schema):
    per_terminal_day = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=100_000))
    offline_hours = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=168))
