"""Requests per second, latency and CPU of the product's hot paths and of bare handlers, side by side.

The bars compare the CPU that all servers together spend on one request (gunicorn, PostgreSQL and Valkey with
their children): its inverse is what the same cores serve when they are saturated. Requests per second are
printed beside it; they say the same on an idle machine, but on a busy one a neighbour's job would enter them.
"""

import itertools
import json
import random
import secrets
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from config.dev.bench_load import Load, Request, Sample, get, post
from config.dev.bench_report import Bar, show_table
from config.dev.bench_seed import Plan
from config.dev.bench_world import Spent, World
from config.dev.processes import CannotContinue

CLIENTS = 32
WARM_SECONDS = 1.0  # every connection has prepared its statements by then
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16
OK = 200
HEADER = ("", "requests/s", "p50 ms", "p99 ms", "CPU µs/request", "web", "postgres", "valkey")
_WECHAT = "User-Agent: Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of request to one of the web servers, and which bare kind it is compared with."""

    name: str
    web: str
    requests: Iterator[Request]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A bar: how many times `target` may be served in the CPU time of one `against`."""

    name: str
    target: str
    against: str
    bound: float


RATIOS = {
    "claim": (Ratio("claim_of_bare_insert", "claim", "bare insert", 0.50),),
    "resolve": (Ratio("resolve_of_bare_read", "resolve", "bare read", 0.60),),
    "garbage": (
        Ratio("garbage_of_own_hello", "garbage", "own hello", 0.85),
        Ratio("garbage_of_bare_hello", "garbage", "bare hello", 0.50),
    ),
    "page": (),
}
TARGETS = {
    "claim": ("claim", "bare insert"),
    "resolve": ("resolve", "bare read", "resolve signed in"),
    "garbage": ("garbage", "own hello", "bare hello", "forged"),
    "page": ("scan page",),
}


@dataclass(slots=True)
class Measured:
    """What the slices of one target gave."""

    rates: list[float] = field(default_factory=list)
    costs: list[Spent] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    def add(self, sample: Sample, spent: Spent) -> None:
        count = sample.count
        self.rates.append(count / sample.seconds)
        self.costs.append(Spent(spent.web / count, spent.postgres / count, spent.valkey / count))
        self.latencies += sample.latencies

    def row(self, name: str) -> tuple[str, ...]:
        cuts = statistics.quantiles(self.latencies, n=100)
        cost = [statistics.median(getattr(cost, part) for cost in self.costs) for part in Spent.__slots__]
        total = statistics.median(cost.total for cost in self.costs)
        figures = (statistics.median(self.rates), cuts[49] * 1e3, cuts[98] * 1e3)
        rounded = [f"{figures[0]:.0f}", f"{figures[1]:.1f}", f"{figures[2]:.1f}"]
        return (name, *rounded, *(f"{part * 1e6:.0f}" for part in (total, *cost)))


def measure_ratios(world: World, subjects: list[str], *, rounds: int, seconds: float) -> list[Bar]:
    """Short slices of every kind in turn, round after round; a ratio is the median of the rounds' ratios."""
    known = {target.name: target for target in _targets(world)}
    chosen = [known[name] for subject in subjects for name in TARGETS[subject]]
    measured = {target.name: Measured() for target in chosen}
    for target in chosen:
        _slice(world, target, WARM_SECONDS)
    for _ in range(rounds):
        for target in chosen:
            measured[target.name].add(*_slice(world, target, seconds))
    show_table(HEADER, (found.row(name) for name, found in measured.items()))
    return [_bar(ratio, measured) for subject in subjects for ratio in RATIOS[subject]]


def _bar(ratio: Ratio, measured: dict[str, Measured]) -> Bar:
    ours, bare = measured[ratio.target], measured[ratio.against]
    cpu = statistics.median(theirs.total / own.total for theirs, own in zip(bare.costs, ours.costs, strict=True))
    rate = statistics.median(own / theirs for theirs, own in zip(bare.rates, ours.rates, strict=True))
    print(f"{ratio.target} : {ratio.against} = {cpu:.2f} by CPU per request, {rate:.2f} by requests per second")
    return Bar(ratio.name, round(cpu, 3), ">=", ratio.bound)


def _slice(world: World, target: Target, seconds: float) -> tuple[Sample, Spent]:
    load = Load(world.ports[target.web], clients=CLIENTS)
    before = world.spent(target.web)
    end = time.perf_counter() + seconds
    sample = load.run(target.requests, until=lambda: time.perf_counter() > end)
    spent = world.spent(target.web) - before
    if sample.statuses[OK] != sample.count or not sample.count:
        raise CannotContinue(f"{target.name} was answered with {dict(sample.statuses)}")
    return sample, spent


def _targets(world: World) -> Iterator[Target]:
    plan, chance = world.plan, random.Random(9)
    host = f"Host: {plan.host}"
    bearers = [bearer_of(token) for _, token in plan.people]
    texts = [text for _, text in plan.codes]
    code_of = itertools.cycle(chance.sample(texts, len(texts))).__next__
    bearer = itertools.cycle(bearers).__next__
    yield Target("bare hello", "bare", _repeat(get("/hello", host)))
    yield Target("bare insert", "bare", (_bare_row(host) for _ in itertools.count()))
    yield Target(
        "bare read",
        "bare",
        (Request(get(f"/rows/{chance.randint(1, plan.units)}", host)) for _ in itertools.count()),
    )
    yield Target("own hello", "product", _repeat(get("/healthz", host)))
    yield Target("garbage", "product", (_resolve(random_text(), host) for _ in itertools.count()))
    yield Target("forged", "product", (_resolve("S" + random_text()[1:], host) for _ in itertools.count()))
    yield Target("resolve", "product", (_resolve(code_of(), host) for _ in itertools.count()))
    yield Target("resolve signed in", "product", (_resolve(code_of(), host, bearer()) for _ in itertools.count()))
    yield Target("scan page", "product", (_page(code_of(), host) for _ in itertools.count()))
    yield Target("claim", "product", (claim_request(plan, text, bearer()) for text in ratio_codes(plan)))


def ratio_codes(plan: Plan) -> Iterator[str]:
    """Codes that only the claims of the ratios use: the last quarter of a fixed shuffle."""
    return iter([text for _, text in shuffled(plan)[len(plan.codes) // 2 :]])


def shuffled(plan: Plan) -> list[tuple[int, str]]:
    codes = [(int(number), text) for number, text in plan.codes]
    random.Random(4).shuffle(codes)
    return codes


def bearer_of(token: str) -> str:
    return f"Authorization: Bearer {token}"


def claim_request(plan: Plan, text: str, bearer: str, about: object = None) -> Request:
    body = json.dumps({"code": text}).encode()
    return Request(post("/api/consumer/claims", body, f"Host: {plan.host}", bearer), about)


def random_text() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def _repeat(payload: bytes) -> Iterator[Request]:
    return itertools.repeat(Request(payload))


def _resolve(text: str, *headers: str) -> Request:
    return Request(get(f"/api/consumer/codes/{text}", *headers))


def _page(text: str, host: str) -> Request:
    return Request(get(f"/s/{text}", host, _WECHAT))


def _bare_row(host: str) -> Request:
    body = json.dumps({"code": random_text(), "person_id": 1, "amount_fen": 30}).encode()
    return Request(post("/rows", body, host))
