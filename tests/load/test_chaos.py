"""The whole product on servers of its own, killed again and again in small."""

from config.dev.bench_chaos import Storm, rage
from config.dev.bench_load import Load, Request, get
from config.dev.bench_ratios import shuffled
from config.dev.bench_world import open_world, start_product


def test_claims_survive_the_death_of_everything_around_them(tmp_path):
    with open_world(tmp_path, "small") as world:
        start_product(world)
        plan = world.plan
        bars = rage(world, plan, shuffled(plan)[:150], Storm(claims=400, kills=6, interval=0.8, limit_seconds=60))
        page = Request(get(f"/s/{plan.codes[0][1]}", f"Host: {plan.host}"))
        assert Load(world.ports["product"], clients=1).run(iter([page])).statuses == {200: 1}
    assert [str(bar) for bar in bars if not bar.holds] == []
