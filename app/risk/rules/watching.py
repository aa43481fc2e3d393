"""The list that every process remembers: whom and what is not simply paid, and until when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.risk.rules.observing import block_of, pack_of

STRENGTH = {"pay": 0, "verify_first": 1, "defer": 2, "refuse": 3}
MOST_FLAGS = 20_000  # what a process keeps; the strongest and youngest


@dataclass(frozen=True, slots=True)
class Flag:
    """A subject and what it is answered until an instant; None lasts until it is lifted.

    ``lo`` and ``hi`` bound a range of codes, ``hi`` outside. Staff's word stands above what rules found.
    """

    id: int
    kind: str
    subject: str
    answer: str
    until: datetime | None
    by_staff: bool = False
    lo: int = 0
    hi: int = 0

    def holds(self, at: datetime) -> bool:
        return self.until is None or self.until > at


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for which code, from where, as far as the claim knows it without looking further."""

    person_id: int
    code_no: int
    case_no: int | None = None
    is_unsold: bool = False
    device: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """All standing flags of a brand by subject."""

    flags: dict[tuple[str, str], list[Flag]] = field(default_factory=dict)
    ranges: tuple[Flag, ...] = ()

    @classmethod
    def of(cls, flags: Iterable[Flag]) -> "Watch":
        by_subject: dict[tuple[str, str], list[Flag]] = {}
        ranges: list[Flag] = []
        for flag in flags:
            if flag.kind == "range":
                ranges.append(flag)
            else:
                by_subject.setdefault((flag.kind, flag.subject), []).append(flag)
        return cls(by_subject, tuple(ranges))

    @property
    def names_anybody(self) -> bool:
        return bool(self.flags or self.ranges)

    def answer(self, asker: Asker, *, at: datetime) -> Flag | None:
        """The flag that decides about a claim, None to pay.

        Whoever staff trusts is paid, unless staff itself has said otherwise of the same person or code.
        """
        standing = [flag for flag in self._about(asker) if flag.holds(at)]
        by_staff = [flag for flag in standing if flag.by_staff and flag.answer != "pay"]
        if any(flag.answer == "pay" for flag in standing):
            standing = by_staff
        return max(standing, key=lambda flag: (flag.by_staff, STRENGTH[flag.answer]), default=None)

    def _about(self, asker: Asker) -> Sequence[Flag]:
        get = self.flags.get
        found = [
            *get(("person", str(asker.person_id)), ()),
            *get(("device", asker.device or ""), ()),
            *get(("address", asker.address or ""), ()),
            *get(("case", str(pack_of(asker.code_no, asker.case_no))), ()),
        ]
        found += get(("code", str(asker.code_no)), ())
        if asker.is_unsold:
            found += get(("block", str(block_of(asker.code_no))), ())
        found += [flag for flag in self.ranges if flag.lo <= asker.code_no < flag.hi]
        return found
