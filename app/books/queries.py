from collections.abc import Callable

from sqlalchemy.orm import Session

from app import (
    attribution,
    campaigns,
    channel,
    codes,
    commissions,
    custody,
    diversion,
    identity,
    ledger,
    payouts,
    rewards,
    risk,
)

Check = Callable[[Session], list[str]]
CHECKS: tuple[tuple[str, Check], ...] = (
    ("ledger", ledger.check_invariants),
    ("rewards", rewards.check_invariants),
    ("commissions", commissions.check_invariants),
    ("campaigns", campaigns.check_invariants),
    ("attribution", attribution.check_invariants),
    ("payouts", payouts.check_invariants),
    ("codes", codes.check_invariants),
    ("custody", custody.check_invariants),
    ("diversion", diversion.check_invariants),
    ("risk", risk.check_invariants),
    ("channel", channel.check_invariants),
    ("identity", identity.check_invariants),
)


def prove(session: Session) -> dict[str, list[str]]:
    """What is wrong with the session's brand, by package; every package is named, its list empty when well."""
    return {name: check(session) for name, check in CHECKS}
