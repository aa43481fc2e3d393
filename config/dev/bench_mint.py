"""How many codes one core mints in a second, text included."""

import os
import sys
from time import process_time

from app.codes.rules import Face, SlotKey, mint

BOUND = 1_000_000
EVERY_NUMBER = 1 << 40  # minting stops when the time is up


def measure_minting(seconds: float = 3.0) -> float:
    """Return codes per second of this process's CPU time, over about `seconds` of it.

    Wall time would charge us for whatever else the machine does; the process has one busy thread, so CPU time
    is the time of one core.
    """
    slot_key = SlotKey("K", Face.OUTER, "feistel10-aes", os.urandom(32))
    minted, start = 0, process_time()
    for codes in mint(0, EVERY_NUMBER, slot_key, os.urandom(32)):
        minted += len(codes)
        spent = process_time() - start
        if spent >= seconds:
            return minted / spent
    raise AssertionError("nobody mints 2^40 codes in a benchmark")


def main() -> int:
    measured = measure_minting()
    verdict = "ok" if measured >= BOUND else "short"
    print(f"bar mint_codes_per_second_core {measured:.0f} >= {BOUND} {verdict}")
    return 0 if measured >= BOUND else 1


if __name__ == "__main__":
    sys.exit(main())
