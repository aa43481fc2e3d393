"""Reads: the catalogue in memory, counts on the hot path, batches, packing, invariants."""

from app.codes.queries.alarms import alarm_page, alarm_row
from app.codes.queries.batches import (
    BlockInfo,
    CodeHistory,
    activated_counts,
    batch,
    batch_of,
    batch_page,
    batch_row,
    block_page,
    history,
    row_of,
    rows_within,
    spans_over,
    totals,
)
from app.codes.queries.catalogue import (
    BatchInfo,
    Catalogue,
    CodeRead,
    CodeState,
    info_of,
    load_catalogue,
    read,
    readable_slots,
    secret_context,
)
from app.codes.queries.counting import QueriedBefore, query_id, query_question, read_query
from app.codes.queries.invariants import check_invariants
from app.codes.queries.packing import ancestor_batches, ancestors, first_free_parent, first_packed, parent_sql
from app.codes.queries.texts import text_of

__all__ = [
    "BatchInfo",
    "BlockInfo",
    "Catalogue",
    "CodeHistory",
    "CodeRead",
    "CodeState",
    "QueriedBefore",
    "activated_counts",
    "alarm_page",
    "alarm_row",
    "ancestor_batches",
    "ancestors",
    "batch",
    "batch_of",
    "batch_page",
    "batch_row",
    "block_page",
    "check_invariants",
    "first_free_parent",
    "first_packed",
    "history",
    "info_of",
    "load_catalogue",
    "parent_sql",
    "query_id",
    "query_question",
    "read",
    "read_query",
    "readable_slots",
    "row_of",
    "rows_within",
    "secret_context",
    "spans_over",
    "text_of",
    "totals",
]
