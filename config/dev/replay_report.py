"""Is what the product says, store by store, what the data frame says?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import attribution, commissions, ledger
from app.books.queries import prove
from app.kit.transaction import transaction
from config.dev.bench_report import Bar, show_table
from config.dev.processes import say
from config.dev.replay_goods import DEALER_FEN, TERMINAL_FEN, Stocked
from config.dev.replay_plan import DEALERS
from config.dev.replay_values import Expected

K = TypeVar("K")
SHOWN = 10
UNHURRIED = text("SET LOCAL statement_timeout = '30min'")
CLAIMED = text("SELECT count(*) FROM rewards_claim WHERE brand_id = :brand_id")
REWARDS = text("""
SELECT s.terminal_id, sum(c.amount_fen) FROM attribution_sale s
JOIN rewards_claim c ON c.brand_id = :brand_id AND c.share_no = 1
  AND c.code_no = split_part(s.source_id, ':', 1)::bigint
WHERE s.brand_id = :brand_id AND s.source = 'claim' GROUP BY s.terminal_id""")
LEDGER_SUM = text("""
SELECT coalesce((SELECT sum(balance) FROM ledger_account WHERE brand_id = :brand_id AND kind = 'wallet'), 0)
  + coalesce((SELECT sum(CASE WHEN a.id = p.destination_id THEN p.amount ELSE -p.amount END)
    FROM ledger_posting p JOIN ledger_account a ON a.brand_id = :brand_id AND a.kind <> 'wallet'
      AND a.id IN (p.source_id, p.destination_id)
    WHERE p.brand_id = :brand_id), 0)""")
JOBS_LEFT = text("SELECT count(*) FROM kit_job WHERE brand_id = :brand_id")


@dataclass(frozen=True, slots=True)
class Figures:
    """One store: units, fen won by its customers, fen of commission on record, fen in the owner's wallet."""

    units: int
    rewards_fen: int
    commission_fen: int
    wallet_fen: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the product has come to."""

    stores: dict[int, Figures]
    units_a_day: dict[date, dict[int, int]]
    dealers: dict[int, int]
    claims: int
    ledger_sum: int
    jobs_left: int
    findings: list[str]


def read_recorded(stocked: Stocked, days: Iterable[date], written: tuple[date, date]) -> Recorded:
    """`days` are those of the purchases; commissions are listed by the day they were written on."""
    bound = {"brand_id": stocked.brand_id}
    store_of = {shop.terminal_id: shop.store_id for shop in stocked.shops}
    with transaction(stocked.brand_id) as session:
        session.execute(UNHURRIED)
        units_a_day = {day: _units(session, day, day, store_of) for day in days}
        claims, ledger_sum, jobs = (
            int(session.execute(statement, bound).scalar_one()) for statement in (CLAIMED, LEDGER_SUM, JOBS_LEFT)
        )
        return Recorded(
            _figures(session, stocked, (min(units_a_day), max(units_a_day)), written),
            units_a_day,
            {number: _payable(session, dealer_id) for number, dealer_id in stocked.dealers.items()},
            claims,
            ledger_sum,
            jobs,
            [finding for found in prove(session).values() for finding in found],
        )


def _units(session: Session, since: date, until: date, store_of: Mapping[int, int]) -> dict[int, int]:
    by_terminal = attribution.sales_by_terminal(session, since=since, until=until)
    return {store_of[terminal_id]: units for terminal_id, units in by_terminal.items()}


def _figures(
    session: Session, stocked: Stocked, sold: tuple[date, date], written: tuple[date, date]
) -> dict[int, Figures]:
    units = attribution.sales_by_terminal(session, since=sold[0], until=sold[1])
    rewards = {row[0]: int(row[1]) for row in session.execute(REWARDS, {"brand_id": stocked.brand_id})}
    return {
        shop.store_id: Figures(
            units.get(shop.terminal_id, 0),
            rewards.get(shop.terminal_id, 0),
            _commission(session, shop.terminal_id, written),
            ledger.wallet_balance(session, shop.owner_id),
        )
        for shop in stocked.shops
    }


def _commission(session: Session, terminal_id: int, written: tuple[date, date]) -> int:
    """What the shop reads as its earnings, over the days on which the replay ran."""
    return sum(
        commissions.earnings(session, [terminal_id], day, cursor=None, limit=1).total_fen for day in _days(written)
    )


def _days(bounds: tuple[date, date]) -> Iterator[date]:
    first, last = bounds
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _payable(session: Session, dealer_id: int) -> int:
    return ledger.balance(session, ledger.Account("payable", "dealer", dealer_id))


def expected_figures(expected: Expected) -> dict[int, Figures]:
    return {
        store_id: Figures(units, expected.rewards_fen[store_id], units * TERMINAL_FEN, units * TERMINAL_FEN)
        for store_id, units in expected.units.items()
    }


def expected_dealers(expected: Expected) -> dict[int, int]:
    """Fen owed to each dealer, by its number."""
    owed: dict[int, int] = {}
    for store_id, units in expected.units.items():
        owed[store_id % DEALERS] = owed.get(store_id % DEALERS, 0) + units * DEALER_FEN
    return owed


def show_stores(wanted: Mapping[int, Figures], found: Mapping[int, Figures]) -> None:
    """The largest stores and those that differ: the product's figures, and the data frame's where they differ."""
    by_size = sorted(wanted, key=lambda store_id: -wanted[store_id].units)
    differing = [store_id for store_id in by_size if wanted[store_id] != found.get(store_id)]
    shown = sorted({*by_size[:SHOWN], *differing[:SHOWN]}, key=by_size.index)
    say("")
    show_table(
        ("store", "units", "rewards ¥", "commission ¥", "wallet ¥", "data frame"),
        (_row(store_id, wanted[store_id], found.get(store_id)) for store_id in shown),
    )
    say(f"… and {len(by_size) - len(shown)} more stores; {len(differing)} of all {len(by_size)} differ")


def _row(store_id: int, wanted: Figures, found: Figures | None) -> tuple[str, ...]:
    verdict = "the same" if wanted == found else str(wanted)
    if found is None:
        return (str(store_id), "-", "-", "-", "-", verdict)
    money = (found.rewards_fen, found.commission_fen, found.wallet_fen)
    return (str(store_id), f"{found.units:,}", *(f"{fen / 100:,.2f}" for fen in money), verdict)


def bars(expected: Expected, found: Recorded, refused: int) -> Iterator[Bar]:
    """One for each comparison; those of stores count the stores that agree."""
    wanted = expected_figures(expected)
    yield Bar("replay_units", found.claims, "==", expected.all_units)
    yield Bar("replay_refused", refused, "==", 0)
    for name, fields in (
        ("units", ("units",)),
        ("rewards", ("rewards_fen",)),
        ("commissions", ("commission_fen", "wallet_fen")),
    ):
        yield _agreeing(f"replay_{name}_match", _only(wanted, fields), _only(found.stores, fields))
    yield _agreeing("replay_store_days_match", _flat(expected.units_a_day), _flat(found.units_a_day))
    yield _agreeing("replay_dealers_match", expected_dealers(expected), found.dealers)
    yield Bar("replay_ledger_sum_fen", found.ledger_sum, "==", 0)
    yield Bar("replay_books_findings", len(found.findings), "==", 0)
    yield Bar("replay_jobs_left", found.jobs_left, "==", 0)


def _only(figures: Mapping[int, Figures], fields: tuple[str, ...]) -> dict[int, tuple[int, ...]]:
    return {store_id: tuple(getattr(figure, field) for field in fields) for store_id, figure in figures.items()}


def _flat(units_a_day: Mapping[date, Mapping[int, int]]) -> dict[tuple[date, int], int]:
    return {(day, store_id): units for day, stores in units_a_day.items() for store_id, units in stores.items()}


def _agreeing(name: str, wanted: Mapping[K, object], found: Mapping[K, object]) -> Bar:
    """How many keys of either side have the same value on both."""
    keys = wanted.keys() | found.keys()
    agreeing = sum(key in wanted and key in found and wanted[key] == found[key] for key in keys)
    return Bar(name, agreeing, "==", len(keys))
