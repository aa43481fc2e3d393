"""``python -m config.dev VERB``: the second half of ``./malu``."""

import importlib
import os
import sys

from config.dev.processes import CannotContinue, exit_on_signals

# Imported when called: a verb pays only for what it uses.
VERBS = {
    "run": "config.dev.run",
    "test": "config.dev.test",
    "check": "config.dev.check",
    "bench": "config.dev.bench",
    "bench-codes": "config.dev.bench_codes",
    "bench-campaigns": "config.dev.bench_campaigns",
    "bench-risk": "config.dev.bench_risk",
    "replay": "config.dev.replay",
    "seed": "config.dev.seed",
    "openapi": "config.dev.openapi",
    "lock": "config.dev.lock",
}


def main(argv: list[str]) -> int:
    verb, *rest = argv or [""]
    if verb not in VERBS:
        print(f"malu: there is no verb {verb!r}; ./malu help lists them", file=sys.stderr)
        return 2
    exit_on_signals()
    os.umask(0o022)  # servers that run as nobody must be able to read what root installs
    try:
        return int(importlib.import_module(VERBS[verb]).main(rest))
    except CannotContinue as fact:
        print(f"malu: {fact}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
