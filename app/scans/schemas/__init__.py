from marshmallow import Schema, fields, validate

from app import codes
from app.kit.http import Identifier

CODE = validate.Length(min=1, max=300)  # a code, or the address it was printed in


class TierFactsSchema(Schema):
    name = fields.String()
    amount_fen = fields.Integer()
    count = fields.Integer()
    kind = fields.String()
    most_fen = fields.Integer()
    price_fen = fields.Integer()
    points = fields.Integer()
    value_fen = fields.Integer()
    lasts_days = fields.Integer()


class CampaignFactsSchema(Schema):
    id = Identifier()
    name = fields.String()
    starts_at = fields.String()
    ends_at = fields.String()
    state = fields.String()
    codes = fields.Integer()
    per_person_limit = fields.Integer(allow_none=True)
    per_person_day_limit = fields.Integer(allow_none=True)
    commitment = fields.String()
    tiers = fields.List(fields.Nested(TierFactsSchema))
    conditions = fields.List(fields.String())
    rules_text = fields.String(allow_none=True)


class ProductFactsSchema(Schema):
    name = fields.String()
    spec = fields.String()
    gtin = fields.String(allow_none=True)
    image = fields.String(allow_none=True)


class BatchFactsSchema(Schema):
    number = fields.String()
    made_on = fields.String(allow_none=True)
    expires_on = fields.String(allow_none=True)


class PrizeSchema(Schema):
    kind = fields.String(validate=validate.OneOf(("cash", "none", "another", "one_yuan", "points", "goods")))
    tier = fields.String(allow_none=True)
    amount_fen = fields.Integer()


class VerdictSchema(Schema):
    code = fields.String()
    state = fields.String(validate=validate.OneOf(codes.states.WORDED))
    level = fields.String()
    face = fields.String(validate=validate.OneOf(("outer", "inner")))
    security_code = fields.Boolean()
    times = fields.Integer()
    first_at = fields.String(allow_none=True)
    first_place = fields.String(allow_none=True)
    latest_at = fields.String(allow_none=True)
    latest_place = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    product = fields.Nested(ProductFactsSchema, allow_none=True)
    batch = fields.Nested(BatchFactsSchema, allow_none=True)
    campaign = fields.Nested(CampaignFactsSchema, allow_none=True)
    claim = fields.String(validate=validate.OneOf(("open", "mine", "others", "closed", "none")))
    prize = fields.Nested(PrizeSchema, allow_none=True)
    signed_in = fields.Boolean()
    roles = fields.List(fields.String())


class ScanSchema(Schema):
    code = fields.String(required=True, validate=CODE)
    latitude = fields.Float(load_default=None, allow_none=True, validate=validate.Range(min=-90, max=90))
    longitude = fields.Float(load_default=None, allow_none=True, validate=validate.Range(min=-180, max=180))


class ClaimRequestSchema(Schema):
    code = fields.String(required=True, validate=CODE)


class ShopSchema(Schema):
    name = fields.String()


class ClaimAnswerSchema(Schema):
    code = fields.String()
    prize = fields.Nested(PrizeSchema)
    repeated = fields.Boolean()
    claimed_at = fields.String()
    wallet_fen = fields.Integer(allow_none=True)
    shop = fields.Nested(ShopSchema, allow_none=True)


class MyClaimSchema(Schema):
    id = Identifier()
    code = fields.String()
    tier = fields.String(allow_none=True)
    amount_fen = fields.Integer()
    claimed_at = fields.String()


class StepSchema(Schema):
    at = fields.String(allow_none=True)
    text = fields.String()
    rule = fields.String(allow_none=True)
    amount_fen = fields.Integer(allow_none=True)
    outcome = fields.String(validate=validate.OneOf(("info", "paid", "held", "refused")))


class PlaceOnPathSchema(Schema):
    level = fields.String()
    code_no = Identifier()
    holder = fields.String(allow_none=True)


class ExplanationSchema(Schema):
    code = fields.String()
    level = fields.String()
    product = fields.String()
    state = fields.String()
    path = fields.List(fields.Nested(PlaceOnPathSchema))
    steps = fields.List(fields.Nested(StepSchema))


class CodeTotalsSchema(Schema):
    minted = fields.Integer()
    activated = fields.Integer()


class OverviewSchema(Schema):
    codes = fields.Nested(CodeTotalsSchema)
    claims = fields.Integer()
    sales_today = fields.Integer()
    paid_fen = fields.Integer()


class PreviewQuery(Schema):
    """Whose claim, at which instant (now), and as if which shop had opened the case (as it is)."""

    person_id = Identifier(load_default=None)
    terminal_id = Identifier(load_default=None)
    at = fields.AwareDateTime(load_default=None, format="iso")


class PurseSchema(Schema):
    scope = fields.String(validate=validate.OneOf(("all", "county", "dealer")))
    key = fields.String()
    left_fen = fields.Integer()


class PreviewShareSchema(Schema):
    role = fields.String()
    outcome = fields.String(validate=validate.OneOf(("paid", "held", "refused")))
    reason = fields.String()


class PreviewSchema(Schema):
    """The prize itself stays sealed until somebody has claimed it."""

    code = fields.String()
    at = fields.DateTime(format="iso")
    answer = fields.String(validate=validate.OneOf(("pays", "may_defer", "refused", "repeats")))
    refusal = fields.String(allow_none=True)
    message = fields.String()
    details = fields.Dict()
    campaign = fields.String(allow_none=True)
    rule = fields.String(allow_none=True)
    shop = fields.String(allow_none=True)
    dealer = fields.String(allow_none=True)
    sale = fields.String(allow_none=True)
    shares = fields.List(fields.Nested(PreviewShareSchema))
    budgets = fields.List(fields.Nested(PurseSchema))
    dearest_fen = fields.Integer()


class ExportQuery(Schema):
    """Business days, both included; ``of`` is the dealer or the shop where there are several."""

    of = Identifier(load_default=None)
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)


class CaseInvitationSchema(Schema):
    """The page of the registration is ``/join/`` and this."""

    token = fields.String()
