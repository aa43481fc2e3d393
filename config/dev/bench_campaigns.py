"""``./malu bench-campaigns [--only NAMES]``: the figures of campaigns, each against its bar.

``python -m config.dev.bench_campaigns more FILE`` launches the other campaigns of a world in a process of its own.
"""

import argparse
import itertools
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app import campaigns, catalog, codes
from app.campaigns import simulating
from app.campaigns.rules import Conditions, Occasion, blocked
from app.catalog.rules import check_digit
from app.factory import create_app
from app.kit import clock
from app.kit.transaction import transaction
from config.dev.bench_load import Load, Request
from config.dev.bench_ratios import CLIENTS, bearer_of, claim_request, shuffled
from config.dev.bench_report import Bar, show_bars
from config.dev.bench_seed import Plan
from config.dev.bench_world import World, open_world, start_product
from config.dev.environment import ROOT, VAR
from config.dev.h5 import build_h5
from config.dev.processes import CannotContinue, finish, say
from config.settings import Settings

SUBJECTS = ("eligibility", "simulate", "claim")
LIVE = 50
ROUNDS, SECONDS = 7, 1.5
ELIGIBILITY_US = 50.0
SIMULATED = 10_000_000
SIMULATE_SECONDS = 600.0
CLAIM_RATIO = 0.90
BATCH = 240
GTIN_BODY = "690000000003"
OK = 200


def main(argv: Sequence[str]) -> int:
    match argv:
        case ["more", file]:
            with create_app(Settings.from_env(os.environ)).app_context():
                _launch_more(Plan.read(Path(file)), clock.now())
            return 0
    asked = _parse(argv)
    bars = [bar for subject in SUBJECTS if subject in asked.only for bar in _measure(subject)]
    say("")
    return show_bars(bars)


def _measure(subject: str) -> Iterator[Bar]:
    match subject:
        case "eligibility":
            yield Bar("eligibility_50_campaigns_us", measure_eligibility(), "<=", ELIGIBILITY_US)
        case "simulate":
            yield Bar("simulate_10_million_seconds", measure_simulation(SIMULATED), "<=", SIMULATE_SECONDS)
        case "claim":
            build_h5()
            yield Bar("claim_50_campaigns_of_one", measure_claims(), ">=", CLAIM_RATIO)


def measure_eligibility() -> float:
    """CPU µs of judging one occasion by the conditions of fifty campaigns, none of which blocks it early."""
    at = datetime(2026, 11, 2, 12, tzinfo=UTC)
    counties = frozenset(f"{310101 + number}" for number in range(200))
    terms = [
        Conditions(
            1,
            dealers=frozenset(range(number, number + 100)),
            counties=counties,
            terminals=frozenset(range(2_000)),
            weekdays=frozenset(range(1, 8)),
            hours=(8, 23),
            persons="new",
        )
        for number in range(LIVE)
    ]

    def judge() -> int:
        occasion = Occasion.of(terminal_id=7, dealer_id=60, counties=frozenset({"310101"}), has_won=False, at=at)
        return sum(blocked(one, occasion) is None for one in terms)

    if judge() != LIVE:
        raise CannotContinue("an occasion that fits every campaign was blocked")
    rounds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(2_000):
            judge()
        rounds.append((time.process_time() - started) / 2_000 * 1e6)
    return round(statistics.median(rounds), 1)


