"""The thresholds as data: sane values for everybody, each of which a brand may set within bounds."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

VERSION = "risk-1"
SIGMA_CHANCE = 1e-3  # an honest person is beyond it once in a thousand


@dataclass(frozen=True, slots=True)
class Limits:
    """More than a number is a signal. Codes and cases are counted once, however often they are tried.

    ``*_points`` are the lines between the answers: from ``verify_points`` on a person is asked for a phone number
    first, from ``defer_points`` on the payment waits, from ``refuse_points`` on it is refused.
    """

    codes_hour: int = 60
    codes_day: int = 90
    codes_month: int = 240
    cases_hour: int = 6
    cases_newcomer: int = 2
    cases_day: int = 9
    cases_week: int = 20
    cases_month: int = 75
    whole_cases_month: int = 5
    unsold_cases_week: int = 1
    run_day: int = 80
    dealers_month: int = 3
    jumps_week: int = 1
    speed_km_per_hour: int = 300
    night_cases: int = 5
    old_days: int = 240
    leaks_week: int = 3
    device_persons: int = 5
    guess_minutes_day: int = 2
    looks_week: int = 40
    tainted_persons: int = 1
    company_cases: int = 1
    company_cases_many: int = 4
    block_cases: int = 1
    address_suspects: int = 4
    verify_points: int = 30
    defer_points: int = 60
    refuse_points: int = 130

    @classmethod
    def of(cls, chosen: Mapping[str, int]) -> "Limits":
        """A brand's own values over the defaults; names of older versions are no longer heard."""
        return cls(**{name: chosen[name] for name in NAMES if name in chosen})


NAMES = tuple(field.name for field in fields(Limits))
LEAST, MOST = 1, 100_000
