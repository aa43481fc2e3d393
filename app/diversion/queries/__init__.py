"""Reads: votes of lots, case files and what belongs to them, invariants."""

from app.diversion.queries.areas import areas_of
from app.diversion.queries.dossiers import (
    MILLION,
    Dossier,
    ScopeKey,
    dossier,
    evidence_of,
    file_page,
    get_file,
    get_inspection,
    get_own_file,
    get_photo,
    own_file_page,
    pieces_of,
    policy,
    scopes_on_file,
    shipments_of,
    signals_of_scope,
)
from app.diversion.queries.invariants import check_invariants
from app.diversion.queries.votes import (
    Lots,
    flows,
    scans_by_county,
    votes_of_cases,
    votes_of_pallets,
    votes_of_week,
)

__all__ = [
    "MILLION",
    "Dossier",
    "Lots",
    "ScopeKey",
    "areas_of",
    "check_invariants",
    "dossier",
    "evidence_of",
    "file_page",
    "flows",
    "get_file",
    "get_inspection",
    "get_own_file",
    "get_photo",
    "own_file_page",
    "pieces_of",
    "policy",
    "scans_by_county",
    "scopes_on_file",
    "shipments_of",
    "signals_of_scope",
    "votes_of_cases",
    "votes_of_pallets",
    "votes_of_week",
]
