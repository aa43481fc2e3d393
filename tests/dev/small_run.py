"""A demo of two children, one of which has a child of its own: `./malu run` in small, for its tests."""

import sys

from config.dev.environment import Ports
from config.dev.processes import exit_on_signals, say
from config.dev.run import Demo, hold, start_servers

WAITS = "import signal; signal.pause()"
IGNORES = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()"
HAS_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {IGNORES!r}], check=False)"


def start(demo: Demo) -> None:
    start_servers(demo)
    demo.spawn("waiting", sys.executable, "-c", WAITS)
    demo.spawn("parent", sys.executable, "-c", HAS_CHILD)
    numbers = [part.pid for part in (*demo.servers, *demo.children.values())]
    say(f"up {' '.join(map(str, numbers))}")


exit_on_signals()
hold(Demo(Ports(0, 0, 0)), start)
