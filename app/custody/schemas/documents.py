from marshmallow import Schema, fields, validate

from app.custody.rules import MOVING
from app.custody.schemas.openings import CODE, MAX_CODES, NamedSchema, ProductSchema
from app.kit.http import Identifier

MOST_BY_API = 10_000
NUMBER = validate.Length(min=1, max=64)


class PartiesSchema(Schema):
    """From whom to whom; the caller's own side may be left out where it is clear, and the brand has no id."""

    from_dealer_id = Identifier(load_default=None)
    from_terminal_id = Identifier(load_default=None)
    dealer_id = Identifier(load_default=None)
    terminal_id = Identifier(load_default=None)
    reference = fields.String(load_default=None, validate=validate.Length(max=64))


class NewDocumentSchema(PartiesSchema):
    kind = fields.String(required=True, validate=validate.OneOf(MOVING))
    number = fields.String(required=True, validate=NUMBER)
    made_at = fields.AwareDateTime(format="iso", load_default=None)
    codes = fields.List(
        fields.String(validate=CODE), required=True, validate=validate.Length(min=1, max=MAX_CODES)
    )


class NewMovementSchema(PartiesSchema):
    """As another system reports it; a receipt names the number of the document it confirms in ``of``."""

    kind = fields.String(required=True, validate=validate.OneOf((*MOVING, "received")))
    number = fields.String(required=True, validate=NUMBER)
    of = fields.String(load_default=None, validate=NUMBER)
    codes = fields.List(fields.String(validate=CODE), required=True, validate=validate.Length(max=MOST_BY_API))


class NewReceiptSchema(Schema):
    """What arrived of a document; no codes say that all of it did."""

    number = fields.String(required=True, validate=NUMBER)
    reference = fields.String(load_default=None, validate=validate.Length(max=64))
    made_at = fields.AwareDateTime(format="iso", load_default=None)
    codes = fields.List(fields.String(validate=CODE), load_default=list, validate=validate.Length(max=MAX_CODES))


class PartySchema(Schema):
    kind = fields.String()
    id = Identifier(allow_none=True)
    name = fields.String(allow_none=True)


class DocumentSchema(Schema):
    id = Identifier()
    kind = fields.String()
    number = fields.String()
    reference = fields.String(allow_none=True)
    sender = fields.Nested(PartySchema)
    receiver = fields.Nested(PartySchema)
    codes = fields.Integer()
    of_id = Identifier(allow_none=True)
    made_at = fields.AwareDateTime(format="iso", allow_none=True)
    at = fields.AwareDateTime(format="iso")
    repeated = fields.Boolean()
    received_at = fields.AwareDateTime(format="iso", allow_none=True)
    reversed_at = fields.AwareDateTime(format="iso", allow_none=True)


class SomeCodesSchema(Schema):
    """The first codes of a list, and how many it has."""

    count = fields.Integer()
    codes = fields.List(fields.String())


class DocumentDetailSchema(DocumentSchema):
    goods = fields.Nested(SomeCodesSchema)
    missing = fields.Nested(SomeCodesSchema)
    surplus = fields.Nested(SomeCodesSchema)


class FileQuery(PartiesSchema):
    kind = fields.String(required=True, validate=validate.OneOf(MOVING))
    number = fields.String(load_default=None, validate=NUMBER)
    dry_run = fields.Boolean(load_default=False)


class FileReportSchema(Schema):
    """What a file came to, or would come to."""

    dry_run = fields.Boolean()
    lines = fields.Integer()
    documents = fields.List(fields.Nested(DocumentSchema))


class DeskSchema(Schema):
    """For whom the caller may move goods, and with whom: what a page needs to work without a network."""

    kinds = fields.List(fields.String())
    parties = fields.List(fields.Nested(PartySchema))
    dealers = fields.List(fields.Nested(NamedSchema))
    terminals = fields.List(fields.Nested(NamedSchema))


class GoodsSchema(Schema):
    """A code as the person with it in hand must see it; ``held`` says whether it is the caller's to move."""

    code = fields.String()
    level = fields.String()
    state = fields.String()
    sku_id = Identifier()
    product = fields.Nested(ProductSchema)
    inside = fields.Integer()
    held = fields.Boolean()


class PathStepSchema(Schema):
    level = fields.String()
    code = fields.String()


class LegSchema(Schema):
    at = fields.AwareDateTime(format="iso")
    kind = fields.String()
    level = fields.String()
    code = fields.String()
    sender = fields.Nested(PartySchema)
    receiver = fields.Nested(PartySchema)
    document_id = Identifier()
    number = fields.String()
    reference = fields.String(allow_none=True)


class OpenedSchema(Schema):
    at = fields.AwareDateTime(format="iso")
    code = fields.String()
    terminal = fields.Nested(PartySchema)


class WaySchema(Schema):
    """Who holds a code and how it got there; ``holder`` is null where it is not the viewer's to know."""

    code = fields.String()
    level = fields.String()
    state = fields.String()
    product = fields.Nested(ProductSchema)
    holder = fields.Nested(PartySchema, allow_none=True)
    path = fields.List(fields.Nested(PathStepSchema))
    legs = fields.List(fields.Nested(LegSchema))
    openings = fields.List(fields.Nested(OpenedSchema))


class MovedQuery(Schema):
    cursor = fields.String(load_default=None, validate=validate.Length(max=32))
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=50))


class MovedSchema(Schema):
    id = Identifier()
    kind = fields.String()
    sender = fields.Nested(PartySchema)
    receiver = fields.Nested(PartySchema)
    document_id = Identifier()
    number = fields.String()
    reference = fields.String(allow_none=True)
    at = fields.AwareDateTime(format="iso")
    codes = fields.List(fields.String())


class MovedPageSchema(Schema):
    """Oldest first; ``next_cursor`` is where to go on later, also when this is all there is."""

    items = fields.List(fields.Nested(MovedSchema))
    next_cursor = fields.String(allow_none=True)
