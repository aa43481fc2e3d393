"""Each merchant's money in double entry: what leaves one account arrives in another, in fen."""

from dataclasses import asdict, dataclass

from tests.sandbox.world import World

BANK, BASIC, FROZEN = "bank", "basic", "frozen"


@dataclass(frozen=True, slots=True)
class Move:
    """`entry` groups the two postings: a transfer_bill_no, or the reason of a top-up."""

    entry: str
    mch_id: str
    source: str
    target: str
    amount: int
    memo: str


def move(world: World, step: Move) -> None:
    row = {key: value for key, value in asdict(step).items() if key in {"entry", "mch_id", "memo"}}
    row["at"] = world.clock.now()
    with world.store.transaction():
        world.store.insert("posting", account=step.source, amount=-step.amount, **row)
        world.store.insert("posting", account=step.target, amount=step.amount, **row)


def balance(world: World, mch_id: str, account: str = BASIC) -> int:
    statement = "select coalesce(sum(amount), 0) as fen from posting where mch_id = ? and account = ?"
    return world.store.one(statement, mch_id, account)["fen"]


def frozen_for(world: World, entry: str) -> int:
    statement = "select coalesce(sum(amount), 0) as fen from posting where entry = ? and account = ?"
    return world.store.one(statement, entry, FROZEN)["fen"]


def top_up(world: World, mch_id: str, amount: int, memo: str = "充值") -> None:
    """A negative amount takes money out again."""
    move(world, Move("top-up", mch_id, BANK, BASIC, amount, memo))


def balances(world: World, mch_id: str) -> dict[str, int]:
    """Every account of a merchant; they sum to zero."""
    statement = "select account, sum(amount) as fen from posting where mch_id = ? group by account"
    return {row["account"]: row["fen"] for row in world.store.all(statement, mch_id)}
