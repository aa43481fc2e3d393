"""The second face of codes: changes of state, planned or at once, and what a code says of itself.

Apart from the first, which is for everybody who reads and prints codes; others say ``codes.states.plan``.
"""

from app.codes.actions import (
    NewPlan,
    activate_ranges,
    block_ranges,
    cancel_plan,
    choose_settings,
    fail_plan,
    freeze,
    note_leak,
    plan,
    revoke,
    take_plan,
    thaw,
    thaw_ranges,
    void,
)
from app.codes.errors import (
    AlreadyUsed,
    DuePast,
    ListRefused,
    NotActive,
    NotFrozen,
    NothingNamed,
    PlanSettled,
    ReasonMissing,
    UnknownPlan,
)
from app.codes.models import PlanRow
from app.codes.queries import (
    active_sql,
    due_plans,
    first_active,
    first_queried,
    plan_page,
    read_list,
    settings,
    settings_of,
    with_contents,
)
from app.codes.rules import WORDED, Settings, Thresholds, query_state
from app.codes.rules.ranges import Range, RangeSet

__all__ = [
    "WORDED",
    "AlreadyUsed",
    "DuePast",
    "ListRefused",
    "NewPlan",
    "NotActive",
    "NotFrozen",
    "NothingNamed",
    "PlanRow",
    "PlanSettled",
    "Range",
    "RangeSet",
    "ReasonMissing",
    "Settings",
    "Thresholds",
    "UnknownPlan",
    "activate_ranges",
    "active_sql",
    "block_ranges",
    "cancel_plan",
    "choose_settings",
    "due_plans",
    "fail_plan",
    "first_active",
    "first_queried",
    "freeze",
    "note_leak",
    "plan",
    "plan_page",
    "query_state",
    "read_list",
    "revoke",
    "settings",
    "settings_of",
    "take_plan",
    "thaw",
    "thaw_ranges",
    "void",
    "with_contents",
]
