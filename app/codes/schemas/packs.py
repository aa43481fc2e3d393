from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.codes.models import LARGEST_BATCH
from app.codes.schemas.specs import ENCRYPTIONS
from app.kit.http import Identifier
from app.kit.paging import page_schema

MOST_LINES = 100_000_000


class NewPackSchema(Schema):
    """``count`` codes of the lowest level; each batch is numbered ``number-level``."""

    spec_id = Identifier(required=True)
    sku_id = Identifier(required=True)
    number = fields.String(required=True, validate=validate.Regexp(r"\A[0-9A-Za-z._/-]{1,19}\Z"))
    count = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=LARGEST_BATCH))
    made_on = fields.Date(load_default=None, allow_none=True)
    expires_on = fields.Date(load_default=None, allow_none=True)
    note = fields.String(load_default="", validate=validate.Length(max=200))


class ReviewSchema(Schema):
    """A refusal says why."""

    approve = fields.Boolean(required=True)
    words = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))

    @validates_schema
    def _refusals_say_why(self, data: dict[str, Any], **_: Any) -> None:
        if not data["approve"] and not (data["words"] or "").strip():
            raise ValidationError("a refusal says why", "words")


class PackSchema(Schema):
    id = Identifier()
    spec_id = Identifier()
    spec_name = fields.String()
    sku_id = Identifier()
    number = fields.String()
    count = fields.Integer()
    made_on = fields.Date(allow_none=True)
    expires_on = fields.Date(allow_none=True)
    note = fields.String()
    state = fields.String()
    requested_by = Identifier()
    requested_by_name = fields.String()
    requested_at = fields.DateTime(format="iso")
    reviewed_by_name = fields.String(allow_none=True)
    reviewed_at = fields.DateTime(format="iso", allow_none=True)
    review_words = fields.String(allow_none=True)
    minted_at = fields.DateTime(format="iso", allow_none=True)


PackPageSchema = page_schema(PackSchema)


class DownloadSchema(Schema):
    number = fields.Integer()
    address = fields.String()
    user_agent = fields.String()
    downloaded_at = fields.DateTime(format="iso")


class DeliverySchema(Schema):
    """A file and its link; ``lines_done`` of ``lines`` are written while ``state`` is making."""

    id = Identifier()
    batch_id = Identifier()
    encryption = fields.String(validate=validate.OneOf(ENCRYPTIONS))
    recipient = fields.String(allow_none=True)
    state = fields.String()
    lines = fields.Integer()
    lines_done = fields.Integer()
    size = fields.Integer(allow_none=True)
    manifest = fields.Dict(allow_none=True)
    downloads = fields.Integer()
    most_downloads = fields.Integer()
    created_at = fields.DateTime(format="iso")
    ready_at = fields.DateTime(format="iso", allow_none=True)
    expires_at = fields.DateTime(format="iso")
    revealed_at = fields.DateTime(format="iso", allow_none=True)
    downloaded = fields.List(fields.Nested(DownloadSchema))


class PackBatchSchema(Schema):
    """One level of an order: the numbers ``lo <= n < hi``, and ``canaries`` more lines in its file."""

    id = Identifier()
    number = fields.String()
    level = fields.String()
    title = fields.String()
    lo = fields.Integer()
    hi = fields.Integer()
    canaries = fields.Integer()
    encryption = fields.String()
    activated = fields.Integer()
    deliveries = fields.List(fields.Nested(DeliverySchema))


class WholePackSchema(PackSchema):
    batches = fields.List(fields.Nested(PackBatchSchema))


class NewDeliverySchema(Schema):
    """The factory's age key; none where the spec encrypts with a password."""

    recipient = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=80))


class OrderedSchema(DeliverySchema):
    """The link is told now and never again."""

    link = fields.String()


class PasswordSchema(Schema):
    password = fields.String()


class CanarySchema(Schema):
    seq = fields.Integer()
    code_no = fields.Integer()


class CanariesSchema(Schema):
    items = fields.List(fields.Nested(CanarySchema))


class LinesQuery(Schema):
    """Lines of a print file, both ends included."""

    first_seq = fields.Integer(required=True, validate=validate.Range(min=1, max=MOST_LINES))
    last_seq = fields.Integer(required=True, validate=validate.Range(min=1, max=MOST_LINES))


class LinesSchema(Schema):
    lo = fields.Integer()
    hi = fields.Integer()
