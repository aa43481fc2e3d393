"""Clients that claim codes, insist on a definite answer, and write down what they were told."""

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from config.dev.bench_load import Request, insist
from config.dev.bench_ratios import bearer_of, claim_request
from config.dev.bench_seed import Plan
from config.dev.processes import CannotContinue
from tests.load.checker import Heard

WON, REFUSED = 200, 409
TAKEN = "rewards.already_claimed"
IN_FLIGHT = 64  # how far the claims of one code may lie apart: close enough to meet


@dataclass(frozen=True, slots=True)
class Attempt:
    """One person's claim of one code."""

    code_no: int
    person_id: int


@dataclass(slots=True)
class Claimants:
    """Judges the answers for `bench_load.Load` and keeps them; a winner may hear of it several times."""

    heard: list[Heard] = field(default_factory=list)
    repeats: int = 0

    def judge(self, request: Request, status: int, body: bytes) -> bool:
        if not insist(request, status, body):
            return False
        self.heard.append(self._understood(request.about, status, json.loads(body)))
        return True

    def _understood(self, attempt: Attempt, status: int, answer: dict[str, dict[str, object]]) -> Heard:
        if status == WON:
            self.repeats += bool(answer["repeated"])
            return Heard(attempt.code_no, attempt.person_id, int(str(answer["prize"]["amount_fen"])))
        if status == REFUSED and answer["error"]["code"] == TAKEN:
            return Heard(attempt.code_no, attempt.person_id, None)
        raise CannotContinue(f"a claim was answered with {status} {answer}")

    @property
    def wins(self) -> int:
        """How many codes somebody was told to have won."""
        return len({answer.code_no for answer in self.heard if answer.prize_fen is not None})


def contest(plan: Plan, codes: list[tuple[int, str]], *, tries: int, returning: bool) -> list[Request]:
    """`tries` claims of every code by different people, close together; returning: the first asks once more."""
    chance = random.Random(len(codes))
    requests = []
    for code_no, text in codes:
        people = chance.sample(plan.people, tries)
        if returning:
            people[-1] = people[0]
        requests += [
            claim_request(plan, text, bearer_of(token), Attempt(code_no, int(person_id)))
            for person_id, token in people
        ]
    return list(_mixed(requests, chance))


def _mixed(requests: list[Request], chance: random.Random) -> Iterator[Request]:
    for start in itertools.count(0, IN_FLIGHT):
        block = requests[start : start + IN_FLIGHT]
        if not block:
            return
        chance.shuffle(block)
        yield from block
