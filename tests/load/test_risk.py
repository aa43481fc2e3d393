"""One seed of `./malu bench-risk`: five attacks among honest people, by the rules and thresholds of production."""

from config.dev.bench_risk import bars_of
from tests.load.risk_market import Market, honest
from tests.load.risk_simulation import simulate


def test_attacks_lose_nine_tenths_and_honest_people_are_paid():
    report = simulate(1)
    print(report)  # noqa: T201  # whoever runs with -s wants to read the figures
    short = [str(bar) for bar in bars_of(report) if not bar.holds]
    assert not short, short


def test_the_same_seed_draws_the_same_season():
    def season(seed):
        return [(one.at, one.person.id, one.code_no) for one in honest(Market(seed), people=200)]

    assert season(7) == season(7)
    assert season(7) != season(8)
