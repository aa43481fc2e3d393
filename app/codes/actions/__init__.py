"""Verbs: mint and print, activate and block, pack, count queries."""

from app.codes.actions.alarms import acknowledge_alarm, raise_alarm
from app.codes.actions.counting import note_query
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
    "acknowledge_alarm",
    "activate",
    "freeze",
    "mint_batch",
    "note_query",
    "pack",
    "pack_ranges",
    "prepare_print",
    "printed",
    "raise_alarm",
    "record_export",
    "thaw",
    "void",
    "write_print_file",
]
