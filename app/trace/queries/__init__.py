from app.trace.queries.naming import (
    Event,
    event_of,
    goods_of,
    outer_text,
    standard_names,
    tellable_text,
    wins_by_itself,
)
from app.trace.queries.records import (
    FROM_THE_START,
    Leg,
    about,
    leg_of_contents,
    leg_of_shipment,
    legs_of_range,
    read_on,
    recorded,
)
from app.trace.queries.reports import report_row, reports_of
from app.trace.queries.story import Way, Whole, way, whole

__all__ = [
    "FROM_THE_START",
    "Event",
    "Leg",
    "Way",
    "Whole",
    "about",
    "event_of",
    "goods_of",
    "leg_of_contents",
    "leg_of_shipment",
    "legs_of_range",
    "outer_text",
    "read_on",
    "recorded",
    "report_row",
    "reports_of",
    "standard_names",
    "tellable_text",
    "way",
    "whole",
    "wins_by_itself",
]
