from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class GrantExpiring:
    """A prize that a person has won ends soon; once a prize, for whoever sends messages."""

    cause: str
    grant_id: int
    person_id: int
    kind: str
    tier_name: str
    expires_at: datetime
