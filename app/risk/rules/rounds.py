"""One round of judging: who was touched by new observations, what is said of them, and what that changes.

It asks its records for what it needs and writes nothing, so that the simulator drives it as production does.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.risk.rules.judging import (
    Judgement,
    judge_address,
    judge_block,
    judge_case,
    judge_device,
    judge_person,
    lasts,
)
from app.risk.rules.limits import Limits
from app.risk.rules.observing import ASKED, MONTH, Seen, block_of
from app.risk.rules.signals import Facts
from app.risk.rules.watching import STRENGTH

RENEWED_BEFORE = timedelta(seconds=10)
REMEMBERED = timedelta(days=30)
PERSONAL = frozenset(("claim", "held", "leak", "canary"))


@dataclass(frozen=True, slots=True)
class Standing:
    """The youngest flag that rules have set for a subject, also one that has run out."""

    answer: str
    until: datetime
    times: int
    is_suspect: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """A flag to write: of what, how it was judged, until when, for the how many-th time."""

    kind: str
    subject: str
    judgement: Judgement
    until: datetime
    times: int


class Records(Protocol):
    """What a round asks for. Histories are the newest few hundred observations, the oldest first."""

    def histories(self, kind: str, subjects: Collection[str]) -> Mapping[str, Sequence[Seen]]: ...
    def ranks(self, persons: Collection[int]) -> Mapping[int, int]: ...
    def crowds(self, devices: Collection[str], since: datetime) -> Mapping[str, int]: ...
    def standing(self, kind: str, subjects: Collection[str]) -> Mapping[str, Standing]: ...
    def unsold_per_mille(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Touched:
    """Whose judgement may be another than before: by new observations, or because a flag runs out."""

    news: Sequence[Seen]
    persons: AbstractSet[str] = frozenset()
    cases: AbstractSet[str] = frozenset()


def judge_round(records: Records, touched: Touched, limits: Limits, *, at: datetime) -> list[Verdict]:
    """The flags that are to be written, in the order persons, cases, devices, addresses."""
    verdicts = [*_persons(records, touched, limits, at)]
    news = {verdict.subject for verdict in verdicts if verdict.judgement.is_suspect}
    verdicts += _devices(records, touched, limits, at)
    prepared = {verdict.subject for verdict in verdicts if verdict.kind == "device"}
    verdicts += _cases(records, touched, limits, at, news, prepared)
    verdicts += _blocks(records, touched, limits, at)
    verdicts += _addresses(records, touched, limits, at, news)
    return verdicts


def _persons(records: Records, touched: Touched, limits: Limits, at: datetime) -> Iterator[Verdict]:
    ids = {str(seen.person_id) for seen in touched.news if seen.person_id is not None and seen.kind in PERSONAL}
    ids |= touched.persons
    if not ids:
        return
    histories = records.histories("person", ids)
    ranks = records.ranks([int(subject) for subject in ids])
    devices = {history[-1].device for history in histories.values() if history}
    crowds = records.crowds([device for device in devices if device], at - MONTH)
    packs = {str(seen.pack) for history in histories.values() for seen in history if seen.kind in ASKED}
    tainted = {int(pack) for pack, one in records.standing("case", packs).items() if one.until > at}
    addresses = {seen.address for seen in touched.news if seen.address}
    suspect = {one for one, flag in records.standing("address", addresses).items() if flag.until > at}
    share = records.unsold_per_mille()

    def judged(subject: str) -> Judgement:
        history = histories.get(subject, ())
        last = history[-1] if history else None
        crowd = crowds.get(last.device, 1) if last is not None and last.device else 1
        asked_there = last is not None and last.address in suspect
        rank = ranks.get(int(subject))
        return judge_person(Facts(history, rank, tainted, crowd, asked_there, share), limits, at=at)

    yield from _changed(records, "person", {subject: judged(subject) for subject in sorted(ids)}, at)


def _devices(records: Records, touched: Touched, limits: Limits, at: datetime) -> Iterator[Verdict]:
    looking = {seen.device for seen in touched.news if seen.kind == "look" and seen.device}
    histories = records.histories("device", looking)
    judged = {device: judge_device(history, limits, at=at) for device, history in histories.items()}
    for verdict in _changed(records, "device", judged, at):
        yield verdict
        codes = _prepared(histories[verdict.subject])
        yield from _changed(records, "code", dict.fromkeys(codes, verdict.judgement), at)


def _prepared(history: Sequence[Seen]) -> set[str]:
    """The codes that a device has only looked at."""
    looked = {seen.code_no for seen in history if seen.kind == "look"}
    return {str(code_no) for code_no in looked - {seen.code_no for seen in history if seen.kind in ASKED}}


def _blocks(records: Records, touched: Touched, limits: Limits, at: datetime) -> Iterator[Verdict]:
    wanted = {str(block_of(seen.code_no)) for seen in touched.news if seen.kind in ASKED and seen.unsold}
    histories = records.histories("block", wanted)
    share = records.unsold_per_mille()
    judged = {block: judge_block(history, share, limits, at=at) for block, history in histories.items()}
    yield from _changed(records, "block", judged, at)


def _cases(
    records: Records,
    touched: Touched,
    limits: Limits,
    at: datetime,
    news: AbstractSet[str],
    prepared: AbstractSet[str],
) -> Iterator[Verdict]:
    """Cases of the new observations, and all that those have touched who have just become suspects."""
    packs = {str(seen.pack) for seen in touched.news if seen.kind in ASKED} | touched.cases
    for kind, subjects in (("person", news), ("device", prepared)):
        for history in records.histories(kind, subjects).values():
            packs |= {str(seen.pack) for seen in history if kind == "device" or seen.kind in ASKED}
    histories = records.histories("case", packs)
    everybody = {str(seen.person_id) for history in histories.values() for seen in history if seen.person_id}
    suspects = _suspects(records, "person", everybody, at) | news
    lookers = {seen.device for history in histories.values() for seen in history if seen.kind == "look"}
    devices = _suspects(records, "device", {one for one in lookers if one}, at) | prepared
    judged = {
        pack: judge_case(history, {int(one) for one in suspects}, devices, limits, at=at)
        for pack, history in histories.items()
    }
    yield from _changed(records, "case", judged, at)


def _addresses(
    records: Records, touched: Touched, limits: Limits, at: datetime, news: AbstractSet[str]
) -> Iterator[Verdict]:
    """Only where something happened: most addresses are those of carriers, and busy."""
    wanted = {
        seen.address
        for seen in touched.news
        if seen.address and (seen.kind == "guess" or str(seen.person_id) in news)
    }
    histories = records.histories("address", wanted)
    people = {str(seen.person_id) for history in histories.values() for seen in history if seen.person_id}
    suspects = {int(one) for one in _suspects(records, "person", people, at) | news}
    judged = {one: judge_address(history, suspects, limits, at=at) for one, history in histories.items()}
    yield from _changed(records, "address", judged, at)


def _suspects(records: Records, kind: str, subjects: Collection[str], at: datetime) -> set[str]:
    found = records.standing(kind, subjects)
    return {subject for subject, one in found.items() if one.is_suspect and one.until > at - REMEMBERED}


def _changed(records: Records, kind: str, judged: Mapping[str, Judgement], at: datetime) -> Iterable[Verdict]:
    """What is stronger than what stands, or would run out; a flag that is no longer deserved just ends."""
    flagged = {subject: one for subject, one in judged.items() if one.answer != "pay"}
    standing = records.standing(kind, flagged)
    for subject, judgement in flagged.items():
        before = standing.get(subject)
        if before is None or before.until < at - REMEMBERED:
            yield Verdict(kind, subject, judgement, at + lasts(judgement.answer, 1), 1)
        elif before.until <= at + RENEWED_BEFORE:
            times = before.times + 1
            yield Verdict(kind, subject, judgement, at + lasts(judgement.answer, times), times)
        elif STRENGTH[judgement.answer] > STRENGTH[before.answer]:
            yield Verdict(kind, subject, judgement, at + lasts(judgement.answer, before.times), before.times)
