from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.channel.rules import SCOPES
from app.kit.http import Identifier
from app.kit.paging import PageQuery

NAME = validate.Length(min=1, max=80)
COUNTY = validate.Regexp(r"[1-8]\d{5}\Z", error="six digits of GB/T 2260 are expected")
MAX_COUNTIES = 3500
STATES = validate.OneOf(("active", "closed"))
ASKED = validate.Length(min=1, max=80)
REASON = validate.Length(min=1, max=200)
PHONE = validate.Regexp(r"\+?[0-9 ()-]{11,20}\Z")


class NamedSchema(Schema):
    id = Identifier()
    name = fields.String()


class NewDealerSchema(Schema):
    name = fields.String(required=True, validate=NAME)
    counties = fields.List(
        fields.String(validate=COUNTY), load_default=list, validate=validate.Length(max=MAX_COUNTIES)
    )
    house = fields.Boolean(load_default=False)


class EditedDealerSchema(Schema):
    """What is null or left out stays as it is."""

    name = fields.String(load_default=None, validate=NAME)
    counties = fields.List(
        fields.String(validate=COUNTY), load_default=None, validate=validate.Length(max=MAX_COUNTIES)
    )


class DealerQuery(PageQuery):
    """``q`` is a part of a name, or a county."""

    q = fields.String(load_default=None, validate=ASKED)
    state = fields.String(load_default=None, validate=STATES)


class DealerSchema(NamedSchema):
    house = fields.Boolean()
    state = fields.String(validate=STATES)
    counties = fields.List(fields.String())


class PlaceSchema(Schema):
    latitude = fields.Float(load_default=None, allow_none=True, validate=validate.Range(min=-90, max=90))
    longitude = fields.Float(load_default=None, allow_none=True, validate=validate.Range(min=-180, max=180))

    @validates_schema
    def _place_is_whole(self, data: dict[str, float | None], **_: object) -> None:
        if (data.get("latitude") is None) != (data.get("longitude") is None):
            raise ValidationError("latitude and longitude belong together", "latitude")


class NewTerminalSchema(PlaceSchema):
    dealer_id = Identifier(required=True)
    name = fields.String(required=True, validate=NAME)
    address = fields.String(load_default="", validate=validate.Length(max=200))
    county = fields.String(required=True, validate=COUNTY)
    phone = fields.String(load_default=None, validate=PHONE)


class EditedTerminalSchema(PlaceSchema):
    """What is left out stays as it is."""

    name = fields.String(validate=NAME)
    address = fields.String(validate=validate.Length(max=200))
    county = fields.String(validate=COUNTY)
    phone = fields.String(load_default=None, validate=PHONE)


class TerminalQuery(DealerQuery):
    """``q`` is a part of a name, a county, or a whole phone number."""

    dealer_id = Identifier(load_default=None)


class TerminalSchema(NamedSchema):
    dealer = fields.Nested(NamedSchema)
    address = fields.String()
    county = fields.String()
    latitude = fields.Float(allow_none=True)
    longitude = fields.Float(allow_none=True)
    phone = fields.String(allow_none=True, metadata={"description": "masked"})
    state = fields.String(validate=STATES)


class RoleSchema(Schema):
    """Roles over shops and dealers; the brand's own staff get theirs elsewhere."""

    person_id = Identifier(required=True)
    role = fields.String(required=True, validate=validate.OneOf(tuple(SCOPES)))
    scope_kind = fields.String(required=True, validate=validate.OneOf(("terminal", "dealer")))
    scope_id = Identifier(required=True)

    @validates_schema
    def _scope_fits_role(self, data: dict[str, str], **_: object) -> None:
        if SCOPES[data["role"]] != data["scope_kind"]:
            raise ValidationError(f"the scope of this role is a {SCOPES[data['role']]}", "scope_kind")


class HolderSchema(Schema):
    """Somebody who acts for a shop or a dealer."""

    person_id = Identifier()
    nickname = fields.String()
    phone = fields.String(allow_none=True, attribute="phone_masked")
    role = fields.String()
    since = fields.AwareDateTime(format="iso")


class OwnDealerSchema(NamedSchema):
    role = fields.String(validate=validate.OneOf(("dealer", "salesman")))


class OwnDealersSchema(Schema):
    items = fields.List(fields.Nested(OwnDealerSchema))


class SupplySchema(Schema):
    dealer = fields.Nested(NamedSchema)
    since = fields.AwareDateTime(format="iso")
    until = fields.AwareDateTime(format="iso", allow_none=True)


class ShownTerminalSchema(Schema):
    terminal = fields.Nested(TerminalSchema)
    people = fields.List(fields.Nested(HolderSchema))
    suppliers = fields.List(fields.Nested(SupplySchema))


class FormerAreaSchema(Schema):
    county = fields.String()
    since = fields.AwareDateTime(format="iso")
    until = fields.AwareDateTime(format="iso", allow_none=True)


class ShownDealerSchema(Schema):
    dealer = fields.Nested(DealerSchema)
    people = fields.List(fields.Nested(HolderSchema))
    areas = fields.List(fields.Nested(FormerAreaSchema))


class DealerStateSchema(Schema):
    state = fields.String(required=True, validate=STATES)
    reason = fields.String(required=True, validate=REASON)


class ProposedChangeSchema(Schema):
    """Without ``effective_at`` the change takes effect as soon as it is accepted."""

    kind = fields.String(required=True, validate=validate.OneOf(("transfer", "close", "reopen")))
    to_dealer_id = Identifier(load_default=None)
    reason = fields.String(required=True, validate=REASON)
    effective_at = fields.AwareDateTime(format="iso", load_default=None)
    dismiss = fields.Boolean(load_default=False)

    @validates_schema
    def _target_fits(self, data: dict[str, object], **_: object) -> None:
        if (data["kind"] == "transfer") != (data["to_dealer_id"] is not None):
            raise ValidationError("a transfer, and nothing else, names the new dealer", "to_dealer_id")


class ChangeQuery(PageQuery):
    state = fields.String(
        load_default=None, validate=validate.OneOf(("proposed", "accepted", "done", "declined", "failed"))
    )


class ChangeSchema(Schema):
    id = Identifier()
    terminal = fields.Nested(NamedSchema)
    kind = fields.String()
    from_dealer = fields.Nested(NamedSchema)
    to_dealer = fields.Nested(NamedSchema, allow_none=True)
    dismiss = fields.Boolean()
    reason = fields.String()
    state = fields.String()
    note = fields.String(allow_none=True)
    effective_at = fields.AwareDateTime(format="iso")
    proposed_at = fields.AwareDateTime(format="iso")
    decided_at = fields.AwareDateTime(format="iso", allow_none=True)


class DecisionSchema(Schema):
    """``note`` tells the other side why; it is needed to turn down."""

    accept = fields.Boolean(required=True)
    note = fields.String(load_default="", validate=validate.Length(max=200))

    @validates_schema
    def _refusals_have_reasons(self, data: dict[str, object], **_: object) -> None:
        if not data["accept"] and not data["note"]:
            raise ValidationError("say why", "note")
