"""Verbs: mint and print, activate and block, pack, order and deliver, count queries and tries."""

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
from app.codes.actions.minting import mint_batch
from app.codes.actions.ordering import NewPack, cancel_pack, mint_pack, request_pack, review_pack
from app.codes.actions.packing import pack, pack_ranges
from app.codes.actions.printing import PrintedCode, prepare_print, printed
from app.codes.actions.specs import NewSpec, create_spec, retire_spec
from app.codes.actions.standing import activate, freeze, thaw, void
from app.codes.actions.writing import (
    FileTask,
    Written,
    file_name,
    finish_file,
    note_progress,
    note_removed,
    prepare_file,
    write_file,
)

__all__ = [
    "Caller",
    "FileTask",
    "NewPack",
    "NewSpec",
    "Ordered",
    "PrintedCode",
    "SecurityCheck",
    "Written",
    "acknowledge_alarm",
    "activate",
    "cancel_pack",
    "check_security_code",
    "create_spec",
    "file_name",
    "finish_file",
    "freeze",
    "look_at_link",
    "mint_batch",
    "mint_pack",
    "note_progress",
    "note_query",
    "note_removed",
    "order_delivery",
    "pack",
    "pack_ranges",
    "prepare_file",
    "prepare_print",
    "printed",
    "raise_alarm",
    "request_pack",
    "retire_spec",
    "reveal_password",
    "review_pack",
    "revoke_delivery",
    "take_file",
    "thaw",
    "void",
    "write_file",
]
