"""Verbs: order, mint and deliver, activate and block, plan, pack and repair, count queries, tries and leaks."""

from app.codes.actions.activating import activate, activate_ranges, revoke
from app.codes.actions.alarms import acknowledge_alarm, raise_alarm
from app.codes.actions.checking import SecurityCheck, check_security_code
from app.codes.actions.counting import note_query
from app.codes.actions.delivering import (
    Caller,
    Ordered,
    look_at_link,
    order_delivery,
    reveal_password,
    revoke_delivery,
    take_file,
)
from app.codes.actions.importing import (
    complete_import,
    note_progress,
    refuse_import,
    register_import,
    retry_import,
)
from app.codes.actions.leaking import forget_leaks, mark_alarmed, note_leak
from app.codes.actions.minting import mint_batch
from app.codes.actions.ordering import NewPack, cancel_pack, mint_pack, request_pack, review_pack
from app.codes.actions.packing import pack, pack_ranges
from app.codes.actions.places import Place
from app.codes.actions.planning import NewPlan, cancel_plan, fail_plan, plan, review_plan, take_plan
from app.codes.actions.printing import PrintedCode, PrintJob, prepare_print, printed
from app.codes.actions.repacking import Why, close_parent, put_in, replace_code, take_out, unpack
from app.codes.actions.settling import choose_settings
from app.codes.actions.specs import NewSpec, create_spec, retire_spec
from app.codes.actions.standing import block_ranges, freeze, thaw, thaw_ranges
from app.codes.actions.writing import (
    FileTask,
    Written,
    file_name,
    finish_file,
    note_lines,
    note_removed,
    prepare_file,
    write_file,
)

__all__ = [
    "Caller",
    "FileTask",
    "NewPack",
    "NewPlan",
    "NewSpec",
    "Ordered",
    "Place",
    "PrintJob",
    "PrintedCode",
    "SecurityCheck",
    "Why",
    "Written",
    "acknowledge_alarm",
    "activate",
    "activate_ranges",
    "block_ranges",
    "cancel_pack",
    "cancel_plan",
    "check_security_code",
    "choose_settings",
    "close_parent",
    "complete_import",
    "create_spec",
    "fail_plan",
    "file_name",
    "finish_file",
    "forget_leaks",
    "freeze",
    "look_at_link",
    "mark_alarmed",
    "mint_batch",
    "mint_pack",
    "note_leak",
    "note_lines",
    "note_progress",
    "note_query",
    "note_removed",
    "order_delivery",
    "pack",
    "pack_ranges",
    "plan",
    "prepare_file",
    "prepare_print",
    "printed",
    "put_in",
    "raise_alarm",
    "refuse_import",
    "register_import",
    "replace_code",
    "request_pack",
    "retire_spec",
    "retry_import",
    "reveal_password",
    "review_pack",
    "review_plan",
    "revoke",
    "revoke_delivery",
    "take_file",
    "take_out",
    "take_plan",
    "thaw",
    "thaw_ranges",
    "unpack",
    "write_file",
]
