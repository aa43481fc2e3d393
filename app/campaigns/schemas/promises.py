from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.campaigns.rules import CASH, KINDS, Prize
from app.campaigns.rules.promise import MAX_CHANCES
from app.campaigns.schemas.budgets import BudgetSchema, NewBudgetSchema
from app.campaigns.schemas.conditions import ConditionsSchema, TermsSchema
from app.kit.http import Identifier

MAX_LIMIT = 100_000
MAX_DAYS = 3650
NOT_NEGATIVE = validate.Range(min=0, max=100_000_000)
LIMIT = validate.Range(min=1, max=MAX_LIMIT)


class NewPrizeSchema(Schema):
    """What a tier gives when it is not fixed money; fields that its kind does not know must be left out."""

    kind = fields.String(load_default="cash", validate=validate.OneOf(KINDS))
    most_fen = fields.Integer(load_default=0, strict=True, validate=NOT_NEGATIVE)
    sku_id = Identifier(load_default=None, allow_none=True)
    price_fen = fields.Integer(load_default=0, strict=True, validate=NOT_NEGATIVE)
    points = fields.Integer(load_default=0, strict=True, validate=NOT_NEGATIVE)
    value_fen = fields.Integer(load_default=0, strict=True, validate=NOT_NEGATIVE)
    lasts_days = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0, max=MAX_DAYS))
    goods_fen = fields.Integer(load_default=0, strict=True, validate=NOT_NEGATIVE)
    service_fen = fields.Integer(load_default=0, strict=True, validate=NOT_NEGATIVE)
    restock = fields.Boolean(load_default=False)

    @post_load
    def make(self, data: dict[str, Any], **_options: Any) -> Prize:
        return Prize(**data)


class NewTierSchema(Schema):
    name = fields.String(required=True, validate=validate.Length(min=1, max=40))
    amount_fen = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    count = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    commission_rule_id = Identifier(load_default=None, allow_none=True)
    prize = fields.Nested(NewPrizeSchema, load_default=CASH)


class NewCampaignSchema(Schema):
    name = fields.String(required=True, validate=validate.Length(min=1, max=80))
    batch_id = Identifier(required=True)
    starts_at = fields.AwareDateTime(required=True, format="iso")
    ends_at = fields.AwareDateTime(required=True, format="iso")
    per_person_limit = fields.Integer(load_default=None, allow_none=True, strict=True, validate=LIMIT)
    per_person_day_limit = fields.Integer(load_default=None, allow_none=True, strict=True, validate=LIMIT)
    tiers = fields.List(fields.Nested(NewTierSchema), required=True, validate=validate.Length(min=1, max=20))
    conditions = fields.Nested(TermsSchema, load_default=None, allow_none=True)
    rules_text = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=4_000))
    chances = fields.Integer(load_default=1, strict=True, validate=validate.Range(min=1, max=MAX_CHANCES))
    confirmed = fields.List(fields.String(), load_default=list, validate=validate.Length(max=10))
    confirmed_name = fields.String(load_default="", validate=validate.Length(max=80))
    budgets = fields.List(fields.Nested(NewBudgetSchema), load_default=list, validate=validate.Length(max=200))


class TierPrizeSchema(Schema):
    kind = fields.String(validate=validate.OneOf(KINDS))
    most_fen = fields.Integer()
    sku_id = Identifier(allow_none=True)
    price_fen = fields.Integer()
    points = fields.Integer()
    value_fen = fields.Integer()
    lasts_days = fields.Integer()
    goods_fen = fields.Integer()
    service_fen = fields.Integer()
    restock = fields.Boolean()


class TierSchema(Schema):
    name = fields.String()
    amount_fen = fields.Integer()
    count = fields.Integer()
    commission_rule_id = Identifier(allow_none=True)
    prize = fields.Nested(TierPrizeSchema)


class CampaignSchema(Schema):
    id = Identifier()
    name = fields.String()
    batch_id = Identifier()
    codes = fields.Integer()
    starts_at = fields.DateTime(format="iso")
    ends_at = fields.DateTime(format="iso")
    state = fields.String(validate=validate.OneOf(("not_started", "open", "ended", "stopped")))
    per_person_limit = fields.Integer(allow_none=True)
    per_person_day_limit = fields.Integer(allow_none=True)
    rules_text = fields.String(allow_none=True)
    chances = fields.Integer()
    algorithm = fields.String()
    commitment = fields.String()
    tiers = fields.List(fields.Nested(TierSchema))
    conditions = fields.Nested(ConditionsSchema, allow_none=True)
    budgets = fields.List(fields.Nested(BudgetSchema))


class ActivationSchema(Schema):
    batch_id = Identifier(required=True)
    lo = Identifier(load_default=None, allow_none=True)
    hi = Identifier(load_default=None, allow_none=True)
    campaign_id = Identifier(load_default=None, allow_none=True)


class ActivatedSchema(Schema):
    batch_id = Identifier()
    lo = Identifier()
    hi = Identifier()
    count = fields.Integer()
    campaign_id = Identifier(allow_none=True)


class RevealSchema(Schema):
    text = fields.String()
    commitment = fields.String()
    seed = fields.String()
    first_no = Identifier()
