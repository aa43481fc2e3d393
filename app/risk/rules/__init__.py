"""Pure decisions: observations, signals, answers, the list that every process remembers."""

from app.risk.rules.judging import (
    ANSWERS,
    SUBJECTS,
    Judgement,
    answer_for,
    answer_for_case,
    judge_address,
    judge_block,
    judge_case,
    judge_device,
    judge_person,
    lasts,
)
from app.risk.rules.limits import LEAST, MOST, NAMES, VERSION, Limits
from app.risk.rules.observing import KINDS, MONTH, Asked, Kind, Seen, block_of, pack_of
from app.risk.rules.rounds import Records, Standing, Touched, Verdict, judge_round
from app.risk.rules.signals import Facts, Reason, signals_of
from app.risk.rules.watching import MOST_FLAGS, STRENGTH, Asker, Flag, Watch
from app.risk.rules.words import KIND_WORDS, reason_text

__all__ = [
    "ANSWERS",
    "KINDS",
    "KIND_WORDS",
    "LEAST",
    "MONTH",
    "MOST",
    "MOST_FLAGS",
    "NAMES",
    "STRENGTH",
    "SUBJECTS",
    "VERSION",
    "Asked",
    "Asker",
    "Facts",
    "Flag",
    "Judgement",
    "Kind",
    "Limits",
    "Reason",
    "Records",
    "Seen",
    "Standing",
    "Touched",
    "Verdict",
    "Watch",
    "answer_for",
    "answer_for_case",
    "block_of",
    "judge_address",
    "judge_block",
    "judge_case",
    "judge_device",
    "judge_person",
    "judge_round",
    "lasts",
    "pack_of",
    "reason_text",
    "signals_of",
]
