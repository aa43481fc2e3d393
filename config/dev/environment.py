"""Where the demo keeps things, and the settings its processes get."""

import base64
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from config.dev.processes import CannotContinue

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("MALU_VAR") or ROOT / "var").absolute()
FIRST_PORT = 8000
LAST_FIRST_PORT = 65_000
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Ports:
    """One for each of the two brands, and the sandbox's."""

    first: int
    second: int
    sandbox: int

    @property
    def all(self) -> tuple[int, int, int]:
        return self.first, self.second, self.sandbox


def chosen_ports() -> Ports:
    """$MALU_PORT and its neighbours."""
    text = os.environ.get("MALU_PORT") or str(FIRST_PORT)
    if not text.isdecimal() or not 0 < int(text) <= LAST_FIRST_PORT:
        raise CannotContinue(f"MALU_PORT must be a number up to {LAST_FIRST_PORT}, not {text!r}")
    first = int(text)
    return Ports(first, first + 1, first + 10)


def keep_secret(path: Path, text: str) -> Path:
    """Write a secret once, readable by its owner only; later calls leave it as it is."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        fresh.rename(path)
    return path


def new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def demo_environment(folder: Path, ports: Ports, *, database_url: str, redis_url: str) -> dict[str, str]:
    """The process environment of the demo's web server, worker, seed and commands.

    Secrets are made on first use in `folder` and passed by the name of their file.
    """
    sandbox = f"http://127.0.0.1:{ports.sandbox}"
    return {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "MALU_MODE": "development",
        "MALU_MASTER_KEY_FILE": str(keep_secret(folder / "master.key", new_key())),
        "MALU_TOKEN_KEYS_FILE": str(keep_secret(folder / "token.keys", f"demo1:{new_key()}")),
        "MALU_PORT": str(ports.first),
        "MALU_FILES": str(folder / "files"),
        "MALU_REGIONS": str(ROOT / "config" / "dev" / "regions.geojson"),
        "MALU_PUBLIC_SCHEME": "http",
        "MALU_ANY_BROWSER": "1",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "WECHAT_API_URL": sandbox,
        "WECHAT_OPEN_URL": sandbox,
        "WECHAT_PAY_URL": sandbox,
        "WECHAT_JSSDK_URL": f"{sandbox}/_client/jssdk.js",
    }
