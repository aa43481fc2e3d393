"""The browser of the tests: one that the machine has, never a downloaded build."""

import os
import shutil
from pathlib import Path

from config.dev.environment import ROOT, VAR
from config.dev.processes import CannotContinue, finish, say

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_MAC_APPS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_PACKAGES = ("chromium", "fonts-noto-cjk")


def require_chromium() -> str:
    """$CHROMIUM, else the system's browser, else Debian's package when root."""
    if chosen := os.environ.get("CHROMIUM"):
        if not shutil.which(chosen):
            raise CannotContinue(f"CHROMIUM names no program: {chosen}")
        return chosen
    if found := _installed():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
    if found := _installed():
        return found
    raise CannotContinue("no Chromium: install it (and a Chinese font), or name one in CHROMIUM")


def _installed() -> str | None:
    found = (shutil.which(name) for name in _NAMES)
    return next((path for path in found if path), None) or next(
        (app for app in _MAC_APPS if Path(app).exists()), None
    )


def _install() -> None:
    say(f"installing {' and '.join(_PACKAGES)} with apt-get")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "-y", "--no-install-recommends", *_PACKAGES]
    for arguments in (["update"], install):
        finish(["apt-get", *arguments], what="apt-get", log=VAR / "log/apt.log", env=env, cwd=ROOT)