def measure_simulation(scans: int) -> float:
    """Seconds for a season with all that a campaign can have: conditions, limits, budgets by day and area."""
    starts_at = datetime(2026, 10, 1, tzinfo=UTC)
    size = scans * 3 // 2
    draw = simulating.Draw(
        bytes(range(32)),
        size,
        (
            simulating.Tier("一等奖", 100_000, 100),
            simulating.Tier("二等奖", 500, size // 100),
            simulating.Tier("红包", 50, size // 2),
        ),
    )
    plan = simulating.Plan(
        draw,
        starts_at,
        starts_at + timedelta(days=90),
        (2_000, 50, 15),
        Conditions(1, weekdays=frozenset(range(1, 7)), hours=(7, 24)),
        per_person_limit=50,
        per_person_day_limit=5,
        budgets=(
            _budget(1, "all", "", scans * 25, scans // 2),
            _budget(2, "county", "310101", scans),
        ),
    )
    places = [simulating.Place(number, number % 40, f"{310101 + number % 20}") for number in range(2_000)]
    started = time.perf_counter()
    season = simulating.make_season(seed=1, starts_at=starts_at, days=90, codes=size, scans=scans, places=places)
    played = simulating.simulate(plan, season)
    seconds = time.perf_counter() - started
    say(f"{scans} scans: {played.winners} winners, {played.cost_fen} fen, exhausted on {played.exhausted_on}")
    return round(seconds, 1)


def _budget(number: int, scope: str, key: str, total: int, daily: int | None = None) -> simulating.Budget:
    paced_from = datetime(2026, 10, 1, tzinfo=UTC).date()
    return simulating.Budget(number, scope, key, total, daily, paced_from, 0, (number,))  # type: ignore[arg-type]


def measure_claims() -> float:
    """Claims among fifty live campaigns against claims with one: two worlds side by side, slice by slice."""
    with (
        open_world(VAR / "bench-campaigns-1", "campaigns") as one,
        open_world(VAR / "bench-campaigns-50", "campaigns") as fifty,
    ):
        command = (sys.executable, "-m", "config.dev.bench_campaigns", "more", str(fifty.plan_file))
        finish(command, what="the other campaigns", log=fifty.log("more"), env=fifty.env, cwd=ROOT)
        worlds = (one, fifty)
        for world in worlds:
            start_product(world)
        claims = [_claims(world) for world in worlds]
        for world, requests in zip(worlds, claims, strict=True):
            _slice(world, requests)
        costs = [
            [_slice(world, requests) for world, requests in zip(worlds, claims, strict=True)]
            for _ in range(ROUNDS)
        ]
    first, many = (statistics.median(pair[place] for pair in costs) * 1e6 for place in (0, 1))
    say(f"a claim with one campaign {first:.0f} µs, with fifty {many:.0f} µs of CPU")
    return round(statistics.median(alone / among for alone, among in costs), 3)


def _claims(world: World) -> Iterator[Request]:
    plan = world.plan
    bearer = itertools.cycle([bearer_of(token) for _, token in plan.people]).__next__
    return iter([claim_request(plan, text, bearer()) for _, text in shuffled(plan)])


def _slice(world: World, requests: Iterator[Request]) -> float:
    """CPU seconds of one claim, all servers together."""
    load = Load(world.ports["product"], clients=CLIENTS)
    before, end = world.spent("product"), time.perf_counter() + SECONDS
    sample = load.run(requests, until=lambda: time.perf_counter() > end)
    if sample.statuses[OK] != sample.count or not sample.count:
        raise CannotContinue(f"claims were answered with {dict(sample.statuses)}")
    return (world.spent("product") - before).total / sample.count


def _launch_more(plan: Plan, at: datetime) -> None:
    """Live campaigns beside the one that is measured, each with conditions and budgets of its own."""
    gtin = GTIN_BODY + str(check_digit(GTIN_BODY))
    with transaction(plan.brand_id) as session:
        product = catalog.create_product(session, name="别的饮料", name_en="Others")
        sku = catalog.add_sku(session, product_id=product.id, gtin=gtin, name="别的饮料", spec="500ml")
    for number in range(1, LIVE):
        with transaction(plan.brand_id) as session:
            batch = codes.mint_batch(
                session,
                sku_id=sku.id,
                number=f"M{number}",
                level="unit",
                count=BATCH,
                has_inner=True,
                made_on=clock.business_day(at),
                at=at,
            )
            new = campaigns.NewCampaign(
                name=f"活动{number}",
                batch_id=batch.id,
                starts_at=at - timedelta(days=1),
                ends_at=at + timedelta(days=30),
                per_person_limit=10,
                per_person_day_limit=3,
                tiers=(campaigns.NewTier("红包", 100, BATCH, None),),
                conditions=Conditions(0, counties=frozenset({"310101"}), hours=(6, 24), persons="returning"),
                budgets=(campaigns.NewBudget("all", "", 100 * BATCH, 2_000),),
            )
            campaign = campaigns.create_campaign(session, new, at=at)
            campaigns.activate(session, batch_id=batch.id, campaign_id=campaign.id, by=1, at=at)


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("./malu bench-campaigns", description=__doc__)
    parser.add_argument(
        "--only", type=_subjects, default=list(SUBJECTS), metavar="NAMES", help=", ".join(SUBJECTS)
    )
    return parser.parse_args(argv)


def _subjects(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(SUBJECTS):
        raise CannotContinue(f"the bench knows no {', '.join(sorted(unknown))}; it knows {', '.join(SUBJECTS)}")
    return names


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
