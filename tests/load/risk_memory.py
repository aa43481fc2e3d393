"""What production keeps in tables, kept in dictionaries: the rounds of `app.risk` judge by it."""

from collections import defaultdict, deque

from app.risk.rules import Flag, Limits, Standing, Touched, Watch, answer_for_case, block_of, judge_round

NEWEST = {"person": 300, "case": 200, "device": 200, "address": 200, "block": 200}
SAMPLE, SAMPLE_AT_LEAST = 500, 100
LEAST_RANK = 3


class Memory:
    """Implements `Records`; the watch list is the one that a claim asks."""

    def __init__(self, limits=None):
        self.limits = limits or Limits()
        self.watch = Watch({}, ())
        self.known_ranks = {}
        self._histories = {
            kind: defaultdict(lambda newest=newest: deque(maxlen=newest)) for kind, newest in NEWEST.items()
        }
        self._standing = {}
        self._recent = deque(maxlen=SAMPLE)
        self._ending = set()
        self.rounds = 0

    def note(self, news, *, at):
        """Remember, and judge everybody who is concerned: one round."""
        for seen in news:
            self._remember(seen)
        self._judge(Touched(news, persons=self._running_out(at)), at)

    def _judge(self, touched, at):
        for verdict in judge_round(self, touched, self.limits, at=at):
            key = verdict.kind, verdict.subject
            judged = verdict.judgement
            self._standing[key] = Standing(judged.answer, verdict.until, verdict.times, judged.is_suspect)
            self.watch.flags[key] = [Flag(len(self._standing), *key, judged.answer, verdict.until)]
            if verdict.kind == "person":
                self._ending.add(verdict.subject)
        self.rounds += 1

    def learn_rank(self, person, rank, *, at):
        """As the job that asks the platform: the answer is judged at once."""
        self.known_ranks[person] = rank
        if rank >= LEAST_RANK:
            self._judge(Touched((), persons={str(person)}), at)

    def _remember(self, seen):
        for kind, subject in (
            ("person", seen.person_id),
            ("case", seen.pack),
            ("block", block_of(seen.code_no)),
            ("device", seen.device),
            ("address", seen.address),
        ):
            if subject is not None and (kind != "person" or seen.kind != "look"):
                self._histories[kind][str(subject)].append(seen)
        if seen.kind == "claim":
            self._recent.append(seen.unsold)

    def _running_out(self, at):
        """As the recurring job of production: flags that end about now are judged once more."""
        ended = {one for one in self._ending if self._standing["person", one].until <= at}
        self._ending -= ended
        return ended

    def histories(self, kind, subjects):
        kept = self._histories[kind]
        return {subject: list(kept[subject]) for subject in subjects if subject in kept}

    def answer_for_case(self, person, pack, at):
        history = self._histories["person"].get(str(person), ())
        packs = {str(seen.pack) for seen in history}
        listed = {int(pack) for pack, one in self.standing("case", packs).items() if one.until > at}
        return answer_for_case(history, listed, pack, at=at)

    def ranks(self, persons):
        return {person: self.known_ranks[person] for person in persons if person in self.known_ranks}

    def crowds(self, devices, since):
        kept = self._histories["device"]
        return {
            device: len({seen.person_id for seen in kept[device] if seen.person_id and seen.at > since})
            for device in devices
        }

    def standing(self, kind, subjects):
        return {
            subject: self._standing[kind, subject] for subject in subjects if (kind, subject) in self._standing
        }

    def unsold_per_mille(self):
        if len(self._recent) < SAMPLE_AT_LEAST:
            return 1000
        return sum(self._recent) * 1000 // len(self._recent)
