"""Starts and stops a sandbox for whoever needs one; it dies with the process that started it."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20


@dataclass(slots=True)
class SandboxProcess:
    base_url: str
    _process: subprocess.Popen

    def control(self, method: str, path: str, body: dict | None = None) -> dict:
        """A call of the control API, such as `control("POST", "advance", {"seconds": 60})`."""
        with requests.Session() as session:
            session.trust_env = False
            response = session.request(method, f"{self.base_url}/_ctl/{path}", json=body, timeout=60)
        response.raise_for_status()
        return response.json() if response.content else {}

    def stop(self) -> None:
        self._process.stdin.close()
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


def start_sandbox(state_dir: Path | str, port: int = 0) -> SandboxProcess:
    """Ready when this returns; what it has to complain about is in `state_dir/sandbox.log`."""
    folder = Path(state_dir)
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.sandbox", "--port", str(port), "--state", str(folder)]
    with (folder / "sandbox.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--until-stdin-closes"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    base_url = process.stdout.readline().decode().strip()
    sandbox = SandboxProcess(base_url, process)
    if not base_url:
        sandbox.stop()
        complaint = (folder / "sandbox.log").read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"the sandbox did not start: {complaint[-2000:]}")
    return sandbox
