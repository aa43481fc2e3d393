"""Pure decisions: areas, statistics, pooling, scores, procedure."""

from app.diversion.rules.areas import Areas, Grant, Place
from app.diversion.rules.pooling import Count, Tally, Vote, first_votes, tally
from app.diversion.rules.procedure import (
    DECISIONS,
    MOVES,
    SHOWN_TO_DEALER,
    STAGES,
    STANDINGS,
    STATES,
    awaits_answer,
    is_too_late,
    judges_itself,
    may_follow,
    open_moves,
    standing,
)
from app.diversion.rules.scoring import (
    VERSION,
    Piece,
    Reason,
    Score,
    bears_consequences,
    opens_a_file,
    score,
)
from app.diversion.rules.statistics import NOISE, alarm_at, is_flagged, tail, threshold

__all__ = [
    "DECISIONS",
    "MOVES",
    "NOISE",
    "SHOWN_TO_DEALER",
    "STAGES",
    "STANDINGS",
    "STATES",
    "VERSION",
    "Areas",
    "Count",
    "Grant",
    "Piece",
    "Place",
    "Reason",
    "Score",
    "Tally",
    "Vote",
    "alarm_at",
    "awaits_answer",
    "bears_consequences",
    "first_votes",
    "is_flagged",
    "is_too_late",
    "judges_itself",
    "may_follow",
    "open_moves",
    "opens_a_file",
    "score",
    "standing",
    "tail",
    "tally",
    "threshold",
]
