from app.scans.queries.explanation import explain
from app.scans.queries.known import Known, known
from app.scans.queries.overview import overview
from app.scans.queries.promises import campaign_facts, instant
from app.scans.queries.reports import (
    contact_of,
    others_of,
    report_page,
    report_row,
    reports_of_person,
    sealed_for,
)
from app.scans.queries.verdict import carries_prize, look, unknown_verdict, verdict

__all__ = [
    "Known",
    "campaign_facts",
    "carries_prize",
    "contact_of",
    "explain",
    "instant",
    "known",
    "look",
    "others_of",
    "overview",
    "report_page",
    "report_row",
    "reports_of_person",
    "sealed_for",
    "unknown_verdict",
    "verdict",
]
