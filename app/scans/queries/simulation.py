"""A campaign that is not launched yet, run over the brand's past scans or over a made-up season."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
from sqlalchemy.orm import Session

from app import attribution, campaigns, channel, codes, commissions
from app.kit.clock import business_day

MOST_SCANS = 100_000  # in one run, inside a request; larger seasons are sampled
MOST_PLACES = 2_000
seasons = campaigns.simulating


@dataclass(frozen=True, slots=True)
class Wanted:
    """The season: its kind, how much of the codes is scanned, over how many days, and how often it is run."""

    kind: Literal["made", "past"]
    scanned_percent: int
    days: int
    seed: int
    runs: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that a simulation needs to know; it runs for seconds, outside of any transaction."""

    plan: seasons.Plan
    season_of: Callable[[int], seasons.Season]
    scale: float
    wanted: Wanted

    def run(self) -> seasons.Forecast:
        return seasons.forecast(
            self.plan, self.season_of, seed=self.wanted.seed, runs=self.wanted.runs, scale=self.scale
        )


def prepare(
    session: Session, new: campaigns.NewCampaign, wanted: Wanted, directory: channel.Directory
) -> Prepared:
    """Raises `codes.UnknownBatch`, and `campaigns.BreaksRules` for more prizes than codes."""
    batch = codes.batch(session, new.batch_id)
    size = batch.hi - batch.lo
    if sum(tier.count for tier in new.tiers) > size:
        raise campaigns.BreaksRules(rules=["more_prizes_than_codes"])
    rules = commissions.rules_by_id(session, session.info["brand_id"])
    scans = max(1, size * wanted.scanned_percent // 100)
    sample = min(scans, MOST_SCANS)
    if wanted.kind == "past":
        past = _past(session, new.starts_at, directory, sample)
        return Prepared(_plan(new, size, rules, 1.0), lambda _: past, 1.0, wanted)
    scale = scans / sample
    made = _made(new.starts_at, wanted, directory, size, sample)
    return Prepared(_plan(new, size, rules, scale), made, scale, wanted)


def _plan(new: campaigns.NewCampaign, size: int, rules: dict[int, commissions.Rule], scale: float) -> seasons.Plan:
    tiers = tuple(seasons.Tier(tier.name, tier.amount_fen, tier.count, tier.prize) for tier in new.tiers)
    linked = [rules.get(tier.commission_rule_id or 0) for tier in new.tiers]
    return seasons.Plan(
        draw=seasons.Draw(bytes(32), size, tiers),
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        linked_fen=tuple(rule.terminal_fen + rule.dealer_fen if rule else 0 for rule in linked),
        conditions=new.conditions,
        per_person_limit=new.per_person_limit,
        per_person_day_limit=new.per_person_day_limit,
        budgets=tuple(
            _budget(number, budget, new.starts_at, scale) for number, budget in enumerate(new.budgets, start=1)
        ),
    )


def _budget(number: int, new: campaigns.NewBudget, starts_at: datetime, scale: float) -> seasons.Budget:
    """The budget of a sample is the same part of the whole."""
    return seasons.Budget(
        id=number,
        scope=new.scope,
        key=new.key,
        total_fen=None if new.total_fen is None else round(new.total_fen / scale),
        daily_fen=None if new.daily_fen is None else round(new.daily_fen / scale),
        paced_from=business_day(starts_at),
        paced_fen=0,
        purse_ids=(number,),
    )


def _made(
    starts_at: datetime, wanted: Wanted, directory: channel.Directory, size: int, sample: int
) -> Callable[[int], seasons.Season]:
    table = directory.terminals
    step = max(1, len(table) // MOST_PLACES)
    places = [
        seasons.Place(table.ids[at], table.dealer_ids[at], table.county_at(at))
        for at in range(0, len(table), step)
    ]
    return lambda number: seasons.make_season(
        seed=wanted.seed + number, starts_at=starts_at, days=wanted.days, codes=size, scans=sample, places=places
    )


def _past(session: Session, starts_at: datetime, directory: channel.Directory, sample: int) -> seasons.Season:
    """The youngest sales, moved so that the first falls on the campaign's start."""
    sales = attribution.recent_sales(session, source="claim", limit=sample)
    shift = starts_at - sales[0][0] if sales else timedelta(0)
    terminals = [seasons.UNKNOWN if sale[2] is None else sale[2] for sale in sales]
    counties = [directory.county_of_terminal(one) for one in terminals]
    known = np.array(terminals, np.int64)
    return seasons.Season(
        seconds=np.array([int((sale[0] + shift).timestamp()) for sale in sales], np.int64),
        codes=np.arange(len(sales), dtype=np.int64),
        persons=np.array([sale[1] for sale in sales], np.int64),
        terminals=known,
        dealers=np.array([sale[3] for sale in sales], np.int64),
        counties=np.array([int(county) if county else seasons.UNKNOWN for county in counties], np.int64),
        linked=known != seasons.UNKNOWN,
        returning=np.zeros(len(sales), bool),
    )
