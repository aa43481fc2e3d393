"""Which unit gets which code, which case it lies in, and what happens when: arrays, and nothing written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from config.dev.replay_values import MOST_QUANTITY, Lines, Numbers, Purchases

UNITS_PER_CASE = MOST_QUANTITY
DEALERS = 20
OPENED_BEFORE = 3_600  # seconds before the first unit of a case is sold
WEEK = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Units:
    """Every unit in the order of its code: by article, then by store, then by the time of its sale."""

    store: Numbers
    household: Numbers
    at: Numbers
    starts: Numbers  # where each article begins, and the end


@dataclass(frozen=True, slots=True)
class Cases:
    """Every case in the order of its number: by dealer, week and time of opening. `lo` is its first unit."""

    store: Numbers
    dealer: Numbers
    opened_at: Numbers
    week: Numbers
    lo: Numbers
    size: Numbers

    def shipments(self) -> Iterator[tuple[int, int, int, int]]:
        """(dealer, week, first case, end): all that a dealer's shops open in a week leaves in one shipment."""
        new = np.flatnonzero((np.diff(self.dealer) != 0) | (np.diff(self.week) != 0)) + 1
        bounds = [0, *new.tolist(), len(self.lo)]
        for lo, hi in pairwise(bounds):
            yield int(self.dealer[lo]), int(self.week[lo]), lo, hi


@dataclass(frozen=True, slots=True)
class Plan:
    units: Units
    cases: Cases
    dealer_of: dict[int, int]  # by the index of the store
    starts_at: datetime
    ends_at: datetime

    def shipped_at(self, week: int) -> datetime:
        return self.starts_at + timedelta(seconds=week * WEEK)


@dataclass(frozen=True, slots=True)
class Happenings:
    """What one worker does, in the order of time: a shop opens a case, or a household claims a unit.

    `number` is the place of the case or unit; `who` the index of the store or household.
    """

    at: Numbers
    opens: NDArray[np.bool_]
    number: Numbers
    who: Numbers

    def __len__(self) -> int:
        return len(self.at)


def plan(purchases: Purchases) -> Plan:
    """Lay out exactly as many codes as there are units; a case holds one article for one store."""
    first = int(purchases.lines.at[0]) // 86_400 * 86_400 - WEEK
    last = int(purchases.lines.at[-1])
    dealer_of = {index: store_id % DEALERS for index, store_id in enumerate(purchases.stores)}
    units, cases = _pack(purchases.lines, dealer_of, first, len(purchases.articles))
    return Plan(units, cases, dealer_of, _instant(first), _instant(last) + timedelta(days=1))


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _pack(lines: Lines, dealer_of: dict[int, int], first: int, articles: int) -> tuple[Units, Cases]:
    line = np.repeat(np.arange(len(lines.at)), lines.quantity)
    line = line[np.lexsort((line, lines.store[line], lines.article[line]))]
    article, store, at = lines.article[line], lines.store[line], lines.at[line]
    begins = _case_begins(article, store)
    opened_at = at[begins] - OPENED_BEFORE
    dealer = np.array([dealer_of[index] for index in range(len(dealer_of))])[store[begins]]
    week, size = (opened_at - first) // WEEK, np.diff(np.append(begins, len(line)))
    starts = np.searchsorted(article, np.arange(articles + 1))
    cases = _in_order(Cases(store[begins], dealer, opened_at, week, begins, size))
    return Units(store, lines.household[line], at, starts), cases


def _case_begins(article: Numbers, store: Numbers) -> Numbers:
    """The first unit of every case: a new article, a new store, or the case before is full."""
    fresh = np.append(True, (np.diff(article) != 0) | (np.diff(store) != 0))
    group_start = np.flatnonzero(fresh)
    within = np.arange(len(article)) - np.repeat(group_start, np.diff(np.append(group_start, len(article))))
    return np.flatnonzero(within % UNITS_PER_CASE == 0)


def _in_order(cases: Cases) -> Cases:
    order = np.lexsort((cases.opened_at, cases.week, cases.dealer))
    return Cases(
        *(
            column[order]
            for column in (cases.store, cases.dealer, cases.opened_at, cases.week, cases.lo, cases.size)
        )
    )


def share_out(planned: Plan, workers: int) -> list[Happenings]:
    """The happenings of each worker: whole stores, about as many units each."""
    owner = _worker_of_store(planned.units.store, workers)
    return [_happenings(planned, owner, worker) for worker in range(workers)]


def _worker_of_store(store: Numbers, workers: int) -> Numbers:
    sizes = np.bincount(store)
    loads = [(0, worker) for worker in range(workers)]
    heapify(loads)
    owner = np.zeros(len(sizes), np.int64)
    for index in np.argsort(-sizes, kind="stable").tolist():
        load, worker = heappop(loads)
        owner[index] = worker
        heappush(loads, (load + int(sizes[index]), worker))
    return owner


def _happenings(planned: Plan, owner: Numbers, worker: int) -> Happenings:
    units, cases = planned.units, planned.cases
    mine = np.flatnonzero(owner[units.store] == worker)
    opened = np.flatnonzero(owner[cases.store] == worker)
    at = np.concatenate((cases.opened_at[opened], units.at[mine]))
    opens = np.arange(len(at)) < len(opened)
    number = np.concatenate((opened, mine))
    who = np.concatenate((cases.store[opened], units.household[mine]))
    order = np.argsort(at, kind="stable")
    return Happenings(at[order], opens[order], number[order], who[order])
