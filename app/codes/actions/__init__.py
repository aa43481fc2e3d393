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
from app.codes.actions.repacking import Why, close_parent, put_in, replace_code, take_out, unpack
from app.codes.actions.standing import activate, freeze, thaw, void

__all__ = [
    "PrintJob",
    "Printed",
    "PrintedCode",
    "Why",
    "activate",
    "close_parent",
    "complete_import",
    "freeze",
    "mint_batch",
    "note_progress",
    "note_query",
    "pack",
    "pack_ranges",
    "prepare_print",
    "printed",
    "put_in",
    "record_export",
    "refuse_import",
    "register_import",
    "replace_code",
    "retry_import",
    "take_out",
    "thaw",
    "unpack",
    "void",
    "write_print_file",
]
