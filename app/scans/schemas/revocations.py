from marshmallow import Schema, fields, validate

from app.kit.http import Identifier

MOST_RANGES = 10_000
MOST_CODES = 1_000


class RevokedRangeSchema(Schema):
    lo = Identifier(required=True)
    hi = Identifier(required=True)


class _RevocationSchema(Schema):
    with_contents = fields.Boolean(load_default=False)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=200))


class NewRevocationSchema(_RevocationSchema):
    """Exactly one of ``batch_id``, ``ranges`` and ``texts`` (codes or printed addresses) says what it is about."""

    batch_id = Identifier(load_default=None, allow_none=True)
    ranges = fields.List(
        fields.Nested(RevokedRangeSchema), load_default=list, validate=validate.Length(max=MOST_RANGES)
    )
    texts = fields.List(
        fields.String(validate=validate.Length(max=300)),
        load_default=list,
        validate=validate.Length(max=MOST_CODES),
    )


class RevocationFileQuery(_RevocationSchema):
    name = fields.String(load_default="", validate=validate.Length(max=80))


class RevokedSchema(Schema):
    subject = fields.String()
    ranges = fields.Integer()
    lo = Identifier()
    hi = Identifier()
    count = fields.Integer()
