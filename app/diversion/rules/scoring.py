"""A score of 0 to 100 with its reasons, and what it takes to open a case file or to act on one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

VERSION = "diversion-1"
Kind = Literal["case", "pallet", "dealer_week", "opening", "inspection"]
STATISTICS: tuple[Kind, ...] = ("case", "pallet", "dealer_week")
DIRECT: tuple[Kind, ...] = ("opening", "inspection")
ENOUGH_CASES = 2  # one case beyond chance is a signal; two of one pallet or shipment are a file
CONCENTRATED = 0.6
OVERWHELMING = 1e-9
POINTS = {
    "pallet": 50,
    "dealer_week": 50,
    "cases": 50,
    "case": 30,
    "inspection": 40,
    "opening": 30,
    "further_direct": 20,
    "concentrated": 10,
    "overwhelming": 10,
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence. ``subject`` is the code or lot it is about; numbers are of statistics only."""

    kind: Kind
    subject: int
    seen: int = 0
    far: int = 0
    chance: float = 1.0
    concentration: float = 0.0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there are points: a code for the screens to word, and how many pieces speak for it."""

    code: str
    points: int
    pieces: int


@dataclass(frozen=True, slots=True)
class Score:
    points: int
    reasons: tuple[Reason, ...]
    version: str = VERSION


def score(pieces: Sequence[Piece]) -> Score:
    """The pieces of one file, each lot and each scan at most once, weighed; the order is of no consequence."""
    reasons = [*_statistical(pieces), *_direct(pieces)]
    return Score(min(100, sum(reason.points for reason in reasons)), tuple(reasons))


def _statistical(pieces: Sequence[Piece]) -> list[Reason]:
    """The largest lot that is beyond chance speaks for its parts: the same scans have no points twice."""
    measured = [piece for piece in pieces if piece.kind in STATISTICS]
    reasons = _largest(measured)
    for code, holds in (
        ("concentrated", [piece for piece in measured if piece.concentration >= CONCENTRATED]),
        ("overwhelming", [piece for piece in measured if piece.chance < OVERWHELMING]),
    ):
        if holds:
            reasons.append(_reason(code, len(holds)))
    return reasons


def _largest(measured: Sequence[Piece]) -> list[Reason]:
    for kind in ("dealer_week", "pallet"):
        count = sum(piece.kind == kind for piece in measured)
        if count:
            return [_reason(kind, count)]
    if not measured:
        return []
    return [_reason("cases" if len(measured) >= ENOUGH_CASES else "case", len(measured))]


def _direct(pieces: Sequence[Piece]) -> list[Reason]:
    counts = {kind: sum(piece.kind == kind for piece in pieces) for kind in DIRECT}
    reasons = [_reason(kind, counts[kind]) for kind in DIRECT if counts[kind]]
    if sum(counts.values()) > 1:
        reasons.append(_reason("further_direct", sum(counts.values()) - 1))
    return reasons


def _reason(code: str, pieces: int) -> Reason:
    return Reason(code, POINTS[code], pieces)


def opens_a_file(pieces: Sequence[Piece]) -> bool:
    """Direct evidence, a pallet, a week, or several cases; one flagged case alone is only watched."""
    cases = sum(piece.kind == "case" for piece in pieces)
    return cases >= ENOUGH_CASES or any(piece.kind != "case" for piece in pieces)


def bears_consequences(pieces: Sequence[Piece]) -> bool:
    """Never one scan: a pattern over distinct consumers, or direct evidence of at least two packs."""
    if any(piece.kind in STATISTICS for piece in pieces):
        return opens_a_file(pieces)
    return len({piece.subject for piece in pieces if piece.kind in DIRECT}) > 1
