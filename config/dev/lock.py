"""``./malu lock``: pin the requirements anew, with hashes, for every platform at once.

Development is resolved first and constrains production, so that the tests run what is deployed.
"""

import os
import subprocess
import sys

from config.dev.environment import ROOT
from config.dev.processes import CannotContinue, say

_COMPILE = ("pip", "compile", "--quiet", "--universal", "--python-version", "3.11")
_FORM = ("--generate-hashes", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links")
_TARGETS = (
    ("config/requirements/dev.txt", ("config/requirements/dev.in",)),
    ("requirements.txt", ("config/requirements/main.in", "-c", "config/requirements/dev.txt")),
)


def main(argv: list[str]) -> int:
    """Arguments go to uv: ``--upgrade`` or ``--upgrade-package NAME``; without them pins stay."""
    uv = f"{sys.prefix}/bin/uv"
    env = {**os.environ, "UV_CUSTOM_COMPILE_COMMAND": "./malu lock"}
    for target, sources in _TARGETS:
        say(f"locking {target}")
        done = subprocess.run(
            [uv, *_COMPILE, *_FORM, *argv, "-o", target, *sources], cwd=ROOT, env=env, check=False
        )
        if done.returncode:
            raise CannotContinue(f"{target} cannot be locked")
    return 0
