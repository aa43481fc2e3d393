"""Verbs: mint and print, activate and block, pack, count queries."""

from app.codes.actions.counting import note_query
from app.codes.actions.importing import (
    complete_import,
    note_progress,
    refuse_import,
    register_import,
    retry_import,
)
from app.codes.actions.minting import mint_batch
from app.codes.actions.packing import pack, pack_ranges
from app.codes.actions.printing import (
    Printed,
    PrintedCode,
    PrintJob,
    prepare_print,
    printed,
    record_export,
    write_print_file,
)
from app.codes.actions.standing import activate, freeze, thaw, void

__all__ = [
    "PrintJob",
    "Printed",
    "PrintedCode",
    "activate",
    "complete_import",
    "freeze",
    "mint_batch",
    "note_progress",
    "note_query",
    "pack",
    "pack_ranges",
    "prepare_print",
    "printed",
    "record_export",
    "refuse_import",
    "register_import",
    "retry_import",
    "thaw",
    "void",
    "write_print_file",
]
