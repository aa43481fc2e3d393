from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ConsequenceSet:
    """A brand admin has decided what follows from an upheld case file, from ``starts_on`` on."""

    cause: str
    consequence_id: int
    file_id: int
    dealer_id: int
    stage: str
    starts_on: date


@dataclass(frozen=True, slots=True)
class ConsequenceEnded:
    """It holds no longer; whoever acts on it may hear so before hearing that it was set."""

    cause: str
    consequence_id: int
    file_id: int
    dealer_id: int
    stage: str
    starts_on: date
    ended_at: datetime
