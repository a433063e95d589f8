"""Children that cannot outlive their parent, started by the supervisor and by the tests."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess  # nosec B404  # starts our own engines and servers, never a string from outside
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


Probe = Callable[[], bool]


class Trouble(Exception):
    """Something that a person can put right; its text is the one sentence to show."""


@dataclass(frozen=True)
class Child:
    """A process of ours and where it writes what it has to say."""

    process: subprocess.Popen[bytes]
    log: Path


def end_with_parent() -> None:
    """Asks the kernel to send this process SIGTERM when its parent dies, even by SIGKILL. Linux only."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM.value)


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: str | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Starts a command in a session of its own, its output appended to `log`.

    On Linux the kernel sends it `death_signal` when the thread that called this dies, however it dies. `user` is
    whom to become when run as root; `pass_fds` stay open in it. Ctrl-C at the
    terminal does not reach it: its parent decides when it stops.
    """
    parent = os.getpid()

    def tie_to_parent() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, death_signal.value)
            if os.getppid() != parent:  # died between fork and prctl
                os._exit(1)

    identity = identity_of(user)
    with log.open("ab") as output:
        child: subprocess.Popen[bytes] = subprocess.Popen(  # nosec B603  # a list, no shell
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(os.environ if env is None else env),
            cwd=cwd,
            start_new_session=True,
            pass_fds=pass_fds,
            preexec_fn=tie_to_parent,
            **identity,
        )
    return child


def identity_of(user: str | None) -> dict[str, Any]:
    """What makes a child of root run as `user`; nothing when we are not root, or for None."""
    if user is None or os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def stop(
    process: subprocess.Popen[bytes], *, how: signal.Signals = signal.SIGTERM, patience: float = 10.0
) -> None:
    """Ends a child and everything in its session: politely first, after `patience` seconds by force."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(how)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=5)


def alive(pid: int) -> bool:
    """Whether a process of this id is running, whoever owns it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state != "Z"


def wait_until(
    ready: Probe, *, what: str, seconds: float, process: subprocess.Popen[bytes], log: Path
) -> None:
    """Waits until `ready()` is true. Raises Trouble, with the last line of the log, when it ends or takes too long."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise Trouble(f"{what} stopped while starting: {last_words(log)}")
        if time.monotonic() > deadline:
            raise Trouble(f"{what} did not answer within {seconds:.0f} seconds: {last_words(log)}")
        time.sleep(0.05)


def last_words(log: Path) -> str:
    """The last line of a log that says something, and where the log is."""
    try:
        lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    except OSError:
        lines = []
    return f"{lines[-1] if lines else 'it said nothing'} (log: {log})"
