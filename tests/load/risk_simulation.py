"""Attacks against a background of honest people, replayed with and without the defence.

The defence sees what production sees: accounts, cookies, hashed addresses, places where people let them be known,
custody, WeChat's rank a few seconds after the first look. Who is who only the account at the end reads.
"""

import heapq
import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta

from app.risk.rules import Asker, Seen
from tests.load.risk_attacks import ATTACKS
from tests.load.risk_market import DAYS, FIRST_CASE, PEOPLE, PRIZES_FEN, START, UNITS, Market, honest
from tests.load.risk_memory import Memory

LAG = timedelta(seconds=5)  # settling, the job's round, the processes' memory: until a flag is felt
RANK_AFTER = timedelta(seconds=4)  # after signing in: the job asks WeChat, the processes hear of it
AGAIN = timedelta(hours=30)
MOST_TRIES = 8
WRONGED_AFTER = timedelta(days=7)
END = START + timedelta(days=DAYS + 12)


@dataclass(slots=True)
class Outcome:
    """What a replay came to: when each code was paid, who was asked for a number, how claims were answered."""

    paid: dict
    asked: set
    answered: Counter
    rounds: int


class Replay:
    """Time passes from try to try; what was noted is judged when production would have judged it."""

    def __init__(self, market, tries, *, limits=None):
        self.memory = Memory(limits)
        self.outcome = Outcome({}, set(), Counter(), 0)
        self._market = market
        self._order = itertools.count()
        self._queue = []
        self._pending = []
        self._due = None
        signed_in = set()
        for one in sorted(tries, key=lambda one: one.at):
            one.first_at, one.tries = one.at, min(one.tries, 0)
            if one.looked_after is not None:
                self._plan(one.at - timedelta(seconds=one.looked_after), self._look, one)
            if one.person.id not in signed_in:
                signed_in.add(one.person.id)
                signed_in_at = one.at - timedelta(seconds=market.random.uniform(1, 20))
                self._plan(signed_in_at + RANK_AFTER, self._learn_rank, one)
            if one.tries == 0:
                self._plan(one.at, self._claim, one)

    def run(self):
        while self._queue:
            at, _, act, one = heapq.heappop(self._queue)
            if self._due is not None and self._due <= at:
                self._judge()
            act(at, one)
        self.outcome.rounds = self.memory.rounds
        return self.outcome

    def _plan(self, at, act, one):
        heapq.heappush(self._queue, (at, next(self._order), act, one))

    def _judge(self):
        pending, due = self._pending, self._due
        self._pending, self._due = [], None
        self.memory.note(pending, at=due)

    def _look(self, at, one):
        self._note(one, at, "look")

    def _learn_rank(self, at, one):
        self.memory.learn_rank(one.person.id, one.person.rank, at=at)

    def _claim(self, at, one):
        if one.code_no in self.outcome.paid:
            return
        answer = self._answer(at, one)
        self.outcome.answered[answer] += 1
        if answer == "pay":
            self.outcome.paid[one.code_no] = (one.person, at)
            self._note(one, at, "claim")
            return
        self._note(one, at, "held")
        one.tries += 1
        again = at + AGAIN
        if one.tries < MOST_TRIES and again < END:
            self._plan(again, self._claim, one)

    def _answer(self, at, one):
        person = one.person
        unsold = not self._market.cases[one.code_no // UNITS].opened
        asker = Asker(person.id, one.code_no, case_of(one.code_no), unsold, person.device, person.address)
        flag = self.memory.watch.answer(asker, at=at)
        answer = flag.answer if flag else "pay"
        if flag and flag.kind == "case":
            answer = self.memory.answer_for_case(person.id, case_of(one.code_no), at)
        if answer != "verify_first":
            return answer
        self.outcome.asked.add(person.id)
        return "pay" if person.verifies else answer

    def _note(self, one, at, kind):
        person, case = one.person, self._market.cases[one.code_no // UNITS]
        seen = Seen(
            kind=kind,
            at=at,
            code_no=one.code_no,
            pack=case_of(one.code_no),
            person_id=person.id,
            device=person.device,
            address=person.address,
            dealer_id=case.dealer,
            far=None if person.place is None else is_far(self._market, person, case),
            handled=one.handled,
            bare=one.looked_after is None,
            unsold=not case.opened,
            age_days=case.age_days,
            place=person.place,
        )
        self._pending.append(seen)
        if self._due is None:
            self._due = at + LAG


def case_of(code_no):
    return FIRST_CASE + code_no // UNITS


def is_far(market, person, case):
    """By county, as production does: away from where the goods were sold."""
    latitude, longitude = market.places[case.dealer]
    return abs(person.place[0] - latitude) > 0.5 or abs(person.place[1] - longitude) > 0.5


def prize_fen(code_no):
    """Drawn by the number, so that both replays pay the same for a code."""
    return PRIZES_FEN[code_no * 2_654_435_761 % 4_294_967_296 % len(PRIZES_FEN)]


@dataclass(frozen=True, slots=True)
class Report:
    """One seed: honest people and the money that each attack took, in fen.

    ``wronged`` were not paid within a week whatever they did; ``asked`` had to give a phone number once, and
    ``declined`` are those of them who would not, and were not paid for that.
    """

    seed: int
    people: int
    wronged: int
    declined: int
    asked: int
    taken: dict
    taken_before: dict
    recall: dict

    @property
    def wronged_percent(self):
        return 100 * self.wronged / self.people

    @property
    def asked_percent(self):
        return 100 * self.asked / self.people

    def cut_percent(self, attack):
        return 100 * (1 - self.taken[attack] / self.taken_before[attack])


def simulate(seed, *, people=PEOPLE, limits=None):
    """Replay one seed; without the defence every code is paid to whoever asks first."""
    market = Market(seed)
    tries = [one for attack in ATTACKS for one in attack(market)]
    tries += honest(market, people)  # after the attacks, so that the guests of those restaurants are among them
    outcome = Replay(market, tries, limits=limits).run()
    return _report(seed, tries, outcome)


def _report(seed, tries, outcome):
    claims = [one for one in sorted(tries, key=lambda one: one.first_at) if one.tries >= 0]
    honest_claims = [one for one in claims if not one.person.attack]
    attacking = [one for one in claims if one.person.attack]
    everybody = {one.person.id for one in honest_claims}
    first = {one.code_no: one.person for one in reversed(claims)}
    paid = {code_no: person for code_no, (person, _) in outcome.paid.items()}
    return Report(
        seed=seed,
        people=len(everybody),
        wronged=len({one.person.id for one in honest_claims if _is_wronged(one, outcome)}),
        declined=len({one.person.id for one in honest_claims if one.tries and not one.person.verifies}),
        asked=len(outcome.asked & everybody),
        taken=_taken(paid),
        taken_before=_taken(first),
        recall=_recall(attacking),
    )


def _taken(paid):
    """What each attack got of the codes that were paid to these persons, in fen."""
    taken = Counter()
    for code_no, person in paid.items():
        if person.attack:
            taken[person.attack] += prize_fen(code_no)
    return taken


def _recall(attacking):
    """Of the accounts of each attack, how many had a claim held at least once."""
    accounts, noticed = defaultdict(set), defaultdict(set)
    for one in attacking:
        accounts[one.person.attack].add(one.person.id)
        if one.tries:
            noticed[one.person.attack].add(one.person.id)
    return {attack: len(noticed[attack]) / len(ids) for attack, ids in accounts.items()}


def _is_wronged(one, outcome):
    """Not paid within a week, although nobody else was, and a phone number would not have helped."""
    if not one.tries or not one.person.verifies:
        return False
    paid = outcome.paid.get(one.code_no)
    if paid is None:
        return True
    person, at = paid
    return person is one.person and at > one.first_at + WRONGED_AFTER
