"""From signals to an answer, for persons and for what many share: cases, devices, addresses."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.risk.rules.chance import is_beyond
from app.risk.rules.limits import VERSION, Limits
from app.risk.rules.observing import ASKED, DAY, MANY_OF_A_CASE, MONTH, WEEK, Seen, packs, whole_packs
from app.risk.rules.signals import UNSOLD_IS_COMMON, Facts, Reason, signals_of

ANSWERS = ("pay", "verify_first", "defer", "refuse")
SUBJECTS = ("person", "device", "address", "case", "block", "code", "range")
LASTING = {"verify_first": timedelta(days=7), "defer": timedelta(days=3), "refuse": timedelta(days=30)}
LONGEST = timedelta(days=30)
BORROWED = frozenset(("company", "company_many", "address"))
ENOUGH_PERSONS = 2
FEW_CLAIMS_RATIO = 4
BLOCK_WINDOW = timedelta(days=3)
CODES_OF_EACH = 8  # of unsold goods; who buys from a shop that opens no case by scan asks for one or two
SCATTERED = 4
BLOCK_CHANCE = 1e-4
SETTLED, ENOUGH_PACKS = timedelta(hours=1), 2


@dataclass(frozen=True, slots=True)
class Judgement:
    """What to answer a subject, why, and by which rules.

    A suspect is who was noticed for what they did themselves: others may be judged by their company.
    """

    answer: str
    points: int
    reasons: tuple[Reason, ...]
    is_suspect: bool = True
    version: str = VERSION


def judge_person(facts: Facts, limits: Limits, *, at: datetime) -> Judgement:
    """The answer to a person's next claim. Company adds nothing where own deeds are enough."""
    reasons = signals_of(facts, limits, at=at)
    own = sum(reason.points for reason in reasons if reason.signal not in BORROWED)
    points = own if own >= limits.defer_points else sum(reason.points for reason in reasons)
    return Judgement(answer_for(points, limits), points, reasons, own >= limits.verify_points)


def answer_for(points: int, limits: Limits) -> str:
    if points >= limits.refuse_points:
        return "refuse"
    if points >= limits.defer_points:
        return "defer"
    return "verify_first" if points >= limits.verify_points else "pay"


def judge_case(
    history: Sequence[Seen], suspects: AbstractSet[int], devices: AbstractSet[str], limits: Limits, *, at: datetime
) -> Judgement:
    """A case that several suspects have asked for codes of: whoever brings the next is asked who they are.

    Never more: the rest of it may have been bought honestly. ``devices`` are those that prepare codes for others.
    """
    recent = [seen for seen in history if seen.at > at - MONTH]
    theirs = {seen.code_no: seen.person_id for seen in recent if seen.kind in ASKED and seen.person_id in suspects}
    prepared = {seen.code_no: seen.device for seen in recent if seen.kind == "look" and seen.device in devices}
    everybodys = {seen.code_no for seen in recent if seen.kind in ASKED} | prepared.keys()
    whose, codes = {*theirs.values(), *prepared.values()}, theirs.keys() | prepared.keys()
    if len(whose) <= limits.tainted_persons or len(codes) * 2 < len(everybodys):
        return _nothing()
    return _single("verify_first", "tainted", len(whose), limits.tainted_persons)


def answer_for_case(history: Sequence[Seen], listed: AbstractSet[int], pack: int, *, at: datetime) -> str:
    """What a person is answered who asks for a code of a case that is on the list.

    Guests of a restaurant whose caps are collected are paid: at once who was paid for goods that nobody suspects,
    else after giving a phone number, for one such case a day. Strangers with codes of several have bought them.
    """
    paid = {seen.pack for seen in history if seen.kind == "claim" and seen.at < at - SETTLED}
    if len(paid - listed) >= ENOUGH_PACKS:
        return "pay"
    today = {seen.pack for seen in history if seen.kind in ASKED and seen.at > at - DAY}
    return "defer" if (today & listed) - {pack} else "verify_first"


def judge_block(history: Sequence[Seen], unsold_per_mille: int, limits: Limits, *, at: datetime) -> Judgement:
    """Goods of one pallet that no shop has opened, asked for case after case by a few: a leak or a thief.

    Their payments wait until a shop opens the case, which is looked at when the claim is made.
    """
    recent = [seen for seen in history if seen.kind in ASKED and seen.at > at - BLOCK_WINDOW]
    unsold = [seen for seen in recent if seen.unsold]
    people = {seen.person_id for seen in unsold}
    if unsold_per_mille >= UNSOLD_IS_COMMON or len({seen.code_no for seen in unsold}) < CODES_OF_EACH * len(
        people
    ):
        return _nothing()
    whole = whole_packs(unsold, codes=MANY_OF_A_CASE)
    if whole > limits.block_cases:
        return _single("defer", "unsold_cases", whole, limits.block_cases)
    seen_packs, unsold_packs = packs(recent), packs(unsold)
    if unsold_packs >= SCATTERED and is_beyond(seen_packs, unsold_packs, unsold_per_mille, chance=BLOCK_CHANCE):
        return _single("defer", "unsold", unsold_packs, seen_packs * unsold_per_mille // 1000)
    return _nothing()


def judge_device(history: Sequence[Seen], limits: Limits, *, at: datetime) -> Judgement:
    """A device that looks at many codes and claims few of them prepares them for others."""
    week = [seen for seen in history if seen.at > at - WEEK]
    looked = {seen.code_no for seen in week if seen.kind == "look"}
    claimed = {seen.code_no for seen in week if seen.kind in ASKED}
    idle = len(looked - claimed)
    if idle <= limits.looks_week or len(claimed) * FEW_CLAIMS_RATIO > idle:
        return _nothing()
    return _single("defer", "looks", idle, limits.looks_week)


def judge_address(
    history: Sequence[Seen], suspects: AbstractSet[int], limits: Limits, *, at: datetime
) -> Judgement:
    """Never more than a question: behind one address of a mobile carrier there may be a whole town."""
    recent = [seen for seen in history if seen.at > at - DAY]
    minutes = sum(seen.kind == "guess" for seen in recent)
    if minutes > limits.guess_minutes_day:
        return _single("verify_first", "guesses", minutes, limits.guess_minutes_day)
    people = {seen.person_id for seen in recent if seen.person_id is not None and seen.kind in ASKED}
    theirs = len(people & suspects)
    if theirs > limits.address_suspects and theirs * ENOUGH_PERSONS >= len(people):
        return _single("verify_first", "suspects", theirs, limits.address_suspects)
    return _nothing()


def lasts(answer: str, times: int) -> timedelta:
    """How long an answer stands; each further time twice as long, thirty days at most."""
    doubled: int = 2 ** min(times - 1, 5)
    return min(LONGEST, LASTING[answer] * doubled)


def _nothing() -> Judgement:
    return Judgement("pay", 0, (), is_suspect=False)


def _single(answer: str, signal: str, figure: int, threshold: int) -> Judgement:
    return Judgement(answer, 0, (Reason(signal, figure, threshold, 0),))
