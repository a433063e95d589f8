"""The real servers of a flow: gunicorn and a Celery worker on the test's own database and Redis.

They are the web role there, as in production: whatever a test does through them, it does with those rights.
"""

import os
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from banibs import jobs
from banibs.dev import processes
from tests import environment

ROOT = Path(__file__).resolve().parent.parent


class Servers:
    """gunicorn with two workers and Celery with two, until `stop`. `env` adds to their environment."""

    def __init__(self, **env: str) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = environment.folder() / f"worker-{environment.worker()}"
        self.environment = {**os.environ, **self._settings(), **env}
        self.web = self._spawn("web", "gunicorn", "-c", "python:banibs.gunicorn", "banibs.wsgi")
        self.worker = self._spawn("worker", "celery", "-A", "banibs", "worker", "-c", "2", "-l", "WARNING")
        self._wait_for(self.web, self._answers)
        self._wait_for(self.worker, lambda: bool(jobs.worker_seen()))

    def run_worker_again(self) -> None:
        """Another worker in the place of one that was killed."""
        self.worker = self._spawn("worker", "celery", "-A", "banibs", "worker", "-c", "2", "-l", "WARNING")

    def run_web_again(self) -> None:
        """Another web server in the place of one that was killed, at the same address."""
        self.web = self._spawn("web", "gunicorn", "-c", "python:banibs.gunicorn", "banibs.wsgi")
        self._wait_for(self.web, self._answers)

    def stop(self) -> None:
        """Ends both at once: what a worker still had in hand was of a test that is over."""
        processes.stop(self.web.process, how=signal.SIGKILL)
        processes.stop(self.worker.process, how=signal.SIGKILL)

    def _settings(self) -> dict[str, str]:
        name = connection.settings_dict["NAME"]
        return {
            "DATABASE_URL": environment.web_url_of(name),
            "REDIS_URL": settings.REDIS_URL,
            "SITE_URL": self.url,
            "BIND": f"127.0.0.1:{self.port}",
            "CATEGORIES_KEEP_SECONDS": "0",  # each test plants its own tree
            "WEB_CONCURRENCY": "2",
            "DATABASE_POOL": "6",
        }

    def _spawn(self, name: str, module: str, *arguments: str) -> processes.Child:
        log = self.folder / f"{name}.log"
        process = processes.spawn(
            [sys.executable, "-m", module, *arguments], log=log, env=self.environment, cwd=ROOT
        )
        return processes.Child(process, log)

    def _wait_for(self, child: processes.Child, ready: Callable[[], bool]) -> None:
        processes.wait_until(ready, what="a server", seconds=90, process=child.process, log=child.log)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def eventually(look: Callable[[], Any], *, seconds: float = 30) -> Any:
    """What `look` answers once it is true; asked again until then. Fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"still {seen!r} after {seconds} seconds")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
