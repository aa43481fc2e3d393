from marshmallow import Schema, fields, validate

from app.campaigns.schemas import NewCampaignSchema


class SeasonSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(("made", "past")))
    scanned_percent = fields.Integer(load_default=65, strict=True, validate=validate.Range(min=1, max=100))
    days = fields.Integer(load_default=90, strict=True, validate=validate.Range(min=1, max=730))
    seed = fields.Integer(load_default=1, strict=True, validate=validate.Range(min=0, max=2**31))
    runs = fields.Integer(load_default=5, strict=True, validate=validate.Range(min=1, max=9))


class NewSimulationSchema(Schema):
    """A campaign as it would be saved, and the season it would meet."""

    campaign = fields.Nested(NewCampaignSchema, required=True)
    season = fields.Nested(SeasonSchema, required=True)


class IntervalSchema(Schema):
    """Nine runs of ten lie between low and high."""

    low = fields.Integer()
    middle = fields.Integer()
    high = fields.Integer()


class TierForecastSchema(IntervalSchema):
    name = fields.String()


class AnswerForecastSchema(IntervalSchema):
    answer = fields.String()


class DayForecastSchema(IntervalSchema):
    day = fields.Date()


class ForecastSchema(Schema):
    """``exhausted_on`` has a day for each run in which money ran out; ``by_day`` sums up what was spent."""

    runs = fields.Integer()
    scans = fields.Nested(IntervalSchema)
    winners = fields.Nested(IntervalSchema)
    cost_fen = fields.Nested(IntervalSchema)
    exhausted_on = fields.List(fields.Date())
    by_tier = fields.List(fields.Nested(TierForecastSchema))
    by_answer = fields.List(fields.Nested(AnswerForecastSchema))
    by_day = fields.List(fields.Nested(DayForecastSchema))


class TierStockSchema(Schema):
    name = fields.String()
    amount_fen = fields.Integer()
    count = fields.Integer()
    claimed = fields.Integer()


class MonitorSchema(Schema):
    """``minutes`` counts the claims of each of the last sixty minutes, oldest first."""

    at = fields.DateTime(format="iso")
    state = fields.String()
    spent_fen = fields.Integer()
    claims = fields.Integer()
    winners = fields.Integer()
    tiers = fields.List(fields.Nested(TierStockSchema))
    minutes = fields.List(fields.Integer())
