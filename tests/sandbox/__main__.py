"""python -m tests.sandbox --port 8010 --state DIR."""

import argparse
import ipaddress
import os
import sys
import threading
from pathlib import Path

from tests.sandbox.server import open_server


def loopback(text: str) -> str:
    """An address that nobody else can reach, or a refusal."""
    host = "127.0.0.1" if text == "localhost" else text
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text} is not a loopback address: the sandbox holds keys and has no guard")


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.sandbox", description="WeChat, played on loopback.")
    parser.add_argument("--host", type=loopback, default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8010, help="0 takes a free port")
    parser.add_argument("--state", type=Path, required=True, help="folder for keys, people and transfers")
    parser.add_argument("--until-stdin-closes", action="store_true", help="stop together with the parent")
    return parser.parse_args()


def _stop_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> None:
    arguments = _read_arguments()
    server = open_server(arguments.host, arguments.port, arguments.state)
    if arguments.until_stdin_closes:
        threading.Thread(target=_stop_with_parent, daemon=True).start()
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    sys.stdout.write(f"http://{host}:{server.port}\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


main()
