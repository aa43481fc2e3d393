"""Thirty-two clients race for the same codes: every code is won once."""

from config.dev.bench_claims import Claimants, contest
from config.dev.bench_load import Load
from config.dev.bench_report import Bar
from config.dev.bench_seed import Plan
from config.dev.bench_world import World
from config.dev.processes import say

RACERS = 32
TRIES = 10
COUNT = "SELECT count(*) FROM rewards_claim WHERE brand_id = %s AND code_no = ANY(%s)"


def race(world: World, plan: Plan, codes: list[tuple[int, str]]) -> Bar:
    """The bar counts the wins that clients were told of, when the database agrees; else none."""
    claimants = Claimants()
    load = Load(world.ports["product"], clients=RACERS, judge=claimants.judge)
    sample = load.run(iter(contest(plan, codes, tries=TRIES, returning=False)))
    told = sum(answer.prize_fen is not None for answer in claimants.heard)
    with world.connect() as connection:
        row = connection.execute(COUNT, (plan.brand_id, [code_no for code_no, _ in codes])).fetchone()
    kept = row[0] if row else 0
    rate = sample.count / sample.seconds
    say(f"race: {sample.count} claims on {len(codes)} codes, {rate:.0f}/s: {told} told, {kept} kept")
    return Bar("race_wins", told if told == kept else 0, "==", len(codes))
