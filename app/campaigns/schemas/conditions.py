from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.campaigns.rules import Conditions
from app.kit.http import Identifier

MOST = 2_000
COUNTY = validate.Regexp(r"[0-9]{6}\Z")
PERSONS = ("any", "new", "returning")
LIST = validate.Length(max=MOST)


class TermsSchema(Schema):
    """Who, where and when; an empty list asks nothing. Hours are whole hours of the business day, from and to."""

    dealers = fields.List(Identifier(), load_default=list, validate=LIST)
    counties = fields.List(fields.String(validate=COUNTY), load_default=list, validate=LIST)
    terminals = fields.List(Identifier(), load_default=list, validate=LIST)
    weekdays = fields.List(
        fields.Integer(strict=True, validate=validate.Range(min=1, max=7)),
        load_default=list,
        validate=validate.Length(max=7),
    )
    from_hour = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 23))
    to_hour = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 24))
    persons = fields.String(load_default="any", validate=validate.OneOf(PERSONS))
    per_device_limit = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(min=1, max=100_000)
    )

    @validates_schema
    def _hours_are_a_pair(self, data: dict[str, Any], **_: Any) -> None:
        first, end = data["from_hour"], data["to_hour"]
        if (first is None) != (end is None) or (first is not None and first == end):
            raise ValidationError("from and to, and not the same hour", "to_hour")


class NewConditionsSchema(TermsSchema):
    """``version`` is that of the conditions that were seen, 0 for none."""

    version = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))


class ConditionsSchema(TermsSchema):
    version = fields.Integer()


def conditions_from(data: dict[str, Any]) -> Conditions:
    first, end = data["from_hour"], data["to_hour"]
    return Conditions(
        version=data.get("version", 0),
        dealers=frozenset(data["dealers"]),
        counties=frozenset(data["counties"]),
        terminals=frozenset(data["terminals"]),
        weekdays=frozenset(data["weekdays"]),
        hours=None if first is None else (first, end),
        persons=data["persons"],
        per_device_limit=data["per_device_limit"],
    )
