"""Owns who brought and who served each sale, frozen with rule version and evidence."""

from app.attribution.actions import sale_change
from app.attribution.events import SaleAttributed
from app.attribution.models import Sale
from app.attribution.queries import (
    check_invariants,
    claims_per_minute,
    count_sales,
    recent_sales,
    sale_of,
    sales_after,
    sales_between,
    sales_by_terminal,
    sales_of,
)
from app.attribution.rules import RULE_VERSION, Attribution, SaleFacts, attribute, reason_text

__all__ = [
    "RULE_VERSION",
    "Attribution",
    "Sale",
    "SaleAttributed",
    "SaleFacts",
    "attribute",
    "check_invariants",
    "claims_per_minute",
    "count_sales",
    "reason_text",
    "recent_sales",
    "sale_change",
    "sale_of",
    "sales_after",
    "sales_between",
    "sales_by_terminal",
    "sales_of",
]
