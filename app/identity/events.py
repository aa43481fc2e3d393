"""What happened to people."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PersonsMerged:
    """``person_id`` proved to be the same human as ``survivor_id``, who is older and stays."""

    cause: str
    person_id: int
    survivor_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MiniProgramEntered:
    """Somebody signed in from a mini-program. ``address`` is theirs, kept no longer than the jobs need it."""

    cause: str
    person_id: int
    app_id: str
    openid: str
    address: str
