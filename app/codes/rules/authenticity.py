"""What a genuine code says of itself: thresholds by face, and the last day on which it can still win."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from app.codes.rules.keys import Face

WORDED = ("first", "again", "suspect", "exceeded", "inactive", "void", "frozen", "expired", "unknown")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A query is suspect after ``warn_after`` queries of its face, and one too many after ``exceeded_after``."""

    warn_after: int
    exceeded_after: int


@dataclass(frozen=True, slots=True)
class Settings:
    """A brand's choices about authenticity; ``words`` are by state, then ``zh_title``, ``en_note`` and so on.

    The inner face lies under cap or film: asked about twice, somebody else has opened it. The outer face
    anybody may read.
    """

    inner: Thresholds = Thresholds(warn_after=1, exceeded_after=5)
    outer: Thresholds = Thresholds(warn_after=20, exceeded_after=100)
    claim_days: int = 180
    shows_place: bool = True
    leak_devices: int = 3
    words: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))

    def last_day(self, expires_on: date | None) -> date | None:
        """The last business day on which codes of a batch may win; None when there is no end."""
        return expires_on + timedelta(days=self.claim_days) if expires_on else None


def query_state(times: int, face: Face, settings: Settings) -> str:
    """``first``, ``again``, ``suspect`` or ``exceeded``; ``times`` counts this query."""
    if times <= 1:
        return "first"
    limits = settings.inner if face is Face.INNER else settings.outer
    if times > limits.exceeded_after:
        return "exceeded"
    return "suspect" if times > limits.warn_after else "again"
