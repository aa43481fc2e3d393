"""Verbs: mint and print, activate and block, plan, pack, count queries and leaks."""

from app.codes.actions.activating import activate, activate_ranges, revoke
from app.codes.actions.counting import note_query
from app.codes.actions.importing import (
    complete_import,
    note_progress,
    refuse_import,
    register_import,
    retry_import,
)
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
from app.codes.actions.repacking import Why, close_parent, put_in, replace_code, take_out, unpack
from app.codes.actions.settling import choose_settings
from app.codes.actions.standing import block_ranges, freeze, thaw, thaw_ranges, void

__all__ = [
    "NewPlan",
    "Place",
    "PrintJob",
    "Printed",
    "PrintedCode",
    "Why",
    "activate",
    "activate_ranges",
    "block_ranges",
    "cancel_plan",
    "choose_settings",
    "close_parent",
    "complete_import",
    "fail_plan",
    "forget_leaks",
    "freeze",
    "mark_alarmed",
    "mint_batch",
    "note_leak",
    "note_progress",
    "note_query",
    "pack",
    "pack_ranges",
    "plan",
    "prepare_print",
    "printed",
    "put_in",
    "record_export",
    "refuse_import",
    "register_import",
    "replace_code",
    "retry_import",
    "revoke",
    "take_out",
    "take_plan",
    "thaw",
    "thaw_ranges",
    "unpack",
    "void",
    "write_print_file",
]
