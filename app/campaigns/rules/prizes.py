"""What a tier gives: money, fixed or within bounds, or something else; and what of it is committed to.

Random money follows the specification `mirrored-pairs-aes-1`, which makes the total of a tier exact without a
counter. The ranks of a tier, counted from its first, are taken in pairs 2p and 2p+1. With ``E`` of the draw and
``w = most - least``: u = E(3, tier's place, p) mod (w + 1); the even rank gets least + u, the odd one most - u, so
that every pair gets least + most. A last rank without a partner gets least + floor(w / 2). Each rank alone is
uniform within the bounds, and who is whose partner is known to the holder of the seed alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from app.kit.clock import business_day, day_bounds

AMOUNTS = "mirrored-pairs-aes-1"
Kind = Literal["cash", "random_cash", "another", "one_yuan", "points", "goods"]
KINDS: tuple[Kind, ...] = ("cash", "random_cash", "another", "one_yuan", "points", "goods")
MONEY: tuple[Kind, ...] = ("cash", "random_cash")

IN_KIND = ("sku_id", "value_fen", "lasts_days")
SHOPS_PART = ("goods_fen", "service_fen", "restock")
NEEDS: Mapping[Kind, tuple[str, ...]] = {
    "cash": (),
    "random_cash": ("most_fen",),
    "another": IN_KIND,
    "one_yuan": (*IN_KIND, "price_fen"),
    "points": ("points", "lasts_days"),
    "goods": IN_KIND,
}
MAY: Mapping[Kind, tuple[str, ...]] = {
    "another": SHOPS_PART,
    "one_yuan": SHOPS_PART,
    "points": ("value_fen",),
}


@dataclass(frozen=True, slots=True)
class Prize:
    """What a tier gives, as data; amounts in fen.

    ``most_fen``: the upper bound of random money, whose lower one is the tier's amount. ``sku_id`` and
    ``price_fen``: the goods, and what the person pays for them. ``value_fen``: what one is worth, by which the law
    counts. ``lasts_days``: how many business days after the win it can be had. What follows is for the shop that
    hands it over: ``goods_fen`` for the goods, into its wallet or, with ``restock``, as credit for new ones, and
    ``service_fen`` for its trouble.
    """

    kind: Kind = "cash"
    most_fen: int = 0
    sku_id: int | None = None
    price_fen: int = 0
    points: int = 0
    value_fen: int = 0
    lasts_days: int = 0
    goods_fen: int = 0
    service_fen: int = 0
    restock: bool = False

    @property
    def is_credited_later(self) -> bool:
        """Whether a shop is paid for it when it hands it over, long after the claim."""
        return bool(self.goods_fen or self.service_fen)

    def promised(self) -> dict[str, Any]:
        """What people are promised, as it is committed to; what shops get stands in no draw."""
        told = {name: value for name, value in asdict(self).items() if value and name not in SHOPS_PART}
        return told | ({"sku_id": str(self.sku_id)} if self.sku_id else {})


CASH = Prize()


def is_complete(prize: Prize, amount_fen: int) -> bool:
    """Whether a prize says all that its kind needs, and nothing that its kind does not know."""
    given = {name for name, value in asdict(prize).items() if value and name != "kind"}
    needed, allowed = set(NEEDS[prize.kind]), set(MAY.get(prize.kind, ()))
    if prize.kind not in MONEY and amount_fen:
        return False
    return needed <= given <= needed | allowed and (prize.kind != "random_cash" or prize.most_fen >= amount_fen)


def worth_fen(prize: Prize, amount_fen: int) -> int:
    """The most that one of these is worth: what the law calls the prize."""
    return max(amount_fen, prize.most_fen, prize.value_fen)


def expires_at(prize: Prize, won_at: datetime) -> datetime:
    """The end of the last business day on which it can be had."""
    return day_bounds(business_day(won_at) + timedelta(days=prize.lasts_days))[1]


def random_fen(least: int, most: int, count: int, place: int, block: Callable[[int], bytes]) -> int:
    """What the rank at this place of its tier gets; ``block`` is E(3, tier's place, ·)."""
    width, (pair, is_odd) = most - least, divmod(place, 2)
    if 2 * pair + 1 >= count:
        return least + width // 2
    above = int.from_bytes(block(pair)) % (width + 1)
    return most - above if is_odd else least + above


def total_fen(prize: Prize, amount_fen: int, count: int) -> int:
    """What a tier pays in money when every prize of it is won: exact, for random money too."""
    if prize.kind != "random_cash":
        return amount_fen * count
    pairs, alone = divmod(count, 2)
    return pairs * (amount_fen + prize.most_fen) + alone * (amount_fen + (prize.most_fen - amount_fen) // 2)
