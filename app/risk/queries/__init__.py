"""Reads: records to judge by, the list, refusals, appeals, invariants."""

from app.risk.queries.lists import (
    appeal_page,
    check_invariants,
    flag_page,
    get_appeal,
    get_flag,
    get_held,
    held_of_code,
    limits,
    list_key,
    rank_asked_at,
    watch,
)
from app.risk.queries.records import Tables, remembered_between

__all__ = [
    "Tables",
    "appeal_page",
    "check_invariants",
    "flag_page",
    "get_appeal",
    "get_flag",
    "get_held",
    "held_of_code",
    "limits",
    "list_key",
    "rank_asked_at",
    "remembered_between",
    "watch",
]
