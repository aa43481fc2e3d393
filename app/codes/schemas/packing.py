from marshmallow import Schema, fields, validate

MOST_CODES = 1000


class ScannedCode(fields.String):
    """A code as scanned or typed: its 16 characters, or an address that holds them."""

    def __init__(self) -> None:
        super().__init__(required=True, validate=validate.Length(min=1, max=300))


class _Reasoned(Schema):
    reason = fields.String(required=True, validate=validate.Regexp(r"\A[^\x00-\x1f\x7f]{1,200}\Z"))


class UnpackSchema(_Reasoned):
    parent = ScannedCode()


class TakeOutSchema(_Reasoned):
    children = fields.List(ScannedCode(), required=True, validate=validate.Length(min=1, max=MOST_CODES))


class PutInSchema(TakeOutSchema):
    parent = ScannedCode()


class ReplaceSchema(_Reasoned):
    old = ScannedCode()
    new = ScannedCode()


class RepackedSchema(Schema):
    """How many codes it was."""

    units = fields.Integer()


class PackingEventSchema(Schema):
    kind = fields.String()
    lo = fields.Integer()
    hi = fields.Integer()
    parent = fields.String(allow_none=True)
    packed_at = fields.DateTime(format="iso", allow_none=True)
    reason = fields.String()
    at = fields.DateTime(format="iso")


class PackingHistoryQuery(Schema):
    code = ScannedCode()


class PackingHistorySchema(Schema):
    """Where a code is, what it holds, and what was done to it by hand, youngest first."""

    code_no = fields.Integer()
    parents = fields.List(fields.String())
    children = fields.Integer()
    closed = fields.Boolean()
    events = fields.List(fields.Nested(PackingEventSchema))
