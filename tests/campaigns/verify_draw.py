"""Check a finished draw without Malu: needs Python and the `cryptography` package, nothing else.

    python verify_draw.py revealed.json                is it the draw committed to, are the claims right?
    python verify_draw.py revealed.json 17 4711        what did these codes of the campaign (counted from 0) win?
    python verify_draw.py revealed.json --winners 0    which codes win the first tier?

`revealed.json` is what the brand publishes at the end: the fields `campaign`, `codes`, `draw`, `seed` (hex),
`tiers` ([[name, fen, count], …]), the `commitment` (hex) of the first day, and, if it likes, `claims`
([[index, tier name or null], …], each with its fen as a third part where that was decided by the draw). A campaign
whose prizes are not all fixed money also has `version` (2), `amounts` and, in every tier, a fourth part that says
what is promised. Exits 1 when anything disagrees.

The draw is `swap-or-not-aes-1`, written here from its description alone: a number x below n is, round by
round, either left alone or replaced by its partner K - x modulo n; one bit of AES decides for both partners.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class Shuffle:
    def __init__(self, seed, n):
        self.n = n
        self.aes = Cipher(algorithms.AES(seed), modes.ECB()).encryptor()  # noqa: S305  # one block is a PRF here
        doublings = 20
        while 2**doublings < n:
            doublings += 1
        self.pivots = [int.from_bytes(self.block(1, i, 0), "big") % n for i in range(6 * doublings)]

    def block(self, purpose, i, value):
        return self.aes.update(purpose.to_bytes(4, "big") + i.to_bytes(4, "big") + value.to_bytes(8, "big"))

    def step(self, i, x):
        partner = (self.pivots[i] + self.n - x) % self.n
        swap = self.block(2, i, max(x, partner))[0] // 128
        return partner if swap else x

    def rank(self, index):
        for i in range(len(self.pivots)):
            index = self.step(i, index)
        return index

    def index(self, rank):
        for i in reversed(range(len(self.pivots))):
            rank = self.step(i, rank)
        return rank


def committed_text(revealed):
    names = ("amounts", "campaign", "codes", "draw", "seed", "tiers", "version")
    parts = {name: revealed[name] for name in names if name in revealed}
    return json.dumps(parts, sort_keys=True, separators=(",", ":"))


def tier_name(rank, tiers):
    for name, _fen, count, *_promised in tiers:
        if rank < count:
            return name
        rank -= count
    return None


def amount(rank, shuffle, tiers):
    """The fen of a rank: pairs of ranks share least + most, the first of them a random part above the least."""
    for place, (_name, least, count, *promised) in enumerate(tiers):
        if rank >= count:
            rank -= count
            continue
        most = promised[0].get("most_fen") if promised else None
        if most is None:
            return least
        if rank == count - 1 and rank % 2 == 0:
            return least + (most - least) // 2
        above = int.from_bytes(shuffle.block(3, place, rank // 2), "big") % (most - least + 1)
        return most - above if rank % 2 else least + above
    return 0


def disagreements(revealed, shuffle):
    if revealed["draw"] != "swap-or-not-aes-1":
        yield f"this script does not know the draw {revealed['draw']}"
    if hashlib.sha256(committed_text(revealed).encode()).hexdigest() != revealed["commitment"]:
        yield "what is revealed is not what was committed to"
    if revealed.get("amounts", "mirrored-pairs-aes-1") != "mirrored-pairs-aes-1":
        yield f"this script does not know the amounts {revealed['amounts']}"
    if sum(count for _name, _fen, count, *_promised in revealed["tiers"]) > revealed["codes"]:
        yield "the tiers promise more prizes than there are codes"
    for index, claimed, *paid in revealed.get("claims", []):
        rank = shuffle.rank(index)
        drawn = tier_name(rank, revealed["tiers"])
        if drawn != claimed:
            yield f"code {index} drew {drawn} but was given {claimed}"
        if paid and paid[0] != amount(rank, shuffle, revealed["tiers"]):
            yield f"code {index} was paid {paid[0]}"


def winners(revealed, shuffle, place):
    counts = [count for _name, _fen, count, *_promised in revealed["tiers"]]
    first = sum(counts[:place])
    return sorted(shuffle.index(rank) for rank in range(first, first + counts[place]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("revealed", type=Path)
    parser.add_argument("codes", type=int, nargs="*")
    parser.add_argument("--winners", type=int, metavar="TIER")
    asked = parser.parse_args()
    revealed = json.loads(asked.revealed.read_text())
    shuffle = Shuffle(bytes.fromhex(revealed["seed"]), revealed["codes"])
    wrong = list(disagreements(revealed, shuffle))
    lines = wrong or [f"ok {revealed['commitment']}"]
    for index in asked.codes:
        rank = shuffle.rank(index)
        lines.append(f"{index} {rank} {tier_name(rank, revealed['tiers'])}")
    if asked.winners is not None:
        lines += [str(index) for index in winners(revealed, shuffle, asked.winners)]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
