"""Verbs: mint and print, activate and block, plan, pack, count queries and leaks."""

from app.codes.actions.activating import activate, activate_ranges, revoke
from app.codes.actions.counting import note_query
from app.codes.actions.leaking import forget_leaks, mark_alarmed, note_leak
from app.codes.actions.minting import mint_batch
from app.codes.actions.packing import pack, pack_ranges
from app.codes.actions.places import Place
from app.codes.actions.planning import NewPlan, cancel_plan, fail_plan, plan, take_plan
from app.codes.actions.printing import (
    Printed,
    PrintedCode,
    PrintJob,
    prepare_print,
    printed,
    record_export,
    write_print_file,
)
from app.codes.actions.settling import choose_settings
from app.codes.actions.standing import block_ranges, freeze, thaw, thaw_ranges, void

__all__ = [
    "NewPlan",
    "Place",
    "PrintJob",
    "Printed",
    "PrintedCode",
    "activate",
    "activate_ranges",
    "block_ranges",
    "cancel_plan",
    "choose_settings",
    "fail_plan",
    "forget_leaks",
    "freeze",
    "mark_alarmed",
    "mint_batch",
    "note_leak",
    "note_query",
    "pack",
    "pack_ranges",
    "plan",
    "prepare_print",
    "printed",
    "record_export",
    "revoke",
    "take_plan",
    "thaw",
    "thaw_ranges",
    "void",
    "write_print_file",
]
