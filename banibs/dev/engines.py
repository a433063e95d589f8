"""PostgreSQL and Redis for a laptop and for the tests: the ones named in the environment, else embedded ones."""

import fcntl
import os
from pathlib import Path
from typing import IO

from banibs.dev.postgres import WEB_ROLE, Postgres
from banibs.dev.processes import Trouble
from banibs.dev.redis_server import Redis


class Engines:
    """The engines of one folder. Started ones are children of this process: they cannot outlive it."""

    def __init__(self, folder: Path, *, options: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.database_url = os.environ.get("DATABASE_URL", "")  # of the servers
        self.owner_url = os.environ.get("DATABASE_OWNER_URL", "") or self.database_url
        self.redis_url = os.environ.get("REDIS_URL", "")
        self.postgres = None if self.database_url else Postgres(folder, options=options or {})
        self.redis = None if self.redis_url else Redis(folder)

    def reserve(self) -> None:
        """Settles the addresses, `database_url`, `owner_url` and `redis_url`, before anything is started."""
        if self.postgres is not None:
            self.database_url = self.postgres.url(role=WEB_ROLE)
            self.owner_url = self.postgres.url()
        if self.redis is not None:
            self.redis.reserve()
            self.redis_url = self.redis.url()

    def start(self) -> None:
        """Starts what the environment does not name. Raises Trouble with one sentence."""
        self.reserve()
        if self.postgres is not None:
            self.postgres.start()
            self.postgres.create("banibs")
            self.postgres.create_role(WEB_ROLE)
        if self.redis is not None:
            self.redis.start()

    def stop(self) -> None:
        """Stops what it started, and nothing else."""
        if self.redis is not None:
            self.redis.stop()
        if self.postgres is not None:
            self.postgres.stop()

    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to reach them."""
        return {
            "DATABASE_URL": self.database_url,
            "DATABASE_OWNER_URL": self.owner_url,
            "REDIS_URL": self.redis_url,
        }


class Busy(Trouble):
    """A folder that another process holds. `holder` names that process."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(f"{folder} is in use by {holder}; stop it first, or set BANIBS_HOME.")
        self.holder = holder


def claim(folder: Path, *, name: str) -> IO[str]:
    """Holds a folder for this process, called `name`, until it ends. Raises Busy when another process holds it."""
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    lock = (folder / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        holder = lock.read().strip() or "another process"
        lock.close()
        raise Busy(folder, holder) from error
    lock.truncate(0)
    lock.write(f"process {os.getpid()} ({name})")
    lock.flush()
    return lock
