from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.diversion.rules import DECISIONS, STAGES, STANDINGS, STATES
from app.kit.http import Identifier
from app.kit.paging import PageQuery

WORDS = validate.Length(min=2, max=2000)
STATE = validate.OneOf(STATES)


class NamedSchema(Schema):
    id = Identifier()
    name = fields.String(allow_none=True)


class CountySchema(Schema):
    code = fields.String()
    name = fields.String()
    city = fields.String()


class FilesQuery(PageQuery):
    state = fields.String(load_default=None, validate=STATE)
    dealer_id = Identifier(load_default=None)


class ReasonSchema(Schema):
    code = fields.String()
    points = fields.Integer()
    pieces = fields.Integer()


class BriefFileSchema(Schema):
    """A case file in a list. ``scope`` is a pallet, a shipment or a week; ``label`` names it."""

    id = Identifier()
    dealer = fields.Nested(NamedSchema)
    scope = fields.String(validate=validate.OneOf(("pallet", "shipment", "week")))
    label = fields.String()
    period_on = fields.Date()
    state = fields.String(validate=STATE)
    verdict = fields.String(allow_none=True)
    opened_at = fields.AwareDateTime(format="iso")
    answer_by = fields.AwareDateTime(format="iso", allow_none=True)
    appeal_by = fields.AwareDateTime(format="iso", allow_none=True)


class ScoredFileSchema(BriefFileSchema):
    score = fields.Integer()


class CountSchema(Schema):
    county = fields.Nested(CountySchema)
    on = fields.Date()
    far = fields.Boolean()
    consumers = fields.Integer()


class EvidenceSchema(Schema):
    """One piece: figures of a lot, or one scan of a pack. No consumer is named, only counted."""

    kind = fields.String()
    subject = fields.String()
    at = fields.AwareDateTime(format="iso")
    seen = fields.Integer()
    far = fields.Integer()
    alarm_at = fields.Integer(allow_none=True)
    noise_ratio = fields.Float()
    chance = fields.Float()
    county = fields.Nested(CountySchema, allow_none=True)
    terminal = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    counts = fields.List(fields.Nested(CountSchema))


class WaySchema(Schema):
    """A step of the goods: ``what`` is shipped or opened."""

    what = fields.String()
    name = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    at = fields.AwareDateTime(format="iso")


class StepSchema(Schema):
    action = fields.String()
    state = fields.String(validate=STATE)
    side = fields.String(validate=validate.OneOf(("system", "brand", "dealer")))
    by = fields.String(allow_none=True)
    words = fields.String()
    at = fields.AwareDateTime(format="iso")


class PhotoSchema(Schema):
    id = Identifier()
    side = fields.String()
    at = fields.AwareDateTime(format="iso")


class ConsequenceSchema(Schema):
    """``standing`` is of today: a consequence begins on its day and holds until it is ended."""

    id = Identifier()
    stage = fields.String(validate=validate.OneOf(STAGES))
    starts_on = fields.Date()
    reason = fields.String()
    set_at = fields.AwareDateTime(format="iso")
    standing = fields.String(validate=validate.OneOf(STANDINGS))
    ended_at = fields.AwareDateTime(format="iso", allow_none=True)
    end_reason = fields.String(allow_none=True)


class FileSchema(BriefFileSchema):
    """A case file as its dealer sees it. ``moves`` are the steps that the reader may try now."""

    own = fields.List(fields.Nested(CountySchema))
    way = fields.List(fields.Nested(WaySchema))
    evidence = fields.List(fields.Nested(EvidenceSchema))
    steps = fields.List(fields.Nested(StepSchema))
    photos = fields.List(fields.Nested(PhotoSchema))
    consequences = fields.List(fields.Nested(ConsequenceSchema))
    moves = fields.List(fields.String())
    rule_version = fields.String()


class FullFileSchema(FileSchema):
    """A case file as the brand sees it. ``stages`` are the consequences that may be set now."""

    score = fields.Integer()
    reasons = fields.List(fields.Nested(ReasonSchema))
    stages = fields.List(fields.String())


class DecisionSchema(Schema):
    action = fields.String(required=True, validate=validate.OneOf(DECISIONS))
    words = fields.String(required=True, validate=WORDS)


class StatementSchema(Schema):
    words = fields.String(required=True, validate=WORDS)


class NewConsequenceSchema(Schema):
    stage = fields.String(required=True, validate=validate.OneOf(STAGES))
    starts_on = fields.Date(required=True)
    reason = fields.String(required=True, validate=validate.Length(min=2, max=500))


class NewEndingSchema(Schema):
    reason = fields.String(required=True, validate=validate.Length(min=2, max=500))


class PolicySchema(Schema):
    """``noise_ppm``: of a million consumers, how many scan far from where they bought."""

    noise_ppm = fields.Integer(required=True, strict=True, validate=validate.Range(min=10_000, max=400_000))
    answer_days = fields.Integer(required=True, strict=True, validate=validate.Range(min=3, max=60))
    appeal_days = fields.Integer(required=True, strict=True, validate=validate.Range(min=3, max=60))


class NewInspectionSchema(Schema):
    code = fields.String(required=True, validate=validate.Length(min=1, max=200))
    latitude = fields.Float(load_default=None, validate=validate.Range(min=-90, max=90))
    longitude = fields.Float(load_default=None, validate=validate.Range(min=-180, max=180))
    note = fields.String(load_default="", validate=validate.Length(max=500))

    @validates_schema
    def _place_is_whole(self, data: dict[str, float | None], **_: object) -> None:
        if (data.get("latitude") is None) != (data.get("longitude") is None):
            raise ValidationError("latitude and longitude belong together", "latitude")


class ProductSchema(Schema):
    name = fields.String()
    spec = fields.String()
    gtin = fields.String()


class InspectionSchema(Schema):
    """``place`` is own, near or far for the holder; null where that cannot be told. ``evidence`` opens a file."""

    id = Identifier()
    code = fields.String()
    level = fields.String()
    product = fields.Nested(ProductSchema)
    holder = fields.Nested(NamedSchema, allow_none=True)
    own = fields.List(fields.Nested(CountySchema))
    county = fields.Nested(CountySchema, allow_none=True)
    seller = fields.Nested(NamedSchema, allow_none=True)
    place = fields.String(allow_none=True)
    evidence = fields.Boolean()
    at = fields.AwareDateTime(format="iso")


class MapQuery(Schema):
    days = fields.Integer(load_default=30, validate=validate.Range(min=1, max=365))


class MapCountySchema(CountySchema):
    path = fields.String(allow_none=True)
    x = fields.Float(allow_none=True)
    y = fields.Float(allow_none=True)
    dealer = fields.Nested(NamedSchema, allow_none=True)
    held = fields.Dict(keys=fields.String(), values=fields.Integer())
    scans_own = fields.Integer()
    scans_far = fields.Integer()


class FlowSchema(Schema):
    dealer = fields.Nested(NamedSchema)
    county = fields.Nested(CountySchema)
    scans = fields.Integer()


class MapSchema(Schema):
    """Counties as SVG paths in a view box of ``width`` by ``height``; without a file they have none."""

    width = fields.Integer()
    height = fields.Integer()
    counties = fields.List(fields.Nested(MapCountySchema))
    flows = fields.List(fields.Nested(FlowSchema))
