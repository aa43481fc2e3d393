from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.channel.rules import KINDS
from app.channel.schemas.places import COUNTY, NAME, PHONE, NamedSchema, PlaceSchema
from app.kit.http import Identifier
from app.kit.paging import PageQuery

TOKEN = validate.Length(min=1, max=64)
ROLES = ("owner", "clerk", "salesman", "dealer")
REGISTRATION_STATES = ("submitted", "refused", "approved")
MOST_PHOTOS = 6


class ImportQuery(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(tuple(KINDS)))
    dry_run = fields.Boolean(load_default=False)


class TemplateQuery(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(tuple(KINDS)))


class LineErrorSchema(Schema):
    line = fields.Integer()
    column = fields.String()
    code = fields.String()
    message = fields.String()


class ImportSchema(Schema):
    """What was, or for a dry run would be, taken in; at most a hundred errors of ``error_count`` are shown."""

    lines = fields.Integer()
    repeated = fields.Boolean()
    dry_run = fields.Boolean()
    error_count = fields.Integer()
    errors = fields.List(fields.Nested(LineErrorSchema))


class NewInvitationSchema(Schema):
    """An owner without a terminal is invited to register a shop."""

    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    dealer_id = Identifier(load_default=None)
    terminal_id = Identifier(load_default=None)
    phone = fields.String(load_default=None, validate=PHONE)
    max_uses = fields.Integer(load_default=1, strict=True, validate=validate.Range(min=1, max=500))
    days = fields.Integer(load_default=7, strict=True, validate=validate.Range(min=1, max=90))

    @validates_schema
    def _terminal_fits_role(self, data: dict[str, object], **_: object) -> None:
        named = data["terminal_id"] is not None
        if (data["role"] == "clerk" and not named) or (data["role"] in {"salesman", "dealer"} and named):
            raise ValidationError("clerks, and perhaps owners, are invited to a terminal", "terminal_id")


class NewClerkInvitationSchema(Schema):
    terminal_id = Identifier(load_default=None)


class InvitationSchema(Schema):
    """``url`` is what the QR code says; who only reads does not get it, because it gives a role."""

    id = Identifier()
    role = fields.String()
    dealer = fields.Nested(NamedSchema)
    terminal = fields.Nested(NamedSchema, allow_none=True)
    phone = fields.String(allow_none=True, metadata={"description": "masked"})
    max_uses = fields.Integer()
    uses = fields.Integer()
    expires_at = fields.AwareDateTime(format="iso")
    revoked_at = fields.AwareDateTime(format="iso", allow_none=True)
    url = fields.String(allow_none=True)
    qr = fields.String(allow_none=True, metadata={"description": "an SVG as a data: address; for a single one"})


class PhotoSchema(Schema):
    id = Identifier()
    kind = fields.String()


class RegistrationSchema(Schema):
    """A registration as its applicant and its approvers see it."""

    id = Identifier()
    state = fields.String(validate=validate.OneOf(REGISTRATION_STATES))
    round = fields.Integer()
    name = fields.String()
    address = fields.String()
    county = fields.String()
    county_name = fields.String(allow_none=True)
    latitude = fields.Float(allow_none=True)
    longitude = fields.Float(allow_none=True)
    phone = fields.String(metadata={"description": "masked"})
    phone_verified = fields.Boolean()
    dealer = fields.Nested(NamedSchema)
    by_case = fields.Boolean()
    reason = fields.String(allow_none=True)
    terminal_id = Identifier(allow_none=True)
    photos = fields.List(fields.Nested(PhotoSchema))
    submitted_at = fields.AwareDateTime(format="iso")
    decided_at = fields.AwareDateTime(format="iso", allow_none=True)


class DuplicateSchema(Schema):
    """``id``, ``name`` and ``address`` are null where the shop is another dealer's and a dealer looks."""

    kind = fields.String(validate=validate.OneOf(("terminal", "registration")))
    id = Identifier(allow_none=True)
    name = fields.String(allow_none=True)
    address = fields.String(allow_none=True)
    dealer = fields.Nested(NamedSchema, allow_none=True)
    state = fields.String()
    reasons = fields.List(fields.String())


class ShownRegistrationSchema(Schema):
    """With what its approver needs: the whole phone number to call, photos, and shops that may be the same."""

    registration = fields.Nested(RegistrationSchema)
    phone = fields.String()
    photos = fields.List(fields.Nested(PhotoSchema))
    duplicates = fields.List(fields.Nested(DuplicateSchema))


class RegistrationQuery(PageQuery):
    state = fields.String(load_default=None, validate=validate.OneOf(REGISTRATION_STATES))


class JoinQuery(Schema):
    token = fields.String(required=True, validate=TOKEN)


class JoinSchema(Schema):
    """What an invitation leads to, and what is known of the person already."""

    role = fields.String()
    dealer = fields.Nested(NamedSchema)
    terminal = fields.Nested(NamedSchema, allow_none=True)
    registers = fields.Boolean()
    needs_phone = fields.Boolean()
    phone = fields.String(allow_none=True, metadata={"description": "the person's verified number, masked"})
    registration = fields.Nested(RegistrationSchema, allow_none=True)


class AcceptSchema(JoinQuery):
    phone = fields.String(load_default=None, validate=PHONE)


class JoinedSchema(Schema):
    role = fields.String()
    scope_kind = fields.String()
    scope_id = Identifier()


class NewRegistrationSchema(PlaceSchema):
    token = fields.String(required=True, validate=TOKEN)
    name = fields.String(required=True, validate=NAME)
    address = fields.String(required=True, validate=validate.Length(min=2, max=200))
    county = fields.String(required=True, validate=COUNTY)
    phone = fields.String(load_default=None, validate=PHONE)
    photos = fields.List(
        Identifier(), required=True, validate=validate.Length(min=1, max=MOST_PHOTOS, error="a photo of the shop")
    )


class PhotoQuery(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(("front", "licence")))


class PlaceQuery(Schema):
    latitude = fields.Float(required=True, validate=validate.Range(min=-90, max=90))
    longitude = fields.Float(required=True, validate=validate.Range(min=-180, max=180))


class RegionSchema(Schema):
    """The county that holds a place; null where the map has none."""

    county = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    city = fields.String(allow_none=True)


class MyRegistrationsSchema(Schema):
    items = fields.List(fields.Nested(RegistrationSchema))


class WaitingSchema(Schema):
    """An invitation that waits for the person's verified number."""

    token = fields.String()
    role = fields.String()
    dealer = fields.Nested(NamedSchema)
    terminal = fields.Nested(NamedSchema, allow_none=True)


class MyInvitationsSchema(Schema):
    items = fields.List(fields.Nested(WaitingSchema))
