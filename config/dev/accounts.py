"""How to run a server that refuses root (PostgreSQL does), and where it may then keep its files.

Root on Linux gets a user namespace in which it looks like nobody: files stay root's, no user is made.
Where namespaces are refused (a chroot, some containers) and on macOS, the server runs as ``nobody``.
"""

import functools
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.dev.processes import CannotContinue

NOBODY = 65534
SOCKET_PATH_BYTES = 103  # of macOS; Linux allows 107
NOBODY_HOME = Path("/var/lib/malu-demo")
_UNSHARE = ("unshare", "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}")


@dataclass(frozen=True, slots=True)
class Account:
    """Under whom a server runs: a prefix for its commands, or the ids of another user."""

    prefix: tuple[str, ...] = ()
    ids: tuple[int, int] | None = None

    def run(self, command: list[str], *, feed: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run to the end with nothing inherited: a pipe kept by a daemon would hang the caller."""
        user, group = self.ids or (None, None)
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
            done = subprocess.run(
                [*self.prefix, *command],
                input=feed,
                stdin=subprocess.DEVNULL if feed is None else None,
                stdout=said,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                cwd="/",
                user=user,
                group=group,
                extra_groups=None if self.ids is None else [],
            )
            said.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, said.read())

    def own(self, folder: Path) -> Path:
        """Make the folder, private to this account; refuse one that somebody else prepared."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        expected = self.ids[0] if self.ids else os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {expected, os.geteuid()}:
            raise CannotContinue(f"{folder} belongs to somebody else: remove it and start again")
        if self.ids and found.st_uid != expected:
            os.chown(folder, *self.ids)
        folder.chmod(0o700)
        return folder

    def adopt(self, folder: Path) -> None:
        """Take over what another account of the same root made, on a machine that handled users otherwise."""
        user, group = self.ids or (os.geteuid(), os.getegid())
        if os.geteuid() == 0 and folder.stat().st_uid != user:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, user, group, follow_symlinks=False)


@functools.cache
def unprivileged() -> Account:
    """The account for PostgreSQL on this machine."""
    if os.geteuid() != 0 and _has_name():
        return Account()
    if _may_unshare():
        return Account(prefix=(*_UNSHARE, "--"))
    if os.geteuid() != 0:
        return Account()
    entry = pwd.getpwnam("nobody")
    return Account(ids=(entry.pw_uid, entry.pw_gid))


def _has_name() -> bool:
    """A container may run under a number without an entry, which initdb refuses."""
    try:
        return bool(pwd.getpwuid(os.geteuid()))
    except KeyError:
        return False


def _may_unshare() -> bool:
    if not shutil.which("unshare"):
        return False
    probe = [*_UNSHARE, "true"]
    return subprocess.run(probe, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def is_traversable(path: Path) -> bool:
    """Whether a stranger may walk down to this path and enter or run it."""
    place = path.resolve()
    return all(step.stat().st_mode & stat.S_IXOTH for step in (place, *place.parents))


def reachable_folder(folder: Path, account: Account) -> Path:
    """The folder itself, or its stand-in outside a home that ``nobody`` cannot enter."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if account.ids is None or is_traversable(folder.parent):
        return folder
    NOBODY_HOME.mkdir(parents=True, exist_ok=True)
    NOBODY_HOME.chmod(0o755)
    return NOBODY_HOME / digest(folder)


def open_to_all(tree: Path) -> None:
    """Let everybody read and run a copy of public binaries, whatever the umask was."""
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)


def socket_folder(data_dir: Path, account: Account) -> Path:
    """A private folder with a name short enough for a unix socket's address."""
    folder = Path(tempfile.gettempdir()) / f"malu-{os.getuid()}-{digest(data_dir)}"
    if len(bytes(folder / ".s.PGSQL.5432.lock")) > SOCKET_PATH_BYTES:
        folder = Path("/tmp") / folder.name  # noqa: S108  # own() refuses a folder prepared by another user
    return account.own(folder)


def digest(path: Path) -> str:
    return hashlib.sha256(bytes(path.resolve())).hexdigest()[:10]
