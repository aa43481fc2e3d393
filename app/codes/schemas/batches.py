import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.codes.rules.packing import MOST_IN_PARENT
from app.kit.http import Identifier
from app.kit.paging import page_schema

MOST_RANGES = 10_000
MOST_CHILDREN = 2_000_000  # of one request; a file may hold more
HIGHEST = 1 << 40
LEVEL = re.compile(r"[a-z][a-z0-9_-]{0,19}")


class CodeNo(fields.Integer):
    """A code number, or the end of a range of them: 40 bits, so a JSON number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=0, max=HIGHEST), **kwargs)


class BatchSchema(Schema):
    id = Identifier()
    number = fields.String()
    sku_id = Identifier()
    pack_id = Identifier(allow_none=True)
    level = fields.String()
    face = fields.String()
    lo = fields.Integer()
    hi = fields.Integer()
    count = fields.Integer()
    activated = fields.Integer()
    state = fields.String()
    made_on = fields.Date(allow_none=True)
    expires_on = fields.Date(allow_none=True)
    created_at = fields.DateTime(format="iso")
    exported_at = fields.DateTime(format="iso", allow_none=True)


BatchPageSchema = page_schema(BatchSchema)


class NewPackingSchema(Schema):
    parents_batch_id = Identifier(required=True)
    children_batch_id = Identifier(required=True)
    per_parent = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=MOST_IN_PARENT))


class PackedRangeSchema(Schema):
    lo = CodeNo(required=True)
    hi = CodeNo(required=True)
    parent_no = CodeNo(required=True)


class NewPackedRangesSchema(Schema):
    ranges = fields.List(
        fields.Nested(PackedRangeSchema), required=True, validate=validate.Length(min=1, max=MOST_RANGES)
    )

    @validates_schema
    def _bounded(self, data: dict[str, Any], **_: Any) -> None:
        sizes = [one["hi"] - one["lo"] for one in data["ranges"]]
        if max(sizes) > MOST_IN_PARENT or sum(sizes) > MOST_CHILDREN:
            raise ValidationError("too many children for one parent, or in all", "ranges")


class RunSchema(Schema):
    """Children ``lo <= n < hi`` in order, ``per_parent`` to each of ``parents`` parents from ``parent_lo`` on."""

    lo = fields.Integer()
    hi = fields.Integer()
    parent_lo = fields.Integer()
    per_parent = fields.Integer()
    parents = fields.Integer(attribute="parents.size")


class PackedSchema(Schema):
    items = fields.List(fields.Nested(RunSchema))


class NewBlockSchema(Schema):
    lo = CodeNo(required=True)
    hi = CodeNo(required=True)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=200))


class ThawQuery(Schema):
    """Without a range the whole freeze is lifted."""

    lo = fields.Integer(load_default=None, validate=validate.Range(min=0, max=HIGHEST))
    hi = fields.Integer(load_default=None, validate=validate.Range(min=0, max=HIGHEST))

    @validates_schema
    def _both_or_none(self, data: dict[str, Any], **_: Any) -> None:
        if (data["lo"] is None) != (data["hi"] is None):
            raise ValidationError("give both ends of the range, or none", "hi")


class BlockSchema(Schema):
    id = Identifier()
    kind = fields.String()
    lo = fields.Integer()
    hi = fields.Integer()
    reason = fields.String()
    created_at = fields.DateTime(format="iso")
    lifted_at = fields.DateTime(format="iso", allow_none=True)


BlockPageSchema = page_schema(BlockSchema)
